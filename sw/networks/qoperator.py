# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Writes a quantized network as ONNX Runtime's integer operators: the form that the table is measured on.

Every tensor is uint8 there, since those operators take one activation type; signed codes are moved by 128,
zero point and all, and 4-bit ranges are a Clip.
"""

import numpy as np
from onnx import TensorProto, helper

from plan import has_weights
from qdq import Graph, plain, tensor

CONTRIB = "com.microsoft"


def shift(form):
    """What is added to a code of this format to store it as uint8."""
    return 128 if form.signed else 0


class IntegerGraph(Graph):
    def __init__(self, steps, integers):
        super().__init__(integers)
        self.formats = {step.name: step.format for step in steps}

    def grid(self, name):
        """Initializers of a tensor's scale and zero point, made at first use."""
        names = [f"{name}.scale", f"{name}.zero_point"]
        if not any(value.name == names[0] for value in self.initializers):
            form = self.formats[name]
            self.scale(name)
            self.constant(tensor(names[1], form.zero_point + shift(form), 8, False))
        return names

    def weights(self, step):
        """Weight, its scale and zero point, as inputs of QLinearConv and QGemm."""
        name, values = step.name, self.integers
        scales = self.weight_scales(step)
        return [self.constant(tensor(f"{name}.weight", values[f"{name}/weight"], 8, True)),
                self.constant(plain(f"{name}.weight.scale", scales)),
                self.constant(tensor(f"{name}.weight.zero_point", np.zeros_like(scales), 8, True))]

    def compute(self, step, result):
        inputs = [value for name in step.inputs for value in (name, *self.grid(name))]
        grid, bias = self.grid(step.name), []
        if has_weights(step):
            bias = [self.constant(plain(f"{step.name}.bias", self.integers[f"{step.name}/bias"]))]
        if step.op == "conv":
            window = {"kernel_shape": [step.kernel] * 2, "strides": [step.stride] * 2, "pads": [step.pads] * 4}
            return self.add("QLinearConv", [*inputs, *self.weights(step), *grid, *bias], result, **window)
        if step.op == "add":
            return self.add("QLinearAdd", [*inputs, *grid], result, CONTRIB)
        if step.op == "average":
            return self.add("QLinearGlobalAveragePool", [*inputs, *grid], result, CONTRIB)
        if step.op == "fc":
            inputs[0] = self.add("Flatten", inputs[:1], f"{step.name}.flatten")
            return self.add("QGemm", [*inputs, *self.weights(step), *bias, *grid], result, CONTRIB, transB=1)
        value = self.add("DequantizeLinear", inputs, f"{step.name}.float")
        return self.add("QuantizeLinear", [value, *grid], result)

    def step(self, step):
        form = step.format
        if form.bits == 8:
            return self.compute(step, step.name)
        limits = [self.constant(tensor(f"{step.name}.{end}", limit + shift(form), 8, False))
                  for end, limit in (("low", form.low), ("high", form.high))]
        return self.add("Clip", [self.compute(step, f"{step.name}.wide"), *limits], step.name)


def build(steps, integers, name):
    """The model; outputs: every step's codes as uint8 (signed ones moved by 128), so that all can be compared."""
    graph = IntegerGraph(steps, integers)
    for step in steps[1:]:
        graph.step(step)
    last = helper.make_tensor_value_info(steps[-1].name, TensorProto.UINT8, ["N", steps[-1].out_channels])
    return graph.model(name, last, [helper.make_opsetid("", 21), helper.make_opsetid(CONTRIB, 1)])
