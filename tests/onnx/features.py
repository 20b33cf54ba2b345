# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""What the random networks must hold, and what they did."""

from __future__ import annotations

import collections
import dataclasses

import numpy as np

from network import Network

# A kind of network that is not among this many has been lost.
ENOUGH = 200
WANTED = (
    *("QLinearConv", "QLinearAdd", "QLinearGlobalAveragePool", "QLinearAveragePool", "QGemm", "QGemm with alpha"),
    *("QLinearMatMul", "MaxPool on codes", "MaxPool with pads", "Relu on codes", "Clip on codes", "Clip without a bound"),
    *("Flatten on codes", "Reshape on codes", "Squeeze on codes", "Identity on codes", "Reshape with all sizes"),
    *("Conv in QDQ form", "Gemm in QDQ form", "MatMul in QDQ form", "Add in QDQ form", "MaxPool in QDQ form"),
    *("GlobalAveragePool in QDQ form", "ReduceMean in QDQ form", "Relu in QDQ form", "Clip in QDQ form"),
    *("Flatten in QDQ form", "Reshape in QDQ form", "Squeeze in QDQ form", "Identity in QDQ form", "MaxPool that requantizes"),
    *("Relu that changes nothing", "sums quantized twice", "input and output of different signs"),
    *("DequantizeLinear to QuantizeLinear", "DequantizeLinear to QuantizeLinear, other sign"),
    *("4-bit activations: clip", "4-bit activations: qcdq", "4-bit activations: INT4 type", "4-bit activations: UINT4 type"),
    *("w8a8 convolution", "w4a8 convolution", "w8a4 convolution", "w4a4 convolution"),
    *("int8 weights", "uint8 weights", "int4 weights", "uint4 weights", "int4 initializer", "uint4 initializer"),
    *("4-bit initializer in int32_data", "initializer not in raw_data", "Constant node", "float weights behind QuantizeLinear"),
    *("per-tensor weight scale", "per-channel weight scales", "weight zero points", "weight zero points per channel"),
    *("float bias", "zero point of a bias", "missing zero point", "scale or zero point of one element", "default axis"),
    *("com.microsoft QuantizeLinear or DequantizeLinear", "DequantizeLinear for each reader", "transB = 0"),
    *("kernel 1x1", "kernel 2x2", "kernel 3x3", "kernel 5x5", "kernel 7x7", "kernel not square"),
    *("stride 1", "stride 2", "stride 3", "strides not square", "asymmetric pads", "stem 7x7/2 of 3 channels"),
    *("auto_pad SAME_UPPER", "auto_pad SAME_LOWER", "auto_pad VALID", "kernel_shape left out", "strides left out"),
    *("pads left out", "dilations and group spelled out", "Flatten without axis"),
    *("add of conv and other", "add of other and conv", "add of conv and conv", "add of other and other"),
    *("add of equal scales", "add of unequal scales", "basic block", "bottleneck block"),
    *("identity shortcut", "projection shortcut", "dyadic scales", "random scales", "scales over many magnitudes"),
    *("accumulators beyond 2^24", "ties", "float input", "input of int8 codes", "input of uint8 codes"),
    *("real output", "output of codes", "output that is read inside"),
)


@dataclasses.dataclass
class Values:
    """Bytes that the runtime computed; how many of them are at the ends of their tensor's range; ties on the way."""

    tensors: int = 0
    codes: int = 0
    low: int = 0
    high: int = 0
    ties: int = 0

    @staticmethod
    def of(network: Network, ranges: dict[str, tuple[int, int]], expected: dict[str, np.ndarray]) -> Values:
        values = Values(len(expected), ties=network.ties)
        for name, codes in expected.items():
            low, high = ranges[name]
            values.codes += codes.size
            values.low += int((codes == low).sum())
            values.high += int((codes == high).sum())
        return values

    def __add__(self, other: Values) -> Values:
        return Values(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other))))


def report(counts: collections.Counter[str], values: Values, count: int) -> list[str]:
    """Prints how many networks hold what; the wanted kinds that none of enough networks holds."""
    names = sorted({*counts, *WANTED})
    width = max(len(name) for name in names)
    half = -(-len(names) // 2)
    for left, right in zip(names[:half], [*names[half:], ""]):
        end = f"   {right:{width}} {counts[right]:5}" if right else ""
        print(f"{left:{width}} {counts[left]:5}{end}")
    print(
        f"{count} networks, {values.tensors} tensors, {values.codes} codes: {values.low / values.codes:.1%} at the low end, "
        f"{values.high / values.codes:.1%} at the high end; {values.ties} sums are ties"
    )
    return [name for name in WANTED if counts[name] == 0] if count >= ENOUGH else []
