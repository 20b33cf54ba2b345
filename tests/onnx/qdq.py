# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""The integer operators that a QDQ graph of the real tool stands for, one for one: an oracle for networks of
convolutions, additions, pools and fully connected layers, and no more."""

from __future__ import annotations

import onnx
from onnx import helper, numpy_helper

MICROSOFT = "com.microsoft"


class Converter:
    """Reads DequantizeLinear and QuantizeLinear as names of scales and zero points."""

    def __init__(self, graph: onnx.GraphProto):
        self._constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
        self._inputs = {value.name for value in graph.input}
        self._outputs = {value.name for value in graph.output}
        self._dequantized = {node.output[0]: list(node.input) for node in graph.node if node.op_type == "DequantizeLinear"}
        self._quantized: dict[str, onnx.NodeProto] = {}
        for node in graph.node:
            if node.op_type == "QuantizeLinear":
                if node.input[0] in self._quantized:
                    raise ValueError(f"{node.input[0]}: quantized twice (expected once)")
                self._quantized[node.input[0]] = node

    def operand(self, name: str) -> list[str]:
        """Codes, scale, zero point."""
        return self._dequantized[name]

    def same(self, a: list[str], b: list[str]) -> bool:
        return all((self._constants[one] == self._constants[other]).all() for one, other in zip(a, b))

    def integer(self, node: onnx.NodeProto) -> list[onnx.NodeProto]:
        """The nodes in place of `node`."""
        if node.op_type == "QuantizeLinear":
            return [node] if node.input[0] in self._inputs else []
        if node.op_type == "DequantizeLinear":
            return [node] if node.output[0] in self._outputs else []
        quantize = self._quantized[node.output[0]]
        output, parameters = quantize.output[0], list(quantize.input[1:])
        x = self.operand(node.input[0])
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        if node.op_type in ("MaxPool", "Flatten", "Reshape"):
            if not self.same(x[1:], parameters):
                raise ValueError(f"{node.name}: other scale or zero point behind it (expected the same)")
            return [helper.make_node(node.op_type, [x[0], *node.input[1:]], [output], node.name, **attributes)]
        if node.op_type == "Conv":
            bias = [self.operand(node.input[2])[0]] if len(node.input) > 2 else []
            inputs = [*x, *self.operand(node.input[1]), *parameters, *bias]
            return [helper.make_node("QLinearConv", inputs, [output], node.name, **attributes)]
        if node.op_type == "Gemm":
            inputs = [*x, *self.operand(node.input[1]), self.operand(node.input[2])[0], *parameters]
            attributes.pop("beta", None)
            return [helper.make_node("QGemm", inputs, [output], node.name, domain=MICROSOFT, **attributes)]
        if node.op_type == "Add":
            inputs = [*x, *self.operand(node.input[1]), *parameters]
            return [helper.make_node("QLinearAdd", inputs, [output], node.name, domain=MICROSOFT)]
        if node.op_type == "GlobalAveragePool":
            return [helper.make_node("QLinearGlobalAveragePool", [*x, *parameters], [output], node.name, domain=MICROSOFT,
                                     channels_last=0)]
        raise ValueError(f"{node.name}: {node.op_type} (expected an operator of a ResNet)")


def integer_of_qdq(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same tensors of codes, under the same names."""
    converter = Converter(model.graph)
    result = onnx.ModelProto()
    result.CopyFrom(model)
    del result.graph.node[:]
    for node in model.graph.node:
        result.graph.node.extend(converter.integer(node))
    if MICROSOFT not in [opset.domain for opset in result.opset_import]:
        result.opset_import.append(helper.make_opsetid(MICROSOFT, 1))
    return result
