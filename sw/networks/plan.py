# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""The family's graph as a list of steps, read by training, export and evaluation alike.

ResNet-8 class: a 3x3 stem, three stages of one basic block with strides 1, 2, 2 and w, 2w, 4w channels,
1x1 projections in stages 2 and 3, global average pooling, a fully connected layer.
"""

from typing import NamedTuple

CLASSES = 10
WIDTHS = (8, 16, 32, 64)
BLOCKS = 3


class Format(NamedTuple):
    """Integer code of a tensor; the real value is (code - zero_point) * scale."""

    bits: int
    signed: bool
    zero_point: int = 0

    @property
    def low(self):
        return -(1 << (self.bits - 1)) if self.signed else 0

    @property
    def high(self):
        return (1 << (self.bits - self.signed)) - 1


class Precision(NamedTuple):
    """Bits per role of a tensor."""

    image: int
    edge_weights: int  # of the stem and the fully connected layer
    weights: int  # of all other convolutions
    stream: int  # outputs of stem and adds but the last: the residual stream
    inner: int  # what convolutions between stem and average read and write
    average: int  # and the last add: the average keeps its scale, in which 4 bits hold a mean badly


PRECISIONS = {
    "w8a8": Precision(image=8, edge_weights=8, weights=8, stream=8, inner=8, average=8),
    "w4a8": Precision(image=8, edge_weights=4, weights=4, stream=8, inner=8, average=8),
    "mostly-w4a4": Precision(image=8, edge_weights=8, weights=4, stream=8, inner=4, average=8),
    "w4a4": Precision(image=4, edge_weights=4, weights=4, stream=4, inner=4, average=8),
}

IMAGE_SCALE = 1 / 128  # of the model's input: code 0..255 is -1..0.992
IMAGE = Format(8, False, 128)
FIXED_SCALES = {"image": IMAGE_SCALE, "image.requantized": 1 / 8}


class Step(NamedTuple):
    """One operator; its name names its output. `op`: image, requantize, conv, add, average or fc."""

    name: str
    op: str
    inputs: tuple
    format: Format
    relu: bool = False
    kernel: int = 1
    stride: int = 1
    in_channels: int = 0
    out_channels: int = 0
    weight_bits: int = 8

    @property
    def weight_limit(self):
        """Weights are narrow: -limit..limit."""
        return (1 << (self.weight_bits - 1)) - 1

    @property
    def scale_name(self):
        """Whose scale the output has: an average keeps its input's, which TFLite asks for."""
        return self.inputs[0] if self.op == "average" else self.name

    @property
    def weight_scales(self):
        """How many: one per output channel; the fully connected layer's only one, which TFLite asks for."""
        return 1 if self.op == "fc" else self.out_channels

    @property
    def pads(self):
        return (self.kernel - 1) // 2


def _block(index, source, channels, precision):
    """Steps of a basic block from `source` (residual stream) with channels (in, out)."""
    name, (cin, cout) = f"block{index}", channels
    written = precision.average if index == BLOCKS else precision.stream
    stride = 1 if cin == cout else 2
    wide, signed = Format(precision.inner, False), Format(precision.inner, True)
    conv = {"weight_bits": precision.weights, "out_channels": cout}
    read, steps = source, []
    if precision.inner != precision.stream:
        read = f"{source}.requantized"
        steps.append(Step(read, "requantize", (source,), wide))
    steps.append(Step(f"{name}.conv1", "conv", (read,), wide, True, 3, stride, cin, **conv))
    steps.append(Step(f"{name}.conv2", "conv", (f"{name}.conv1",), signed, False, 3, 1, cout, **conv))
    if stride == 2:
        steps.append(Step(f"{name}.shortcut", "conv", (read,), signed, False, 1, 2, cin, **conv))
    residual = f"{name}.shortcut" if stride == 2 else source
    steps.append(Step(f"{name}.add", "add", (residual, f"{name}.conv2"), Format(written, False), True))
    return steps


def plan(width, precision):
    """The steps of the network with `width` channels in its first stage, in order of execution."""
    read, steps = "image", [Step("image", "image", (), IMAGE)]
    if precision.image != IMAGE.bits:
        read = "image.requantized"
        steps.append(Step(read, "requantize", ("image",), Format(precision.image, False, 8)))
    edge = {"weight_bits": precision.edge_weights}
    steps.append(Step("stem", "conv", (read,), Format(precision.stream, False), True, 3, 1, 3, width, **edge))
    source, channels = "stem", width
    for index in range(1, BLOCKS + 1):
        cout = width << (index - 1)
        steps += _block(index, source, (channels, cout), precision)
        source, channels = f"block{index}.add", cout
    steps.append(Step("average", "average", (source,), Format(precision.average, False)))
    steps.append(Step("fc", "fc", ("average",), Format(8, True), in_channels=channels, out_channels=CLASSES, **edge))
    return steps


def has_weights(step):
    return step.op in ("conv", "fc")
