// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Addition of a residual under both contracts in integer logic (docs/arithmetic.md section 4).
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/arith/requantize.hpp"

namespace hb::arith {

/// Constants of one addition. Offsets in -128..128. Under `ort` scales and term are float32 bits:
/// scales positive with exponent field 64..190, the term 0 or with exponent field 32..222. Under
/// `tflite` they are multipliers below 2^31, the term the output's, and the right shifts 0..31.
struct AddParameters {
  bool residual_first = false;  ///< `ort` only: the residual is the first operand
  std::int32_t sum_offset = 0;
  std::int32_t residual_offset = 0;
  std::uint32_t sum_scale = 0;
  std::uint32_t residual_scale = 0;
  std::uint32_t term = 0;
  std::uint32_t sum_shift = 0;  ///< `tflite` only, as the two below
  std::uint32_t residual_shift = 0;
  std::uint32_t output_shift = 0;
};

/// A float32 with a sign: all ones or 0, as sign_of() gives it.
struct SignedFloat {
  Float magnitude;
  std::uint32_t sign = 0;
};

/// |value| rounded to 24 bits, to nearest even: a float32 if `value` counts units of
/// 2^(unit - 150). |value| below 2^62.
[[nodiscard]] constexpr SignedFloat round_float32(std::int64_t value, std::uint32_t unit) {
  const std::uint64_t wide_sign = value < 0 ? ~std::uint64_t{0} : 0;
  const std::uint64_t magnitude = (static_cast<std::uint64_t>(value) ^ wide_sign) - wide_sign;
  const auto zeros = static_cast<std::uint32_t>(__builtin_clzll(magnitude | 1));
  const std::uint64_t bits = magnitude << zeros;
  constexpr std::uint64_t kDropped = (std::uint64_t{1} << 40) - 1;
  const std::uint64_t kept = bits >> 40;
  const std::uint64_t rounded = kept + (((bits & kDropped) + (kDropped >> 1) + (kept & 1)) >> 40);
  const auto mantissa = static_cast<std::uint32_t>(rounded);
  const std::uint32_t carry = mantissa >> 24;
  const std::uint32_t exponent = unit + 40 - zeros + carry;
  return {{mantissa >> carry, exponent}, static_cast<std::uint32_t>(wide_sign)};
}

/// float32 fma of an integer x in -256..256, a positive scale and a term, with one rounding to
/// nearest even. Neither overflows nor underflows within AddParameters' ranges.
[[nodiscard]] constexpr SignedFloat multiply_add_float32(std::int32_t x, Float scale,
                                                         const SignedFloat& term) {
  constexpr std::int32_t kMostUp = 28, kMostDown = 36;
  const std::uint32_t x_sign = sign_of(x);
  const std::uint64_t product =
      std::uint64_t{apply_sign(static_cast<std::uint32_t>(x), x_sign)} * scale.mantissa;
  const std::uint32_t term_mantissa = term.magnitude.mantissa;
  // A zero takes the other's exponent.
  const std::uint32_t product_exponent = product == 0 ? term.magnitude.exponent : scale.exponent;
  const std::uint32_t term_exponent =
      term_mantissa == 0 ? product_exponent : term.magnitude.exponent;
  const auto distance = static_cast<std::int32_t>(product_exponent - term_exponent);
  const std::int32_t least_up = distance < 0 ? 0 : distance;
  const std::int32_t least_down = distance < 0 ? -distance : 0;
  const std::int32_t up = least_up > kMostUp ? kMostUp : least_up;
  const std::int32_t down = least_down > kMostDown ? kMostDown : least_down;
  // Beyond the limits the smaller one only decides the side of a tie: 1 does the same.
  const std::uint64_t a = distance < -kMostDown ? 1 : product << up;
  const std::uint64_t b = distance > kMostUp ? 1 : std::uint64_t{term_mantissa} << down;
  const std::uint32_t unit = distance < 0 ? term_exponent - static_cast<std::uint32_t>(down)
                                          : product_exponent - static_cast<std::uint32_t>(up);
  const auto signed_a = static_cast<std::int64_t>(x_sign != 0 ? 0 - a : a);
  const auto signed_b = static_cast<std::int64_t>(term.sign != 0 ? 0 - b : b);
  return round_float32(signed_a + signed_b, unit);
}

/// fma(first, first scale, fma(second, second scale, term)) as an integer code: round half to even,
/// clamp, zero point. In low..high of `range`, whose scale is not looked at.
[[nodiscard]] constexpr std::int32_t add_ort(std::int32_t sum_code, std::int32_t residual_code,
                                             const AddParameters& p, const Quantizer& range) {
  const std::int32_t sum = sum_code + p.sum_offset;
  const std::int32_t residual = residual_code + p.residual_offset;
  const std::uint32_t first_bits = p.residual_first ? p.residual_scale : p.sum_scale;
  const std::uint32_t second_bits = p.residual_first ? p.sum_scale : p.residual_scale;
  const SignedFloat term{unpack_scale(p.term), p.term >> 31 == 0 ? 0 : ~0U};
  const SignedFloat inner =
      multiply_add_float32(p.residual_first ? sum : residual, unpack_scale(second_bits), term);
  const SignedFloat outer =
      multiply_add_float32(p.residual_first ? residual : sum, unpack_scale(first_bits), inner);
  return finish_code(round_half_even(outer.magnitude), outer.sign, range);
}

/// `x * multiplier / 2^(31 + right)` with the two roundings of multiply_tflite(); |x| at most 2^30.
[[nodiscard]] constexpr std::int32_t scale_tflite(std::int32_t x, std::uint32_t multiplier,
                                                  std::uint32_t right) {
  const std::uint32_t sign = sign_of(x);
  const std::uint32_t magnitude = apply_sign(static_cast<std::uint32_t>(x), sign);
  return static_cast<std::int32_t>(
      apply_sign(multiply_tflite(magnitude, sign, multiplier, right), sign));
}

/// TFLite's ADD with a left shift of 20. In low..high of `range`, whose scale is not looked at.
[[nodiscard]] constexpr std::int32_t add_tflite(std::int32_t sum_code, std::int32_t residual_code,
                                                const AddParameters& p, const Quantizer& range) {
  constexpr std::int32_t kOne = 1 << 20;
  const std::int32_t sum = (sum_code + p.sum_offset) * kOne;
  const std::int32_t residual = (residual_code + p.residual_offset) * kOne;
  const std::int32_t scaled = scale_tflite(sum, p.sum_scale, p.sum_shift) +
                              scale_tflite(residual, p.residual_scale, p.residual_shift);
  const std::int32_t value = scale_tflite(scaled, p.term, p.output_shift);
  const std::uint32_t sign = sign_of(value);
  return finish_code(apply_sign(static_cast<std::uint32_t>(value), sign), sign, range);
}

/// Arrays of `count` lanes: the convolution's own codes, the residual's; `codes` may be either.
struct AddLanes {
  const std::int32_t* sum_codes = nullptr;
  const std::int32_t* residual_codes = nullptr;
  std::int32_t* codes = nullptr;
  std::size_t count = 0;
};

/// add_ort() of every lane.
void add_ort(const AddLanes& lanes, const AddParameters& parameters, const Quantizer& range);

/// add_tflite() of every lane, vectorised.
void add_tflite(const AddLanes& lanes, const AddParameters& parameters, const Quantizer& range);

}  // namespace hb::arith
