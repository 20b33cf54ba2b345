// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Addition of two quantized values transcribed literally: `ort` with two fused multiply-adds in
// float32 (QLinearAdd, onnxruntime 1.30, x86-64, AVX2 or better), `tflite` as ADD of TFLite's
// reference kernels.
#pragma once

#include <cmath>
#include <cstdint>

#include "model/golden/requantize.hpp"

namespace hb::golden {

/// `ort`: y = first * first_scale + (second * second_scale + term), two roundings.
struct OrtAddition {
  float first_scale = 0;
  float second_scale = 0;
  float term = 0;
};

/// `tflite`: both operands are multiplied after a left shift of 20, then their sum.
struct TfliteAddition {
  Multiplier first;
  Multiplier second;
  Multiplier output;
};

/// `first` and `second` are codes with their offsets added, -256..255. In low..high.
[[nodiscard]] inline std::int32_t add_literal(std::int32_t first, std::int32_t second,
                                              const OrtAddition& addition, const Range& range) {
  const float inner = std::fma(static_cast<float>(second), addition.second_scale, addition.term);
  const float value = std::fma(static_cast<float>(first), addition.first_scale, inner);
  const auto low = static_cast<float>(range.low - range.zero_point);
  const auto high = static_cast<float>(range.high - range.zero_point);
  const float rounded = std::nearbyint(value);
  const float raised = rounded < low ? low : rounded;
  return static_cast<std::int32_t>(raised > high ? high : raised) + range.zero_point;
}

/// As above; the offsets are minus the zero points.
[[nodiscard]] inline std::int32_t add_literal(std::int32_t first, std::int32_t second,
                                              const TfliteAddition& addition, const Range& range) {
  constexpr std::int32_t kLeftShifted = 1 << 20;
  const std::int64_t sum = multiply_literal(first * kLeftShifted, addition.first) +
                           multiply_literal(second * kLeftShifted, addition.second);
  return clamp_code(multiply_literal(static_cast<std::int32_t>(sum), addition.output), range);
}

}  // namespace hb::golden
