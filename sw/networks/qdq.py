# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a quantized network as ONNX in QDQ form: the files that ship. Opset 21, 4-bit types included."""

import numpy as np
from onnx import TensorProto, helper

from plan import has_weights

TYPES = {(8, False): TensorProto.UINT8, (8, True): TensorProto.INT8,
         (4, False): TensorProto.UINT4, (4, True): TensorProto.INT4}
OPERATORS = {"conv": "Conv", "add": "Add", "average": "GlobalAveragePool", "fc": "Gemm"}


def packed(codes):
    """4-bit codes two per byte, the first in the low nibble."""
    nibbles = np.append(codes.astype(np.int64).ravel() & 15, [0] * (codes.size % 2)).astype(np.uint8)
    return (nibbles[0::2] | nibbles[1::2] << 4).tobytes()


def tensor(name, codes, bits, signed):
    """An initializer of integer codes, of 4 or 8 bits."""
    codes = np.asarray(codes)
    raw = packed(codes) if bits == 4 else codes.astype(np.int8 if signed else np.uint8).tobytes()
    return helper.make_tensor(name, TYPES[bits, signed], codes.shape, raw, raw=True)


def plain(name, values):
    """An initializer of float32 or int32 values."""
    values = np.asarray(values)
    kind = TensorProto.INT32 if values.dtype == np.int32 else TensorProto.FLOAT
    return helper.make_tensor(name, kind, values.shape, values.tobytes(), raw=True)


class Graph:
    """Nodes and initializers in the making."""

    def __init__(self, integers):
        self.integers, self.nodes, self.initializers = integers, [], []

    def add(self, op, inputs, name, domain="", **attributes):
        node = helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes)
        self.nodes.append(node)
        return name

    def constant(self, initializer):
        self.initializers.append(initializer)
        return initializer.name

    def scale(self, name):
        return self.constant(plain(f"{name}.scale", np.float32(self.integers[f"{name}/scale"])))

    def weight_scales(self, step):
        """One per output channel, or a scalar: of the whole tensor."""
        scales = self.integers[f"{step.name}/weight_scale"]
        return scales[0] if step.weight_scales == 1 else scales

    def model(self, name, output, imports):
        batch = ["N", 3, 32, 32]
        image = helper.make_tensor_value_info("image", TensorProto.UINT8, batch)
        graph = helper.make_graph(self.nodes, name, [image], [output], self.initializers)
        return helper.make_model(graph, producer_name="halfbyte", ir_version=10, opset_imports=imports)


class QdqGraph(Graph):
    """Every tensor behind QuantizeLinear and DequantizeLinear."""

    def weights(self, step):
        """Names of the dequantized weight and bias."""
        name, values = step.name, self.integers
        weight = self.constant(tensor(f"{name}.weight", values[f"{name}/weight"], step.weight_bits, True))
        scales = self.weight_scales(step)
        scale = self.constant(plain(f"{name}.weight.scale", scales))
        unit = values[f"{step.inputs[0]}/scale"] * scales
        bias = self.constant(plain(f"{name}.bias", values[f"{name}/bias"]))
        bias_scale = self.constant(plain(f"{name}.bias.scale", unit.astype(np.float32)))
        return [self.add("DequantizeLinear", [weight, scale], f"{name}.weight.float", axis=0),
                self.add("DequantizeLinear", [bias, bias_scale], f"{name}.bias.float", axis=0)]

    def compute(self, step):
        """Nodes of the float operator; returns the name of its result."""
        inputs = [f"{name}.float" for name in step.inputs]
        if step.op == "requantize":
            return inputs[0]
        attributes = {"transB": 1} if step.op == "fc" else {}
        if step.op == "conv":
            attributes = {"kernel_shape": [step.kernel] * 2, "strides": [step.stride] * 2, "pads": [step.pads] * 4}
        if step.op == "fc":
            inputs = [self.flattened(step)]
        inputs += self.weights(step) if has_weights(step) else []
        operator = OPERATORS[step.op]
        result = self.add(operator, inputs, f"{step.name}.{operator.lower()}", **attributes)
        return self.add("Relu", [result], f"{step.name}.relu") if step.relu else result

    def flattened(self, step):
        """The average as [N, channels], quantized again with its own scale, which changes nothing."""
        name = f"{step.name}.flatten"
        result = self.add("Flatten", [f"{step.inputs[0]}.float"], name)
        grid = [f"{step.inputs[0]}.scale", f"{step.inputs[0]}.zero_point"]
        codes = self.add("QuantizeLinear", [result, *grid], f"{name}.quantized")
        return self.add("DequantizeLinear", [codes, *grid], f"{name}.float")

    def step(self, step, last):
        """The operator, then QuantizeLinear (whose result bears the step's name) and DequantizeLinear."""
        form, codes = step.format, step.name
        zero = self.constant(tensor(f"{codes}.zero_point", form.zero_point, form.bits, form.signed))
        grid = [self.scale(codes), zero]
        if step.op != "image":
            self.add("QuantizeLinear", [self.compute(step), *grid], codes)
        self.add("DequantizeLinear", [codes, *grid], "logits" if last else f"{codes}.float")


def build(steps, integers, name):
    """The model; its input is `image` uint8 [N, 3, 32, 32], its output `logits` float32 [N, 10]."""
    graph = QdqGraph(integers)
    for step in steps:
        graph.step(step, step is steps[-1])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", steps[-1].out_channels])
    return graph.model(name, logits, [helper.make_opsetid("", 21)])
