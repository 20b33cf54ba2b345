// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Requantization transcribed literally: `ort` in float32 (ONNX Runtime 1.30's integer operators,
// x86-64), `tflite` as gemmlowp's fixed-point functions (TFLite's reference kernels). model/arith
// and the RTL derive the same codes in other ways.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace hb::golden {

/// The float that a parameter row's scale bits stand for (docs/arithmetic.md): the sign is ignored,
/// exponent field 255 is a huge number. Exponent field 0 needs nothing: no accumulator reaches 0.5
/// with it.
[[nodiscard]] inline float literal_scale(std::uint32_t bits) {
  if (((bits >> 23) & 0xFF) == 0xFF) return std::numeric_limits<float>::max();
  float scale = 0;
  std::memcpy(&scale, &bits, sizeof scale);
  return std::fabs(scale);
}

/// Clamp and zero point of a quantized output: -128 <= low <= high <= 127, zero point in -128..127.
struct Range {
  std::int32_t low = 0;
  std::int32_t high = 0;
  std::int32_t zero_point = 0;
};

/// v = float32(accumulator) * scale, clamped to [low - zp, high - zp], rounded half to even, + zp.
/// `scale` comes from literal_scale(). Needs -ffp-contract=off and the default rounding mode.
[[nodiscard]] inline std::int32_t requantize_literal(std::int32_t accumulator, float scale,
                                                     const Range& range) {
  const float low = static_cast<float>(range.low - range.zero_point);
  const float high = static_cast<float>(range.high - range.zero_point);
  const float value = static_cast<float>(accumulator) * scale;
  const float raised = value < low ? low : value;
  const float clamped = raised > high ? high : raised;
  return static_cast<std::int32_t>(std::nearbyint(clamped)) + range.zero_point;
}

/// A scale under `tflite`: multiplier / 2^31 * 2^(left - right).
struct Multiplier {
  std::int32_t value = 0;   ///< not negative
  std::uint32_t right = 0;  ///< 0..31
  std::uint32_t left = 0;   ///< 0..31
};

/// SaturatingRoundingDoublingHighMul: a * b / 2^31, its half rounded up on the number line. Its one
/// saturating case, both INT32_MIN, cannot occur: b is not negative. `a` has 64 bits so that a left
/// shift which overflows the runtime's 32 has a value too.
[[nodiscard]] inline std::int64_t doubling_high_multiply(std::int64_t a, std::int32_t b) {
  const std::int64_t product = a * b;
  const std::int64_t nudge = product >= 0 ? std::int64_t{1} << 30 : 1 - (std::int64_t{1} << 30);
  return (product + nudge) / (std::int64_t{1} << 31);
}

/// RoundingDivideByPOT: x / 2^exponent, half away from zero; exponent 0..31.
[[nodiscard]] inline std::int64_t divide_by_power_of_two(std::int64_t x, std::uint32_t exponent) {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t remainder = x & mask;
  const std::int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

/// MultiplyByQuantizedMultiplier. Where the left shift loses bits, which the runtime does not
/// define, the magnitude loses them (docs/arithmetic.md section 3).
[[nodiscard]] inline std::int64_t multiply_literal(std::int32_t x, const Multiplier& multiplier) {
  const std::int64_t magnitude = x < 0 ? -std::int64_t{x} : std::int64_t{x};
  const std::int64_t kept = (magnitude << multiplier.left) & 0xFFFFFFFF;
  return divide_by_power_of_two(doubling_high_multiply(x < 0 ? -kept : kept, multiplier.value),
                                multiplier.right);
}

/// Clamp to [low - zp, high - zp], then + zp.
[[nodiscard]] inline std::int32_t clamp_code(std::int64_t value, const Range& range) {
  const std::int64_t low = range.low - range.zero_point;
  const std::int64_t high = range.high - range.zero_point;
  return static_cast<std::int32_t>(std::clamp(value, low, high)) + range.zero_point;
}

/// The `tflite` code of an accumulator.
[[nodiscard]] inline std::int32_t requantize_literal(std::int32_t accumulator,
                                                     const Multiplier& multiplier,
                                                     const Range& range) {
  return clamp_code(multiply_literal(accumulator, multiplier), range);
}

}  // namespace hb::golden
