# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""A random quantized network before it has a form: tensors of codes and the operators between them.

An operator is written in one of two forms, "integer" (QLinearConv and its kind) or "qdq" (a float operator between
DequantizeLinear and QuantizeLinear). Tensors of codes are where operators meet, so a network can mix both.
"""

from __future__ import annotations

import dataclasses

import numpy as np

LIMITS = {"int8": (-128, 127), "uint8": (0, 255), "int4": (-8, 7), "uint4": (0, 15)}


@dataclasses.dataclass(frozen=True)
class Affine:
    """What a code means: real = scale * (code - zero_point)."""

    scale: np.float32
    zero_point: int


@dataclasses.dataclass(eq=False)
class Tensor:
    """Codes [N, C, H, W] or [N, C]; `codes` are near what the runtime computes: scales are chosen by them."""

    name: str
    type: str
    affine: Affine
    codes: np.ndarray
    low: int
    high: int
    hidden: bool = False  # has no codes in the model: a Flatten between DequantizeLinear and a float operator

    @property
    def shape(self) -> tuple[int, ...]:
        return self.codes.shape[1:]

    @property
    def storage(self) -> str:
        """The type of 8 bits with the same sign: the runtime's integer operators have no other."""
        return self.type.replace("4", "8")

    @property
    def narrow(self) -> bool:
        """Whether all codes are 4-bit codes."""
        return (-8 <= self.low and self.high <= 7) or (0 <= self.low and self.high <= 15)

    @property
    def holds_zero_point(self) -> bool:
        """4-bit codes are stored minus 0 or 8; a zero point that is no int8 then is refused."""
        offset = 0 if -8 <= self.low and self.high <= 7 else 8
        return not self.narrow or -128 <= self.affine.zero_point - offset <= 127

    def reals(self) -> np.ndarray:
        return (self.codes - self.affine.zero_point) * np.float64(self.affine.scale)


@dataclasses.dataclass(frozen=True)
class Window:
    kernel: tuple[int, int] = (1, 1)
    strides: tuple[int, int] = (1, 1)
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)  # top, left, bottom, right
    auto_pad: str = "NOTSET"  # if it says the same as `pads`, which the model may then leave out

    def output(self, height: int, width: int) -> tuple[int, int]:
        top, left, bottom, right = self.pads
        return (
            (height + top + bottom - self.kernel[0]) // self.strides[0] + 1,
            (width + left + right - self.kernel[1]) // self.strides[1] + 1,
        )


@dataclasses.dataclass(eq=False)
class Weights:
    """`values` [O, C, kh, kw] or [O, K] have their zero points subtracted; scales and zero points: one or O."""

    values: np.ndarray
    type: str
    scales: np.ndarray
    zero_points: np.ndarray

    def stored(self) -> np.ndarray:
        ones = (1,) * (self.values.ndim - 1)
        return self.values + self.zero_points.reshape(-1, *ones)


@dataclasses.dataclass(eq=False)
class Quantize:
    """A float input becomes codes."""

    source: str
    output: Tensor


@dataclasses.dataclass(eq=False)
class Conv:
    """Convolution, or fully connected where `kind` is "gemm" or "matmul"; several outputs quantize the same sums."""

    form: str
    name: str
    kind: str
    input: Tensor
    outputs: list[Tensor]
    weights: Weights
    bias: np.ndarray | None
    window: Window = Window()
    alpha: float = 1.0
    float_bias: np.ndarray | None = None


@dataclasses.dataclass(eq=False)
class Add:
    form: str
    name: str
    a: Tensor
    b: Tensor
    output: Tensor


@dataclasses.dataclass(eq=False)
class MaxPool:
    """An output with another scale or zero point than the input's exists in the QDQ form alone."""

    form: str
    name: str
    input: Tensor
    output: Tensor
    window: Window


@dataclasses.dataclass(eq=False)
class Average:
    """Over the whole image. `operator`: QLinearGlobalAveragePool, QLinearAveragePool, GlobalAveragePool or ReduceMean."""

    form: str
    name: str
    input: Tensor
    output: Tensor
    operator: str


@dataclasses.dataclass(eq=False)
class Requantize:
    """DequantizeLinear, then QuantizeLinear: float32 in every runtime."""

    name: str
    input: Tensor
    output: Tensor


@dataclasses.dataclass(eq=False)
class Clamp:
    """Relu or Clip: on codes, or in the QDQ form."""

    form: str
    name: str
    input: Tensor
    output: Tensor


@dataclasses.dataclass(eq=False)
class Alias:
    """Flatten, Reshape, Identity or Squeeze: the same codes."""

    form: str
    name: str
    input: Tensor
    output: Tensor
    operator: str


def outputs_of(operator) -> list[Tensor]:
    return operator.outputs if isinstance(operator, Conv) else [operator.output]


@dataclasses.dataclass(eq=False)
class Network:
    name: str
    opset: int = 13
    inputs: dict[str, np.ndarray] = dataclasses.field(default_factory=dict)  # float32, int8 or uint8
    operators: list = dataclasses.field(default_factory=list)
    outputs: list[Tensor] = dataclasses.field(default_factory=list)
    features: set[str] = dataclasses.field(default_factory=set)
    ties: int = 0  # values half-way between two codes, on their way to a convolution's output

    def written(self) -> list[Tensor]:
        return [tensor for operator in self.operators for tensor in outputs_of(operator)]


def windows_of(codes: np.ndarray, window: Window, fill: int) -> np.ndarray:
    """[N, C, oh, ow, kh, kw]; positions outside of the image hold `fill`."""
    top, left, bottom, right = window.pads
    padded = np.pad(codes, ((0, 0), (0, 0), (top, bottom), (left, right)), constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(padded, window.kernel, axis=(2, 3))
    return view[:, :, :: window.strides[0], :: window.strides[1]]


def sums(tensor: Tensor, values: np.ndarray, window: Window) -> np.ndarray:
    """Accumulators without bias, exact: they stay far below 2^53."""
    centred = (tensor.codes - tensor.affine.zero_point).astype(np.float64)
    if values.ndim == 2:
        return (centred.reshape(len(centred), -1) @ values.T.astype(np.float64)).astype(np.int64)
    patches = windows_of(centred, window, 0)
    result = np.tensordot(patches, values.astype(np.float64), axes=((1, 4, 5), (1, 2, 3)))
    return np.moveaxis(result, 3, 1).astype(np.int64)
