# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Random scales, zero points, weights and biases where rounding rules differ: at ties, at both ends of the range, beyond
2^24.

A dyadic scale is a power of two times a small odd integer. In dyadic networks most multipliers x_scale * w_scale / y_scale
are exact, so that accumulators land on ties, but x_scale / y_scale is often not: the order of the operations shows.
"""

from __future__ import annotations

import dataclasses
import functools
import pathlib

import numpy as np

from network import LIMITS, Affine, Tensor, Weights

ODD = (1, 1, 3, 5, 7)


@functools.cache
def has_vnni() -> bool:
    """Without it the runtime's kernels may saturate in int16, unless weights stay within -64..63."""
    info = pathlib.Path("/proc/cpuinfo")
    return info.exists() and "vnni" in info.read_text()


@dataclasses.dataclass(frozen=True)
class Style:
    """What the scales of a network have in common."""

    dyadic: bool
    base: int  # scales of activations are near 2^base
    wide: bool  # or anywhere within 2^(base +- 20)


def pick(rng: np.random.Generator, *options):
    return options[rng.integers(len(options))]


def scale_near(rng: np.random.Generator, style: Style, value: float, odd=ODD) -> np.float32:
    if style.dyadic and rng.random() < 0.9:
        factor = pick(rng, *odd)
        return np.float32(factor * 2.0 ** np.round(np.log2(value / factor)))
    return np.float32(value * rng.uniform(0.75, 1.35))


def activation_scale(rng: np.random.Generator, style: Style) -> np.float32:
    spread = 20 if style.wide else 2
    return scale_near(rng, style, 2.0 ** (style.base + rng.uniform(-spread, spread)))


def zero_point(rng: np.random.Generator, type: str) -> int:
    """Mostly odd ones, of every size; sometimes 0 or the ends."""
    low, high = LIMITS[type]
    middle = (low + high + 1) // 2
    kind = rng.random()
    if kind < 0.15:
        return middle
    if kind < 0.30:
        return low
    if kind < 0.35:
        return high
    reach = (high - low) // 2 if kind < 0.5 else (high - low) // 5
    return int(np.clip(middle + rng.integers(-reach, reach + 1) | 1, low, high))


def code_deviation(rng: np.random.Generator, type: str) -> float:
    """Standard deviation of codes to aim at: few values saturate, or many."""
    low, high = LIMITS[type]
    return float((high - low) * pick(rng, 0.03, 0.08, 0.12, 0.2, 0.5))


def quantized(real: np.ndarray, affine: Affine, low: int, high: int) -> np.ndarray:
    """Codes near those of the runtime."""
    return np.clip(np.rint(real / np.float64(affine.scale)) + affine.zero_point, low, high).astype(np.int64)


def weight_type(rng: np.random.Generator, x: Tensor, bits: int, form: str) -> str:
    if form == "qdq" and bits == 4 and rng.random() < 0.6:
        return pick(rng, "int4", "uint4")
    unsigned = rng.random() < 0.3 and (x.storage == "uint8" or form == "qdq")
    return "uint8" if unsigned else "int8"


def weight_zero_points(rng: np.random.Generator, type: str, count: int) -> np.ndarray:
    """Small enough that weights minus their zero points can have both signs."""
    low, high = LIMITS[type]
    middle = (low + high + 1) // 2
    if rng.random() < 0.5:
        return np.full(count, middle)
    reach = max(1, (high - low) // 16)
    return np.clip(middle + rng.integers(-reach, reach + 1, count), low, high)


def weight_values(rng: np.random.Generator, shape: tuple[int, ...], bits: int, channels: int) -> np.ndarray:
    """Per scale: another amplitude, sometimes all even or more, sometimes mostly zeros, with the extremes inside."""
    most = 8 if bits == 4 else 128
    amplitude = np.broadcast_to(np.exp2(rng.uniform(1, np.log2(most), channels)), shape[:1])
    amplitude = amplitude.reshape(-1, *(1,) * (len(shape) - 1))
    values = np.rint(rng.uniform(-1, 1, shape) * amplitude).astype(np.int64)
    kind = rng.random()
    if kind < 0.35:  # accumulators that are multiples of a power of two
        step = 2 if bits == 4 else pick(rng, 4, 8, 16, 32)
        values = np.rint(values / step).astype(np.int64) * step
    elif kind < 0.5:
        values *= rng.random(shape) < 0.2
    if rng.random() < 0.5:
        values.flat[rng.integers(values.size)] = pick(rng, -most, most - 1)
    return values


def safe_weights(rng: np.random.Generator, x: Tensor) -> bool:
    """Whether weights must fit the runtime's kernels without VNNI."""
    unsigned_and_large = x.storage == "uint8" and rng.random() < 0.8
    return unsigned_and_large or not has_vnni()


def random_weights(rng: np.random.Generator, x: Tensor, shape: tuple[int, ...], bits: int, form: str) -> Weights:
    """Scales are still 1: they follow from the sums."""
    type = weight_type(rng, x, bits, form)
    channels = shape[0] if rng.random() < 0.6 else 1
    zero_points = weight_zero_points(rng, type, channels)
    ones = (1,) * (len(shape) - 1)
    low, high = (-8, 7) if bits == 4 else (-128, 127)
    least, most = (limit - zero_points.reshape(-1, *ones) for limit in LIMITS[type])
    if safe_weights(rng, x):
        low, high = max(low, -64), min(high, 63)
        if type == "int8":
            least, most = (limit - zero_points.reshape(-1, *ones) for limit in (-64, 63))
    values = np.clip(weight_values(rng, shape, bits, channels), np.maximum(least, low), np.minimum(most, high))
    return Weights(values, type, np.ones(channels, np.float32), zero_points)


def multipliers(rng: np.random.Generator, style: Style, deviations: np.ndarray, code: float) -> np.ndarray:
    """x_scale * w_scale / y_scale to aim at: the wanted spread of codes, in some channels much less or more."""
    wanted = np.full(len(deviations), code)
    odd_ones = rng.random(len(deviations)) < 0.15
    wanted[odd_ones] *= np.exp2(rng.uniform(-16, 3, odd_ones.sum()))
    values = wanted / np.maximum(deviations, 1.0)
    return np.exp2(np.round(np.log2(values))) if style.dyadic else values * rng.uniform(0.8, 1.25, len(values))


def odd_part(scale: np.float32) -> int:
    """The odd integer that a power of two makes the scale."""
    mantissa, _ = np.frexp(np.float64(scale))
    value = int(mantissa * 2**24)
    return value // (value & -value)


def is_dyadic(scale: np.float32) -> bool:
    return odd_part(scale) < 64


def weight_scales(rng: np.random.Generator, style: Style, wanted: np.ndarray, x: Affine, y: Affine) -> np.ndarray:
    """Scales that give the multipliers `wanted`; dyadic: y's odd factor divides w's, not x's."""
    exact = wanted * np.float64(y.scale) / np.float64(x.scale)
    if not style.dyadic:
        return exact.astype(np.float32)
    factor = (odd_part(y.scale) if is_dyadic(y.scale) else 1) * rng.choice(ODD, len(exact))
    return (factor * np.exp2(np.round(np.log2(exact / factor)))).astype(np.float32)


def random_bias(rng: np.random.Generator, sums: np.ndarray, actual: np.ndarray, zero_point: int,
                limits: tuple[int, int]) -> np.ndarray:
    """Per channel of the sums [N, O, ...]: within their spread, or (where the multiplier is tiny) so large that the code is
    a tie, up to 2^30 and thereby beyond what float32 holds."""
    axes = (0, *range(2, sums.ndim))
    deviations = np.maximum(sums.std(axis=axes), 1.0)
    bias = rng.uniform(-1.5, 1.5, len(deviations)) * deviations
    ties = (rng.integers(*limits, len(bias)) + 0.5 - zero_point) / actual
    large = (np.abs(ties) < 2**30) & ((deviations * actual < 0.4) | (rng.random(len(bias)) < 0.1))
    bias = np.where(large, ties + rng.integers(-2, 3, len(bias)), bias)
    step = pick(rng, 1, 1, 8, 32)
    return np.where(large, np.rint(bias), np.rint(bias / step) * step).astype(np.int64)
