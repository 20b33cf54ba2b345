// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/map/quantize.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "model/arch/error.hpp"

namespace hb::map {
namespace {

constexpr int kMostShift = 31;
/// Positions up to which TFLite's integer average is a multiplication (docs/arithmetic.md).
constexpr std::uint32_t kMostPositions = 2896;
/// Fraction bits that TFLite's ADD gives to its operands.
constexpr int kAddShift = 20;

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// A multiplier below 1, as ADD needs them: no left shift.
Multiplier below_one(double scale) {
  const Multiplier multiplier = tflite_multiplier(scale);
  if (multiplier.left != 0) {
    throw bad_input("addition", fmt::format("a multiplier of {}", scale), "one below 1");
  }
  return multiplier;
}

}  // namespace

float ort_scale(float x_scale, float w_scale, float y_scale) {
  const float product = x_scale * w_scale;
  return product / y_scale;
}

Multiplier tflite_multiplier(double scale) {
  if (!(scale >= 0) || !std::isfinite(scale)) {
    throw bad_input("tflite scale", fmt::format("{}", scale), "a finite scale of at least 0");
  }
  int shift = 0;
  auto value = static_cast<std::int64_t>(std::round(std::frexp(scale, &shift) * 0x1p31));
  if (value == std::int64_t{1} << 31) {
    value /= 2;
    ++shift;
  }
  if (value == 0 || shift < -kMostShift) return {};
  if (shift > kMostShift) {
    throw bad_input("tflite scale", fmt::format("{}", scale), "a scale below 2^31");
  }
  return {static_cast<std::uint32_t>(value), static_cast<std::uint8_t>(std::max(shift, 0)),
          static_cast<std::uint8_t>(std::max(-shift, 0))};
}

Multiplier tflite_multiplier(float x_scale, float w_scale, float y_scale) {
  return tflite_multiplier(double{x_scale} * double{w_scale} / double{y_scale});
}

UnitScale ort_average(const Affine& x, const Affine& y, std::uint32_t n) {
  UnitScale unit;
  unit.bias = -static_cast<std::int32_t>(n) * x.zero_point;
  const float divisor = y.scale * static_cast<float>(n);
  unit.scale = x.scale / divisor;
  return unit;
}

std::optional<float> ort_requantize(const Affine& x, const Affine& y,
                                    const RequantizedCodes& codes) {
  const auto code_of = [&](float value) {
    const float low = static_cast<float>(codes.output_low - y.zero_point);
    const float high = static_cast<float>(codes.output_high - y.zero_point);
    return std::nearbyint(std::min(std::max(value, low), high));
  };
  const auto agrees = [&](float factor) {
    if (!std::isnormal(factor)) return false;
    for (std::int32_t code = codes.low; code <= codes.high; ++code) {
      const auto centred = static_cast<float>(code - x.zero_point);
      const float real = centred * x.scale;
      if (code_of(real / y.scale) != code_of(centred * factor)) return false;
    }
    return true;
  };
  constexpr int kMostSteps = 64;
  const float quotient = x.scale / y.scale;
  float above = quotient;
  float below = quotient;
  for (int step = 0; step <= kMostSteps; ++step) {
    if (agrees(above)) return above;
    if (agrees(below)) return below;
    above = std::nextafter(above, INFINITY);
    below = std::nextafter(below, 0.0F);
  }
  return std::nullopt;
}

UnitScale tflite_requantize(const Affine& x, const Affine& y) {
  UnitScale unit;
  unit.bias = -x.zero_point;
  unit.multiplier = tflite_multiplier(double{x.scale} / double{y.scale});
  return unit;
}

UnitScale tflite_average(std::uint32_t n) {
  if (n < 1 || n > kMostPositions) {
    throw bad_input("tflite average", fmt::format("{} positions", n),
                    fmt::format("1..{}", kMostPositions));
  }
  UnitScale unit;
  if (n == 1) {
    unit.multiplier = {1U << 30, 1, 0};
  } else {
    unit.multiplier = {(1U << 31) / n + 1, 0, 0};
  }
  return unit;
}

Addition ort_addition(const AdditionTensors& tensors, bool residual_first) {
  const float y_scale = tensors.output.affine.scale;
  const float sum = tensors.sum.affine.scale / y_scale;
  const float residual = tensors.residual.affine.scale / y_scale;
  const auto zero_point = [](const Addend& a) { return static_cast<float>(a.affine.zero_point); };
  const float sum_zero = zero_point(tensors.sum);
  const float residual_zero = zero_point(tensors.residual);
  const float first = residual_first ? residual : sum;
  const float first_zero = residual_first ? residual_zero : sum_zero;
  const float second = residual_first ? sum : residual;
  const float second_zero = residual_first ? sum_zero : residual_zero;
  Addition addition;
  addition.first = residual_first;
  addition.sum_offset = tensors.sum.offset;
  addition.residual_offset = tensors.residual.offset;
  addition.sum_scale = bits_of(sum);
  addition.residual_scale = bits_of(residual);
  // A sum of opposite zeros may be -0.0, whose bits are no legal term.
  const float term = zero_point(tensors.output) - std::fma(first, first_zero, second * second_zero);
  addition.term = term == 0 ? 0 : bits_of(term);
  addition.zero_point = static_cast<std::int8_t>(-tensors.output.offset);
  return addition;
}

Addition tflite_addition(const AdditionTensors& tensors) {
  const double sum_scale = tensors.sum.affine.scale;
  const double residual_scale = tensors.residual.affine.scale;
  const double twice = 2 * std::max(sum_scale, residual_scale);
  const Multiplier sum = below_one(sum_scale / twice);
  const Multiplier residual = below_one(residual_scale / twice);
  const Multiplier output =
      below_one(twice / (std::ldexp(1.0, kAddShift) * double{tensors.output.affine.scale}));
  const auto offset = [](const Addend& a) {
    return static_cast<std::int16_t>(a.offset - a.affine.zero_point);
  };
  Addition addition;
  addition.sum_offset = offset(tensors.sum);
  addition.residual_offset = offset(tensors.residual);
  addition.sum_scale = sum.value;
  addition.residual_scale = residual.value;
  addition.term = output.value;
  addition.sum_shift = sum.right;
  addition.residual_shift = residual.right;
  addition.output_shift = output.right;
  addition.zero_point =
      static_cast<std::int8_t>(tensors.output.affine.zero_point - tensors.output.offset);
  return addition;
}

}  // namespace hb::map
