// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/arch/error.hpp"
#include "model/golden/add.hpp"

namespace hb::golden {
namespace {

void check_shapes(const arch::Tensor& a, const arch::Tensor& b) {
  HB_ASSERT(a.channels == b.channels && a.height == b.height && a.width == b.width,
            "shapes {}x{}x{} and {}x{}x{}", a.channels, a.height, a.width, b.channels, b.height,
            b.width);
}

/// Stored code of a true one: clamped to the stored limits.
std::int8_t stored(std::int64_t code, std::int32_t offset, const Limits& limits) {
  return static_cast<std::int8_t>(std::clamp<std::int64_t>(code - offset, limits.low, limits.high));
}

/// Calls `take` with every code of a window's positions inside the input; returns their number.
template <class Take>
std::uint32_t for_window(const arch::Tensor& input, const Windows& windows, std::size_t output,
                         const Take& take) {
  const auto ox = static_cast<std::uint32_t>(output % windows.output_width);
  const auto oy = static_cast<std::uint32_t>(output / windows.output_width % windows.output_height);
  const auto c = static_cast<std::uint32_t>(output / windows.output_width / windows.output_height);
  std::uint32_t count = 0;
  for (std::uint32_t ky = 0; ky < windows.kernel_height; ++ky) {
    for (std::uint32_t kx = 0; kx < windows.kernel_width; ++kx) {
      const std::int64_t y = std::int64_t{oy} * windows.stride_y + ky - windows.pad_top;
      const std::int64_t x = std::int64_t{ox} * windows.stride_x + kx - windows.pad_left;
      if (y < 0 || x < 0 || y >= input.height || x >= input.width) continue;
      take(input.codes[input.index(c, static_cast<std::uint32_t>(y),
                                   static_cast<std::uint32_t>(x))]);
      ++count;
    }
  }
  return count;
}

arch::Tensor pooled(const arch::Tensor& input, const Windows& windows) {
  arch::Tensor result{input.channels, windows.output_height, windows.output_width, {}};
  result.codes.resize(result.index(result.channels, 0, 0));
  return result;
}

}  // namespace

arch::Tensor add_ort(const QuantizedTensor& a, const QuantizedTensor& b, const Quantization& y,
                     const Limits& limits) {
  check_shapes(a.tensor, b.tensor);
  const Quantization& qa = a.quantization;
  const Quantization& qb = b.quantization;
  const float a_ratio = qa.scale / y.scale;
  const float b_ratio = qb.scale / y.scale;
  const float b_zero = b_ratio * static_cast<float>(qb.zero_point);
  const float term = static_cast<float>(y.zero_point) -
                     std::fma(a_ratio, static_cast<float>(qa.zero_point), b_zero);
  arch::Tensor result = a.tensor;
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    const auto first = static_cast<float>(a.tensor.codes[i] + qa.offset);
    const auto second = static_cast<float>(b.tensor.codes[i] + qb.offset);
    const float sum = std::fma(first, a_ratio, std::fma(second, b_ratio, term));
    constexpr float kFar = 1024;  // beyond every code, so that the conversion is defined
    const float code = std::clamp(std::nearbyint(sum), -kFar, kFar);
    result.codes[i] = stored(static_cast<std::int64_t>(code), y.offset, limits);
  }
  return result;
}

arch::Tensor add_tflite(const QuantizedTensor& a, const QuantizedTensor& b, const Quantization& y,
                        const Limits& limits) {
  check_shapes(a.tensor, b.tensor);
  constexpr std::int32_t kLeftShifted = 1 << 20;
  const Quantization& qa = a.quantization;
  const Quantization& qb = b.quantization;
  const double a_scale = qa.scale, b_scale = qb.scale, y_scale = y.scale;
  const double twice = 2 * std::max(a_scale, b_scale);
  const Multiplier first = quantize_multiplier(a_scale / twice);
  const Multiplier second = quantize_multiplier(b_scale / twice);
  const Multiplier output = quantize_multiplier(twice / (kLeftShifted * y_scale));
  arch::Tensor result = a.tensor;
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    const std::int32_t x = (a.tensor.codes[i] + qa.offset - qa.zero_point) * kLeftShifted;
    const std::int32_t z = (b.tensor.codes[i] + qb.offset - qb.zero_point) * kLeftShifted;
    const std::int64_t sum = multiply_literal(x, first) + multiply_literal(z, second);
    const std::int64_t value = multiply_literal(static_cast<std::int32_t>(sum), output);
    result.codes[i] = stored(value + y.zero_point, y.offset, limits);
  }
  return result;
}

Multiplier quantize_multiplier(double scale) {
  constexpr std::int64_t kOne = std::int64_t{1} << 31;
  int shift = 0;
  const double fraction = std::frexp(scale, &shift);
  auto value = static_cast<std::int64_t>(std::round(fraction * static_cast<double>(kOne)));
  if (value == kOne) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  if (shift > 31) {
    throw bad_input("tflite scale", fmt::format("{} is too large", scale), "at most 2^31");
  }
  return {static_cast<std::int32_t>(value), static_cast<std::uint32_t>(std::max(-shift, 0)),
          static_cast<std::uint32_t>(std::max(shift, 0))};
}

arch::Tensor max_pool(const arch::Tensor& input, const Windows& windows, std::int8_t lowest) {
  arch::Tensor result = pooled(input, windows);
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    std::int8_t largest = lowest;
    for_window(input, windows, i, [&](std::int8_t code) { largest = std::max(largest, code); });
    result.codes[i] = largest;
  }
  return result;
}

arch::Tensor average_pool_ort(const QuantizedTensor& x, const Windows& windows,
                              const Quantization& y, const Limits& limits) {
  const Quantization& q = x.quantization;
  const auto positions = static_cast<float>(windows.kernel_height * windows.kernel_width);
  const float scale = q.scale / (y.scale * positions);
  const std::int32_t zero_point = y.zero_point - y.offset;
  arch::Tensor result = pooled(x.tensor, windows);
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    std::int32_t sum = 0;
    for_window(x.tensor, windows, i,
               [&](std::int8_t code) { sum += code + q.offset - q.zero_point; });
    result.codes[i] = static_cast<std::int8_t>(
        requantize_literal(sum, scale, {limits.low, limits.high, zero_point}));
  }
  return result;
}

arch::Tensor average_pool_tflite(const arch::Tensor& input, const Windows& windows,
                                 const Limits& limits) {
  arch::Tensor result = pooled(input, windows);
  for (std::size_t i = 0; i < result.codes.size(); ++i) {
    std::int32_t sum = 0;
    const auto n = static_cast<std::int32_t>(
        for_window(input, windows, i, [&](std::int8_t code) { sum += code; }));
    HB_ASSERT(n > 0, "window {} lies outside the tensor", i);
    result.codes[i] = stored((sum > 0 ? sum + n / 2 : sum - n / 2) / n, 0, limits);
  }
  return result;
}

}  // namespace hb::golden
