// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/onnx/wrong_rules.hpp"

#include <algorithm>
#include <cmath>

namespace hb::test {
namespace {

using golden::Limits;
using golden::Quantization;
using golden::QuantizedTensor;
using golden::Range;

std::int32_t clamped(float code, const Range& range) {
  const auto low = static_cast<float>(range.low), high = static_cast<float>(range.high);
  return static_cast<std::int32_t>(std::clamp(code, low, high));
}

/// The zero point belongs outside of a requantization's rounding.
std::int32_t zero_point_inside(std::int32_t accumulator, float scale, const Range& range) {
  const float value = static_cast<float>(accumulator) * scale;
  return clamped(std::nearbyint(value + static_cast<float>(range.zero_point)), range);
}

/// Ties go to even.
std::int32_t half_away(std::int32_t accumulator, float scale, const Range& range) {
  const float value = std::round(static_cast<float>(accumulator) * scale);
  return clamped(value + static_cast<float>(range.zero_point), range);
}

/// The product comes first.
float quotient_first(float x_scale, float w_scale, float y_scale) {
  const float quotient = x_scale / y_scale;
  return quotient * w_scale;
}

float ratio(const QuantizedTensor& x, const Quantization& y) {
  return x.quantization.scale / y.scale;
}

/// A sum of tensors by `code`, which takes two true codes and gives one before it is clamped.
template <class CodeOf>
arch::Tensor added(const QuantizedTensor& a, const QuantizedTensor& b, const Quantization& y,
                   const Limits& limits, const CodeOf& code_of) {
  arch::Tensor result = a.tensor;
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    const auto first = static_cast<float>(a.tensor.codes[i] + a.quantization.offset);
    const auto second = static_cast<float>(b.tensor.codes[i] + b.quantization.offset);
    const float code = code_of(first, second) - static_cast<float>(y.offset);
    result.codes[i] = static_cast<std::int8_t>(clamped(code, {limits.low, limits.high, 0}));
  }
  return result;
}

/// A product and a sum are one rounding in the runtime's kernel.
arch::Tensor add_unfused(const QuantizedTensor& a, const QuantizedTensor& b, const Quantization& y,
                         const Limits& limits) {
  const float a_ratio = ratio(a, y), b_ratio = ratio(b, y);
  const float b_zero = b_ratio * static_cast<float>(b.quantization.zero_point);
  const float term = static_cast<float>(y.zero_point) -
                     std::fma(a_ratio, static_cast<float>(a.quantization.zero_point), b_zero);
  return added(a, b, y, limits, [&](float first, float second) {
    const float first_product = first * a_ratio, second_product = second * b_ratio;
    return std::nearbyint(first_product + (second_product + term));
  });
}

/// The zero point belongs inside of an addition's rounding.
arch::Tensor add_zero_point_outside(const QuantizedTensor& a, const QuantizedTensor& b,
                                    const Quantization& y, const Limits& limits) {
  const float a_ratio = ratio(a, y), b_ratio = ratio(b, y);
  const auto a_zero = static_cast<float>(a.quantization.zero_point);
  const auto b_zero = static_cast<float>(b.quantization.zero_point);
  const auto y_zero = static_cast<float>(y.zero_point);
  return added(a, b, y, limits, [&](float first, float second) {
    const float sum = std::fma(first - a_zero, a_ratio, (second - b_zero) * b_ratio);
    return std::nearbyint(sum) + y_zero;
  });
}

/// Padding is the zero point.
std::int32_t pad_with_zero(const graph::Affine& /*input*/) { return 0; }

}  // namespace

std::vector<WrongRules> wrong_rules() {
  const reference::Rules right = reference::right_rules();
  std::vector<WrongRules> wrong{
      {"zero-point-inside", "requantization rounds with the zero point added", right},
      {"zero-point-outside", "addition rounds before the zero point is added", right},
      {"scale-order", "x_scale / y_scale first, then times w_scale", right},
      {"unfused-add", "addition rounds products and sums by themselves", right},
      {"half-away", "requantization rounds half away from zero", right},
      {"zero-padding", "padding is code 0", right}};
  wrong[0].rules.requantize = zero_point_inside;
  wrong[1].rules.add = add_zero_point_outside;
  wrong[2].rules.scale = quotient_first;
  wrong[3].rules.add = add_unfused;
  wrong[4].rules.requantize = half_away;
  wrong[5].rules.padding = pad_with_zero;
  return wrong;
}

}  // namespace hb::test
