// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The `ort` contract transcribed literally, in float32 (ONNX Runtime 1.30's integer operators,
// x86-64). model/arith and the RTL derive the same codes without floating point.
#pragma once

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

}  // namespace hb::golden
