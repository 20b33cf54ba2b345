# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Writes ONNX graphs: constants of every type, QuantizeLinear and DequantizeLinear, and the ways tools spell them."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from network import LIMITS, Affine, Tensor, Weights

ELEMENT = {
    "int8": TensorProto.INT8,
    "uint8": TensorProto.UINT8,
    "int4": TensorProto.INT4,
    "uint4": TensorProto.UINT4,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "float32": TensorProto.FLOAT,
}
MICROSOFT = "com.microsoft"


def packed4(name: str, values: np.ndarray, element: int, raw: bool) -> onnx.TensorProto:
    """Two codes per byte, the first in the low nibble; in raw_data, or a byte per element of int32_data."""
    codes = [int(v) & 0xF for v in values.flatten()]
    codes += [0] * (len(codes) % 2)
    packed = [low | high << 4 for low, high in zip(codes[::2], codes[1::2])]
    tensor = TensorProto(name=name, data_type=element, dims=values.shape)
    if raw:
        tensor.raw_data = bytes(packed)
    else:
        tensor.int32_data.extend(packed)
    return tensor


class Writer:
    """One graph. `quirks`: a random generator that chooses among spellings, or None for the plainest."""

    def __init__(self, name: str, opset: int, quirks: np.random.Generator | None, features: set[str]):
        self.name = name
        self.opset = opset
        self.features = features
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.codes: dict[str, Tensor] = {}  # values that hold codes
        self._quirks = quirks
        self._reals: dict[str, str] = {}
        self._names: set[str] = set()

    @property
    def plain(self) -> bool:
        return self._quirks is None

    def quirk(self, feature: str, probability: float) -> bool:
        """Whether to spell something in the unusual way `feature`."""
        if self._quirks is None or self._quirks.random() >= probability:
            return False
        self.features.add(feature)
        return True

    def unique(self, name: str) -> str:
        count = 1
        candidate = name
        while candidate in self._names:
            count += 1
            candidate = f"{name}_{count}"
        self._names.add(candidate)
        return candidate

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes) -> str:
        self.nodes.append(
            helper.make_node(operator, inputs, [output], self.unique(f"{output}_{operator}"), domain=domain, **attributes)
        )
        return output

    def constant(self, name: str, values: np.ndarray, element: str) -> str:
        """An initializer, or a Constant node."""
        name = self.unique(name)
        values = np.asarray(values)
        if element in ("int4", "uint4"):
            raw = not self.quirk("4-bit initializer in int32_data", 0.5)
            self.features.add(f"{element} initializer")
            tensor = packed4(name, values, ELEMENT[element], raw)
        elif element != "float32" and self.quirk("initializer not in raw_data", 0.1):
            tensor = helper.make_tensor(name, ELEMENT[element], values.shape, [int(v) for v in values.flatten()])
        else:
            tensor = numpy_helper.from_array(np.ascontiguousarray(values.astype(element)).reshape(values.shape), name)
        if self.quirk("Constant node", 0.1):
            self.nodes.append(helper.make_node("Constant", [], [name], self.unique(f"{name}_Constant"), value=tensor))
        else:
            self.initializers.append(tensor)
        return name

    def one(self, name: str, value, element: str) -> str:
        """A scalar, or an array of one element."""
        values = np.array(value)
        if self.quirk("scale or zero point of one element", 0.15):
            values = values.reshape(1)
        return self.constant(name, values, element)

    def parameters(self, name: str, affine: Affine, type: str) -> list[str]:
        return [
            self.one(f"{name}_scale", np.float32(affine.scale), "float32"),
            self.one(f"{name}_zero_point", affine.zero_point, type),
        ]

    def domain(self) -> str:
        return MICROSOFT if self.quirk("com.microsoft QuantizeLinear or DequantizeLinear", 0.08) else ""

    def declare(self, tensor: Tensor) -> None:
        self._names.add(tensor.name)
        self.codes[tensor.name] = tensor

    def quantize(self, real: str, name: str, affine: Affine, type: str) -> str:
        inputs = [real, *self.parameters(name, affine, type)]
        if type == "uint8" and affine.zero_point == 0 and self.quirk("missing zero point", 0.5):
            inputs.pop()
        domain = "" if type in ("int4", "uint4") else self.domain()
        return self.node("QuantizeLinear", inputs, name, domain)

    def dequantize(self, name: str, affine: Affine, type: str, output: str) -> str:
        inputs = [name, *self.parameters(output, affine, type)]
        if affine.zero_point == 0 and self.quirk("missing zero point", 0.5):
            inputs.pop()
        domain = "" if type in ("int4", "uint4") else self.domain()
        return self.node("DequantizeLinear", inputs, self.unique(output), domain)

    def real(self, tensor: Tensor) -> str:
        """The float value of a tensor: one DequantizeLinear for all readers, or one for each."""
        known = tensor.name in self._reals
        if tensor.hidden or (known and not self.quirk("DequantizeLinear for each reader", 0.3)):
            return self._reals[tensor.name]
        real = self.dequantize(tensor.name, tensor.affine, tensor.type, f"{tensor.name}_real")
        self._reals[tensor.name] = real
        return real

    def set_real(self, tensor: Tensor, real: str) -> None:
        self._reals[tensor.name] = real

    def real_weights(self, name: str, weights: Weights, axis: int) -> str:
        """[O, ...] along `axis` 0, or transposed [K, O] along 1, through DequantizeLinear."""
        stored = weights.stored() if axis == 0 else weights.stored().T
        scales, zero_points = weights.scales, weights.zero_points
        per_channel = len(scales) > 1
        if not per_channel:
            scales, zero_points = scales.reshape(()), zero_points.reshape(())
        scale = self.constant(f"{name}_scale", scales, "float32")
        parameters = [scale, self.constant(f"{name}_zero_point", zero_points, weights.type)]
        attributes = {"axis": axis} if per_channel and not (axis == 1 and self.quirk("default axis", 0.5)) else {}
        if self.quirk("float weights behind QuantizeLinear", 0.2):
            ones = (1,) * (stored.ndim - 1)
            broadcast = weights.scales.reshape(-1, *ones) if axis == 0 else weights.scales.reshape(1, -1)
            values = (weights.values if axis == 0 else weights.values.T).astype(np.float32) * broadcast
            floats = self.constant(name, values, "float32")
            quantized = self.node("QuantizeLinear", [floats, *parameters], self.unique(f"{name}_codes"), **attributes)
        else:
            quantized = self.constant(name, stored, weights.type)
        return self.node("DequantizeLinear", [quantized, *parameters], self.unique(f"{name}_real"), **attributes)

    def clamp_real(self, real: str, low: int, high: int, tensor: Tensor) -> str:
        """Relu or Clip in front of the QuantizeLinear of `tensor`, so that its codes are low..high."""
        affine = tensor.affine
        least, most = LIMITS[tensor.type]
        if low == affine.zero_point and high == most:
            self.features.add("Relu in QDQ form")
            return self.node("Relu", [real], self.unique(f"{real}_relu"))
        self.features.add("Clip in QDQ form")
        bounds = [np.float32((code - affine.zero_point) * np.float64(affine.scale)) for code in (low, high)]
        names = [self.constant(f"{real}_{end}", bound, "float32") for end, bound in zip(("min", "max"), bounds)]
        if low == least:
            names[0] = ""
        if high == most:
            names.pop()
        return self.node("Clip", [real, *names], self.unique(f"{real}_clip"))

    def clamp_codes(self, name: str, tensor: Tensor, type: str) -> str:
        """Clip on the codes `name` of 8 bits; its result are those of `tensor`."""
        bounds = [self.constant(f"{tensor.name}_{end}", np.array(code), type)
                  for end, code in (("min", tensor.low), ("max", tensor.high))]
        if tensor.low == LIMITS[type][0] and self.quirk("Clip without a bound", 0.5):
            bounds[0] = ""
        elif tensor.high == LIMITS[type][1] and self.quirk("Clip without a bound", 0.5):
            bounds.pop()
        return self.node("Clip", [name, *bounds], tensor.name)

    def value(self, name: str, element: str, shape: tuple[int, ...], batch) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, ELEMENT[element], [batch, *shape])

    def model(self) -> onnx.ModelProto:
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.initializers)
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="halfbyte tests/onnx")
        model.ir_version = 10 if self.opset >= 21 else 8
        return model
