# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Cases for onnx_differential as the real tool writes them: a ResNet-18 by onnxruntime.quantization.quantize_static.

QOperator and QDQ form, signed and unsigned activations, weight scales per channel. Expected tensors: of a QOperator file
what ONNX Runtime computes; of a QDQ file what it computes for the integer operators of the same names, because its own
execution of QDQ keeps some operators in float (how far that is away is printed, and limited).
"""

from __future__ import annotations

import argparse
import logging
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnxruntime import quantization

from cases import run, save
from qdq import integer_of_qdq
from resnet18 import make_resnet18, random_images

SIDE = 64
IMAGES = 1
# In logits' codes; one operator in float moves ties by 1, and layers behind it add to that.
MOST_CODES_APART = 8


class Images(quantization.CalibrationDataReader):
    def __init__(self, images: np.ndarray):
        self._batches = iter([{"image": image[None]} for image in images])

    def get_next(self):
        return next(self._batches, None)


def fold_batch_normalization(model: pathlib.Path, result: pathlib.Path) -> None:
    """What quant_pre_process does, whose own way to do it without symbolic shapes (sympy) keeps the unoptimized model."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.optimized_model_filepath = str(result)
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def quantized(prepared: pathlib.Path, form: str, sign: str, seed: int) -> onnx.ModelProto:
    types = {"int8": quantization.QuantType.QInt8, "uint8": quantization.QuantType.QUInt8}
    formats = {"qoperator": quantization.QuantFormat.QOperator, "qdq": quantization.QuantFormat.QDQ}
    result = prepared.parent / f"{form}_{sign}.onnx"
    quantization.quantize_static(
        prepared,
        result,
        Images(random_images(seed + 1, 16, SIDE)),
        quant_format=formats[form],
        per_channel=True,
        activation_type=types[sign],
        weight_type=quantization.QuantType.QInt8,
        # Weights of 7 bits: exact on processors without VNNI too (the tool's own advice for them).
        reduce_range=True,
    )
    return onnx.load(result)


def codes_of(model: onnx.ModelProto, images: np.ndarray) -> dict[str, np.ndarray]:
    """Every tensor of codes that a node writes, and the real outputs."""
    observed = onnx.ModelProto()
    observed.CopyFrom(model)
    outputs = {output.name for output in model.graph.output}
    constants = {tensor.name for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "QuantizeLinear" and node.input[0] in constants:
            raise ValueError(f"{node.name}: quantizes a constant (expected the tool to have done that)")
        observed.graph.output.extend(onnx.ValueInfoProto(name=name) for name in node.output if name not in outputs)
    return run(observed, {"image": images})


def as_onnxruntime_runs_it(model: onnx.ModelProto, images: np.ndarray) -> np.ndarray:
    """Logits with all optimizations, as people run it."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"image": images})[0]


def scale_of_logits(model: onnx.ModelProto) -> float:
    last = next(node for node in model.graph.node if "logits" in node.output)
    constants = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    return float(constants[last.input[1]].reshape(()))


def make_case(prepared: pathlib.Path, form: str, sign: str, args: argparse.Namespace) -> bool:
    model = quantized(prepared, form, sign, args.seed)
    images = random_images(args.seed + 2, IMAGES, SIDE)
    oracle = integer_of_qdq(model) if form == "qdq" else model
    values = codes_of(oracle, images)
    expected = {name: codes for name, codes in values.items() if codes.dtype in (np.int8, np.uint8)}
    own = as_onnxruntime_runs_it(model, images)
    apart = float(np.abs(own - values["logits"]).max() / scale_of_logits(model))
    name = f"resnet18_{form}_{sign}"
    print(f"{name}: {len(model.graph.node)} nodes, {len(expected)} tensors, classes {values['logits'].argmax(axis=1)}; "
          f"onnxruntime with optimizations: classes {own.argmax(axis=1)}, logits at most {apart:.0f} codes apart")
    save(args.output / name, model, {"image": images}, expected)
    if apart > MOST_CODES_APART:
        print(f"real_tool: {name}: {apart:.0f} codes apart (expected at most {MOST_CODES_APART})", file=sys.stderr)
    return apart <= MOST_CODES_APART


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, required=True, help="folder of the cases; what it held is removed")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    logging.getLogger().setLevel(logging.ERROR)  # the tool advises to do what is done here
    shutil.rmtree(args.output, ignore_errors=True)
    args.output.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        floats, prepared = (pathlib.Path(folder) / f"{name}.onnx" for name in ("float", "prepared"))
        onnx.save(make_resnet18(args.seed, SIDE), floats)
        fold_batch_normalization(floats, prepared)
        good = [make_case(prepared, form, sign, args) for form in ("qoperator", "qdq") for sign in ("int8", "uint8")]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
