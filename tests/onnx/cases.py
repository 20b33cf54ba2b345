# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""A network as a case of onnx_differential: model.onnx, inputs/NAME.npy, expected/TENSOR.npy by ONNX Runtime."""

from __future__ import annotations

import pathlib
import shutil

import numpy as np
import onnx
import onnxruntime

from choose import pick
from emit import emit
from network import LIMITS, Network
from writer import Writer


def element_of(values: np.ndarray) -> str:
    return str(values.dtype)


def writer_of(network: Network, quirks: np.random.Generator | None) -> Writer:
    """All operators of the network, without outputs."""
    g = Writer(network.name, network.opset, quirks, network.features)
    batch = "N" if quirks is None else pick(quirks, "N", "batch", None, 1)
    for name, values in network.inputs.items():
        g.unique(name)
        g.inputs.append(g.value(name, element_of(values), values.shape[1:], batch))
    for tensor in network.written():
        g.declare(tensor)
    for operator in network.operators:
        emit(operator, g)
    return g


def oracle_of(network: Network) -> onnx.ModelProto:
    """Integer operators only; every tensor of codes is an output."""
    g = writer_of(network, None)
    for tensor in network.written():
        g.outputs.append(g.value(tensor.name, tensor.storage, tensor.shape, "N"))
    return g.model()


def model_of(network: Network, quirks: np.random.Generator) -> onnx.ModelProto:
    """As a tool might write it; outputs are codes or real."""
    g = writer_of(network, quirks)
    batch = pick(quirks, "N", "batch", None)
    for tensor in network.outputs:
        if tensor.type in ("int4", "uint4") or quirks.random() < 0.5:
            real = g.real(tensor)
            if real in [output.name for output in g.outputs]:
                continue
            g.outputs.append(g.value(real, "float32", tensor.shape, batch))
            network.features.add("real output")
        else:
            g.outputs.append(g.value(tensor.name, tensor.type, tensor.shape, batch))
            network.features.add("output of codes")
    return g.model()


def run(model: onnx.ModelProto, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All outputs, operator by operator: nothing is fused or optimized."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, inputs)))


def save(folder: pathlib.Path, model: onnx.ModelProto, inputs: dict, expected: dict) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for part, arrays in (("inputs", inputs), ("expected", expected)):
        (folder / part).mkdir(parents=True)
        for name, values in arrays.items():
            np.save(folder / part / f"{name}.npy", np.ascontiguousarray(values))
    onnx.save(model, folder / "model.onnx")


def check(network: Network, expected: dict[str, np.ndarray]) -> None:
    """The generator's own codes are near the runtime's: else scales would be chosen by nonsense."""
    for tensor in network.written():
        values = expected[tensor.name].astype(np.int64)
        if values.shape != tensor.codes.shape:
            raise AssertionError(f"{network.name}: {tensor.name} is {values.shape} (expected {tensor.codes.shape})")
        low, high = LIMITS[tensor.type]
        if values.min() < max(low, tensor.low) or values.max() > min(high, tensor.high):
            raise AssertionError(f"{network.name}: {tensor.name} has codes {values.min()}..{values.max()}")


def save_network(network: Network, quirks: np.random.Generator, folder: pathlib.Path) -> dict[str, np.ndarray]:
    model = model_of(network, quirks)
    expected = run(oracle_of(network), network.inputs)
    check(network, expected)
    visible = {tensor.name for tensor in network.written() if not tensor.hidden}
    expected = {name: values for name, values in expected.items() if name in visible}
    save(folder, model, network.inputs, expected)
    return expected
