# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""A float ResNet-18 as an exporter would write it: BatchNormalization still there, random weights and statistics."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CLASSES = 100
STAGES = ((64, 1), (128, 2), (256, 2), (512, 2))  # channels, stride of the first block


class Resnet18:
    """Nodes and weights, layer by layer; each method returns the name of its result."""

    def __init__(self, seed: int):
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self._rng = np.random.default_rng(seed)

    def constant(self, name: str, values: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **attributes))
        return output

    def conv(self, x: str, name: str, channels: tuple[int, int], kernel: int, stride: int) -> str:
        """Convolution (He) and batch normalization."""
        rng = self._rng
        before, after = channels
        weights = rng.normal(0, np.sqrt(2 / (before * kernel * kernel)), (after, before, kernel, kernel))
        weight = self.constant(f"{name}.weight", weights)
        y = self.node("Conv", [x, weight], f"{name}.out", kernel_shape=[kernel] * 2, strides=[stride] * 2,
                      pads=[kernel // 2] * 4)
        statistics = (rng.uniform(0.6, 1.4, after), rng.normal(0, 0.3, after), rng.normal(0, 0.2, after),
                      rng.uniform(0.5, 2, after))
        names = [self.constant(f"{name}.{part}", values)
                 for part, values in zip(("gamma", "beta", "mean", "variance"), statistics)]
        return self.node("BatchNormalization", [y, *names], f"{name}.norm", epsilon=1e-5)

    def block(self, x: str, name: str, channels: tuple[int, int], stride: int) -> str:
        before, after = channels
        y = self.conv(x, f"{name}.conv1", channels, 3, stride)
        y = self.node("Relu", [y], f"{name}.relu1")
        y = self.conv(y, f"{name}.conv2", (after, after), 3, 1)
        shortcut = x if channels == (after, after) and stride == 1 else self.conv(x, f"{name}.downsample", channels, 1, stride)
        y = self.node("Add", [y, shortcut], f"{name}.add")
        return self.node("Relu", [y], f"{name}.relu2")

    def network(self, x: str) -> str:
        x = self.conv(x, "conv1", (3, 64), 7, 2)
        x = self.node("Relu", [x], "relu1")
        x = self.node("MaxPool", [x], "maxpool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        before = 64
        for stage, (channels, stride) in enumerate(STAGES, 1):
            x = self.block(x, f"layer{stage}.0", (before, channels), stride)
            x = self.block(x, f"layer{stage}.1", (channels, channels), 1)
            before = channels
        x = self.node("GlobalAveragePool", [x], "avgpool")
        x = self.node("Flatten", [x], "flatten", axis=1)
        weight = self.constant("fc.weight", self._rng.normal(0, np.sqrt(1 / before), (CLASSES, before)))
        bias = self.constant("fc.bias", self._rng.normal(0, 0.1, CLASSES))
        return self.node("Gemm", [x, weight, bias], "logits", transB=1)


def make_resnet18(seed: int, side: int) -> onnx.ModelProto:
    resnet = Resnet18(seed)
    logits = resnet.network("image")
    graph = helper.make_graph(
        resnet.nodes,
        "resnet18",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, side, side])],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, ["N", CLASSES])],
        resnet.initializers,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="halfbyte tests/onnx")
    model.ir_version = 8
    return model


def random_images(seed: int, count: int, side: int) -> np.ndarray:
    """[count, 3, side, side] of large and small structures, about normal."""
    rng = np.random.default_rng(seed)
    coarse = rng.normal(0, 1, (count, 3, side // 8, side // 8)).repeat(8, axis=2).repeat(8, axis=3)
    return (coarse + rng.normal(0, 0.5, (count, 3, side, side))).astype(np.float32)
