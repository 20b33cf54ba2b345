# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Whole random networks: stems, chains, residual blocks and classifiers of a Builder's operators."""

from __future__ import annotations

import numpy as np

from choose import pick
from generate import Builder
from network import Alias, Conv, Network, Quantize, Tensor, Window, outputs_of

KERNELS = ((1, 1), (1, 1), (3, 3), (3, 3), (3, 3), (5, 5), (7, 7), (2, 2), (1, 3), (3, 1), (5, 2), (2, 3), (1, 7), (7, 5))
CHANNELS = (1, 2, 3, 5, 7, 8, 9, 12, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65, 70)
MOST_MACS = 2_000_000


def same_pads(size: int, kernel: int, stride: int, upper: bool) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    less = total // 2
    return (less, total - less) if upper else (total - less, less)


def random_pads(b: Builder, kernel: tuple[int, int]) -> tuple[int, int, int, int]:
    kind = b.rng.random()
    if kind < 0.25:
        return (0, 0, 0, 0)
    if kind < 0.6:
        return (kernel[0] // 2, kernel[1] // 2, (kernel[0] - 1) // 2, (kernel[1] - 1) // 2)
    return tuple(int(b.rng.integers(0, side)) for side in (*kernel, *kernel))


def random_strides(b: Builder) -> tuple[int, int]:
    stride = pick(b.rng, 1, 1, 1, 2, 2, 3)
    return (stride, stride) if b.rng.random() < 0.8 else (stride, pick(b.rng, 1, 2, 3))


def random_window(b: Builder, x: Tensor, kernels: tuple[tuple[int, int], ...]) -> Window:
    """A window with at least one position in the image of `x`."""
    _, height, width = x.shape
    while True:
        kernel, strides = pick(b.rng, *kernels), random_strides(b)
        if b.rng.random() < 0.15:
            upper = b.rng.random() < 0.6
            rows = same_pads(height, kernel[0], strides[0], upper)
            columns = same_pads(width, kernel[1], strides[1], upper)
            pads = (rows[0], columns[0], rows[1], columns[1])
            window = Window(kernel, strides, pads, "SAME_UPPER" if upper else "SAME_LOWER")
        elif b.rng.random() < 0.1:
            window = Window(kernel, strides, (0, 0, 0, 0), "VALID")
        else:
            window = Window(kernel, strides, random_pads(b, kernel))
        fits = height + window.pads[0] + window.pads[2] >= kernel[0] and width + window.pads[1] + window.pads[3] >= kernel[1]
        if fits:
            return window


def affordable(x: Tensor, channels: int, window: Window) -> int:
    """At most `channels`, such that the convolution stays small."""
    height, width = window.output(*x.shape[1:])
    macs = x.shape[0] * window.kernel[0] * window.kernel[1] * height * width * len(x.codes)
    return max(1, min(channels, MOST_MACS // macs))


def conv(b: Builder, x: Tensor, channels: int | None = None, window: Window | None = None) -> Tensor:
    window = window or random_window(b, x, KERNELS)
    wanted = channels or pick(b.rng, *CHANNELS)
    return b.conv(x, wanted if channels else affordable(x, wanted, window), window)


def pool(b: Builder, x: Tensor) -> Tensor:
    return b.max_pool(x, random_window(b, x, ((2, 2), (3, 3), (3, 3), (2, 3), (3, 1))))


def of_sign(b: Builder, x: Tensor, storage: str) -> Tensor:
    """`x`, requantized if its codes have the other sign: the runtime adds codes of one sign only."""
    return x if x.storage == storage else b.requantize(x, storage)


def summed(b: Builder, branch: Tensor, shortcut: Tensor) -> Tensor:
    branch = of_sign(b, branch, shortcut.storage)
    result = b.add(branch, shortcut) if b.rng.random() < 0.5 else b.add(shortcut, branch)
    return b.clamp(result) if b.rng.random() < 0.3 else result


def residual(b: Builder, x: Tensor) -> Tensor:
    """A basic block or a bottleneck; the shortcut is a convolution where shapes change, and sometimes where not."""
    stride = pick(b.rng, 1, 1, 2)
    kernel = pick(b.rng, 1, 3, 3, 5)
    inside = Window((kernel, kernel), (stride, stride), (kernel // 2,) * 4)
    channels = affordable(x, x.shape[0] if b.rng.random() < 0.6 else pick(b.rng, *CHANNELS), inside)
    y = x
    if b.rng.random() < 0.4:
        b.feature("bottleneck block")
        y = conv(b, y, max(1, channels // 2), Window())
    else:
        b.feature("basic block")
    y = conv(b, y, channels, inside)
    if b.rng.random() < 0.3:
        y = b.clamp(y)
    if b.rng.random() < 0.6:
        y = conv(b, y, channels, Window(*pick(b.rng, ((1, 1),), ((3, 3), (1, 1), (1, 1, 1, 1)))))
    if y.shape == x.shape and b.rng.random() < 0.7:
        b.feature("identity shortcut")
        return summed(b, y, x)
    b.feature("projection shortcut")
    return summed(b, y, conv(b, x, channels, Window(strides=(stride, stride))))


def self_added(b: Builder, x: Tensor) -> Tensor:
    """Sums without a convolution of their own: a tensor and itself, or what follows from it."""
    kind = b.rng.random()
    if kind < 0.3:
        return b.add(x, x)
    if kind < 0.6:
        return summed(b, x, b.requantize(x, x.storage))
    return summed(b, b.max_pool(x, Window((3, 3), (1, 1), (1, 1, 1, 1))), x)


def step(b: Builder, x: Tensor) -> Tensor:
    kind = b.rng.random()
    if kind < 0.45:
        return conv(b, x)
    if kind < 0.70:
        return residual(b, x)
    if kind < 0.78:
        return pool(b, x)
    if kind < 0.85:
        return b.requantize(x)
    if kind < 0.92:
        return b.clamp(x)
    if kind < 0.96:
        return self_added(b, x)
    return b.alias(x, "Identity", flat=False)


def stem(b: Builder, images: int) -> Tensor:
    b.feature("stem 7x7/2 of 3 channels")
    side = int(b.rng.integers(14, 21))
    x = b.input((3, side, side + int(b.rng.integers(-2, 3))), images)
    x = conv(b, x, pick(b.rng, 8, 13, 16), Window((7, 7), (2, 2), (3, 3, 3, 3)))
    return b.max_pool(x, Window((3, 3), (2, 2), (1, 1, 1, 1))) if b.rng.random() < 0.7 else x


def classifier(b: Builder, x: Tensor) -> Tensor:
    """Global average or not, flattened, fully connected."""
    x = b.average(x) if b.rng.random() < 0.6 else x
    if len(x.shape) == 3:
        hidden = b.form != "integer" and b.operator_form(x) == "qdq" and b.rng.random() < 0.5
        squeeze = ("Squeeze", "Squeeze") if x.shape[1:] == (1, 1) else ()
        x = b.alias(x, pick(b.rng, "Flatten", "Flatten", "Reshape", "Reshape", *squeeze), hidden=hidden)
    return b.conv(x, int(b.rng.integers(1, 40)), Window(), pick(b.rng, "gemm", "matmul"))


def computing(network: Network) -> list:
    """The operators whose results are no input's codes."""
    return [operator for operator in network.operators if not isinstance(operator, (Quantize, Alias))]


def finish(b: Builder) -> Network:
    """What nothing reads is an output, and sometimes more; they are codes or, through DequantizeLinear, real."""
    network = b.network
    read = set()
    for operator in network.operators:
        read |= {getattr(operator, end).name for end in ("input", "a", "b") if hasattr(operator, end)}
    network.outputs = [tensor for tensor in network.written() if tensor.name not in read]
    extra = pick(b.rng, *outputs_of(pick(b.rng, *computing(network))))
    if extra not in network.outputs and b.rng.random() < 0.2:
        b.feature("output that is read inside")
        network.outputs.append(extra)
    weights = [operator.weights for operator in network.operators if isinstance(operator, Conv)]
    four = any(tensor.type in ("int4", "uint4") for tensor in [*network.written(), *weights])
    network.opset = 21 if four else int(b.rng.integers(13, 22))
    return network


def make_network(seed: int, index: int) -> Network:
    """The same for the same arguments (and, without VNNI, with smaller weights)."""
    rng = np.random.default_rng([seed, index])
    b = Builder(f"random_{seed}_{index}", rng)
    images = int(rng.integers(1, 4))
    if rng.random() < 0.15:
        x = stem(b, images)
    else:
        x = b.input((pick(rng, *CHANNELS), int(rng.integers(4, 21)), int(rng.integers(4, 21))), images)
    most = int(rng.integers(1, 9))
    while len(computing(b.network)) < most:
        x = step(b, x)
    if rng.random() < 0.5:
        classifier(b, x)
    return finish(b)
