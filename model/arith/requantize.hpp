// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Requantization under both contracts in integer logic, free of branches so that loops over lanes
// vectorise. docs/arithmetic.md sections 2 (`ort`, float32-exact) and 3 (`tflite`) derive every
// step.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hb::arith {

/// Scale and output range of one channel. -128 <= low <= high <= 127 and -128 <= zero_point <= 127.
/// The scale is float32 bits under `ort`, of which the sign is ignored, exponent field 0 means zero
/// and 255 a huge number; under `tflite` it is the multiplier, whose bit 31 is ignored.
struct Quantizer {
  std::uint32_t scale_bits = 0;
  std::int32_t low = 0;
  std::int32_t high = 0;
  std::int32_t zero_point = 0;
};

/// A positive float32 as mantissa * 2^(exponent - 150): mantissa in 2^23..2^24, or 0 for zero.
/// 2^24 comes only from multiply(), which leaves a rounding carry where it is.
struct Float {
  std::uint32_t mantissa = 0;
  std::uint32_t exponent = 0;  ///< biased, modulo 2^32: it does not saturate
};

/// Mantissa and exponent of a scale's bits.
[[nodiscard]] constexpr Float unpack_scale(std::uint32_t bits) {
  const std::uint32_t exponent = (bits >> 23) & 0xFF;
  const std::uint32_t normal = exponent == 0 ? 0U : ~0U;
  return {((bits & 0x7FFFFF) | 0x800000) & normal, exponent};
}

/// float32(magnitude), round to nearest even. Mantissa below 2^24.
[[nodiscard]] constexpr Float int32_to_float32(std::uint32_t magnitude) {
  // Leading zeros by halves, unrolled by hand: a loop here keeps g++ from vectorising the lanes.
  std::uint32_t bits = magnitude;
  const std::uint32_t zeros_16 = (bits >> 16) == 0 ? 16 : 0;
  bits <<= zeros_16;
  const std::uint32_t zeros_8 = (bits >> 24) == 0 ? 8 : 0;
  bits <<= zeros_8;
  const std::uint32_t zeros_4 = (bits >> 28) == 0 ? 4 : 0;
  bits <<= zeros_4;
  const std::uint32_t zeros_2 = (bits >> 30) == 0 ? 2 : 0;
  bits <<= zeros_2;
  const std::uint32_t zeros_1 = (bits >> 31) == 0 ? 1 : 0;
  bits <<= zeros_1;
  const std::uint32_t exponent = 150 + 8 - (zeros_16 + zeros_8 + zeros_4 + zeros_2 + zeros_1);
  const std::uint32_t odd = (bits >> 8) & 1;
  const std::uint32_t mantissa = (bits >> 8) + (((bits & 0xFF) + 0x7F + odd) >> 8);
  const std::uint32_t carry = mantissa >> 24;
  return {mantissa >> carry, exponent + carry};
}

/// float32 product of two mantissas below 2^24, round to nearest even; neither overflow nor
/// underflow.
[[nodiscard]] constexpr Float multiply_float32(Float a, Float b) {
  // 24 x 24 bits in 32-bit halves, so that every lane of a vector is 32 bits wide.
  const std::uint32_t a_high = a.mantissa >> 12, a_low = a.mantissa & 0xFFF;
  const std::uint32_t b_high = b.mantissa >> 12, b_low = b.mantissa & 0xFFF;
  const std::uint32_t middle = a_high * b_low + a_low * b_high;
  const std::uint32_t lower = a_low * b_low + ((middle & 0xFFF) << 12);
  const std::uint32_t high = a_high * b_high + (middle >> 12) + (lower >> 24);
  const std::uint32_t low = lower & 0xFFFFFF;
  // high * 2^24 + low is the product, 47 or 48 bits long.
  const std::uint32_t narrow = 1 - (high >> 23);
  const std::uint32_t kept = (high << narrow) | ((low >> 23) & narrow);
  const std::uint32_t dropped = (low << narrow) & 0xFFFFFF;
  return {kept + ((dropped + 0x7FFFFF + (kept & 1)) >> 24), a.exponent + b.exponent - 126 - narrow};
}

/// `value` to the nearest integer, ties to even; at least 2^22 stands for every larger result.
[[nodiscard]] constexpr std::uint32_t round_half_even(Float value) {
  const auto wanted = static_cast<std::int32_t>(150 - value.exponent);
  const std::int32_t at_least = wanted < 1 ? 1 : wanted;
  const std::int32_t shift = at_least > 30 ? 30 : at_least;
  const std::uint32_t odd = (value.mantissa >> shift) & 1;
  return (value.mantissa + (1U << (shift - 1)) - 1 + odd) >> shift;
}

/// 0 for a number that is not negative, else all ones.
[[nodiscard]] constexpr std::uint32_t sign_of(std::int32_t value) { return value < 0 ? ~0U : 0U; }

/// Two's complement of `magnitude` where `sign` is all ones; its own inverse.
[[nodiscard]] constexpr std::uint32_t apply_sign(std::uint32_t magnitude, std::uint32_t sign) {
  return (magnitude ^ sign) - sign;
}

/// The last step of every code: clamp, then the zero point. `magnitude` below 2^31.
[[nodiscard]] constexpr std::int32_t finish_code(std::uint32_t magnitude, std::uint32_t sign,
                                                 const Quantizer& quantizer) {
  const auto value = static_cast<std::int32_t>(apply_sign(magnitude, sign));
  const std::int32_t low = quantizer.low - quantizer.zero_point;
  const std::int32_t high = quantizer.high - quantizer.zero_point;
  const std::int32_t raised = value < low ? low : value;
  return (raised > high ? high : raised) + quantizer.zero_point;
}

/// Code of an accumulator (bias included): clamp(round(float32(accumulator) * scale)) + zero point.
/// In low..high. Source: the `ort` contract, docs/arithmetic.md section 2.
[[nodiscard]] constexpr std::int32_t requantize_ort(std::int32_t accumulator,
                                                    const Quantizer& quantizer) {
  const std::uint32_t sign = sign_of(accumulator);
  const std::uint32_t magnitude = apply_sign(static_cast<std::uint32_t>(accumulator), sign);
  const Float product =
      multiply_float32(int32_to_float32(magnitude), unpack_scale(quantizer.scale_bits));
  return finish_code(round_half_even(product), sign, quantizer);
}

/// Magnitude of `magnitude * multiplier / 2^(31 + right)` with two roundings: gemmlowp's rounding
/// doubling high multiplication, then half away from zero. `sign` is sign_of() of the value whose
/// magnitude it is, multiplier below 2^31, right 0..31. Source: docs/arithmetic.md section 3.
[[nodiscard]] constexpr std::uint32_t multiply_tflite(std::uint32_t magnitude, std::uint32_t sign,
                                                      std::uint32_t multiplier,
                                                      std::uint32_t right) {
  const std::uint64_t product = std::uint64_t{magnitude} * multiplier;
  const auto high = static_cast<std::uint32_t>((product + 0x40000000 - (sign & 1)) >> 31);
  // (high + 2^(right-1)) >> right in 32 bits: the last bit shifted out is the carry.
  const std::uint32_t shifts = right == 0 ? 0 : 1;
  return (high >> right) + ((high >> (right - shifts)) & shifts);
}

/// Shifts of one channel, 0..31 each: left before the product, right after it.
struct Shifts {
  std::uint32_t right = 0;
  std::uint32_t left = 0;
};

/// Shifts in the half of a parameter row's word that begins at `bit`: 0 the output's, 16 the
/// copy's.
[[nodiscard]] constexpr Shifts unpack_shifts(std::uint32_t word, std::uint32_t bit) {
  return {(word >> bit) & 31, (word >> (bit + 8)) & 31};
}

/// Code of an accumulator (bias included) under `tflite`. In low..high. Source: docs/arithmetic.md
/// section 3.
[[nodiscard]] constexpr std::int32_t requantize_tflite(std::int32_t accumulator, Shifts shifts,
                                                       const Quantizer& quantizer) {
  const std::uint32_t sign = sign_of(accumulator);
  const std::uint32_t magnitude = apply_sign(static_cast<std::uint32_t>(accumulator), sign);
  const std::uint32_t scaled = multiply_tflite(magnitude << shifts.left, sign,
                                               quantizer.scale_bits & 0x7FFFFFFF, shifts.right);
  // All ones is possible; 2^10 clamps as well and keeps its sign.
  return finish_code(scaled < 0x400 ? scaled : 0x400, sign, quantizer);
}

/// Arrays of `count` lanes; `codes` may be `accumulators`.
struct Lanes {
  const std::int32_t* accumulators = nullptr;
  const std::uint32_t* scale_bits = nullptr;
  std::int32_t* codes = nullptr;
  std::size_t count = 0;
};

/// requantize_ort() of every lane, vectorised; each lane's scale is its own, the quantizer's is not
/// looked at.
void requantize_ort(const Lanes& lanes, const Quantizer& range);

/// The shifts' row of a parameter tile, a word per lane, and which half of the words: see
/// unpack_shifts().
struct ShiftLanes {
  const std::uint32_t* words = nullptr;
  std::uint32_t bit = 0;
};

/// requantize_tflite() of every lane, vectorised; the lanes' scale bits are multipliers, the
/// range's are not looked at.
void requantize_tflite(const Lanes& lanes, const ShiftLanes& shifts, const Quantizer& range);

}  // namespace hb::arith
