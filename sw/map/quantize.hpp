// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From a runtime's real scales to the constants that commands and parameter rows hold
// (docs/arithmetic.md). The host's one-time computation, in the runtime's own number formats.
#pragma once

#include <cstdint>
#include <optional>

namespace hb::map {

/// A `tflite` scale: value * 2^(left - right - 31). One of the shifts is 0.
struct Multiplier {
  std::uint32_t value = 0;  ///< 0, or 2^30 .. 2^31 - 1
  std::uint8_t left = 0;    ///< 0..31
  std::uint8_t right = 0;   ///< 0..31
};

/// `ort`: the scale of a sum of products of x and w codes on the way to y codes, three float32
/// roundings.
[[nodiscard]] float ort_scale(float x_scale, float w_scale, float y_scale);

/// `tflite`: the multiplier of a real scale (QuantizeMultiplier); 0 below 2^-32. Throws hb::Error
/// for a scale that is negative, not finite or not below 2^31.
[[nodiscard]] Multiplier tflite_multiplier(double scale);
/// The same of x_scale * w_scale / y_scale, in double precision.
[[nodiscard]] Multiplier tflite_multiplier(float x_scale, float w_scale, float y_scale);

/// Bias and scale of sums of one channel with itself (docs/arithmetic.md section 6); only the
/// contract's own scale is set.
struct UnitScale {
  std::int32_t bias = 0;
  float scale = 1.0F;
  Multiplier multiplier;
};

/// Scale and zero point of a tensor of codes as they are stored.
struct Affine {
  float scale = 1.0F;
  std::int32_t zero_point = 0;
};

/// Average of n positions, or at n = 1 requantization, under `ort`.
[[nodiscard]] UnitScale ort_average(const Affine& x, const Affine& y, std::uint32_t n);
/// Codes that a requantization meets, and the clamp of those that it makes.
struct RequantizedCodes {
  std::int32_t low = -128;
  std::int32_t high = 127;
  std::int32_t output_low = -128;
  std::int32_t output_high = 127;
};

/// Requantization of a code under `ort`: a runtime dequantizes by one scale (a float32 product) and
/// divides by the other, the machine multiplies once. The factor, within 64 units in the last place
/// of the scales' quotient, that gives the same code for every code; empty if there is none.
[[nodiscard]] std::optional<float> ort_requantize(const Affine& x, const Affine& y,
                                                  const RequantizedCodes& codes);
/// Requantization of a code under `tflite`.
[[nodiscard]] UnitScale tflite_requantize(const Affine& x, const Affine& y);
/// Average of n positions under `tflite`: scale and zero point stay, and the command's zero point
/// is 0. Throws hb::Error for n over 2,896, beyond which the formula is not exact.
[[nodiscard]] UnitScale tflite_average(std::uint32_t n);

/// An operand or the result of an addition. Codes are stored minus `offset`: 128 (8) for an uint8
/// (uint4) tensor, else 0; the zero point is that of the codes before that.
struct Addend {
  Affine affine;
  std::int16_t offset = 0;
};

/// The constants of docs/arithmetic.md section 4 that CONV carries; see arch::Residual.
struct Addition {
  bool first = false;  ///< the residual is the first operand
  std::int16_t sum_offset = 0;
  std::int16_t residual_offset = 0;
  std::uint32_t sum_scale = 0;
  std::uint32_t residual_scale = 0;
  std::uint32_t term = 0;
  std::uint8_t sum_shift = 0;
  std::uint8_t residual_shift = 0;
  std::uint8_t output_shift = 0;
  std::int8_t zero_point = 0;  ///< of the output, as CONV has it
};

struct AdditionTensors {
  Addend sum;  ///< the convolution's own code
  Addend residual;
  Addend output;
};

/// QLinearAdd; `residual_first` says which operand the residual is, which float32 can tell.
[[nodiscard]] Addition ort_addition(const AdditionTensors& tensors, bool residual_first);
/// TFLite's ADD. Throws hb::Error when an operand's scale is so large against the output's that the
/// output's multiplier is not below 1.
[[nodiscard]] Addition tflite_addition(const AdditionTensors& tensors);

}  // namespace hb::map
