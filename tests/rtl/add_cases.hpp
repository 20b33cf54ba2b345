// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Additions of residuals. Operands are what the runtimes multiply: codes with their offsets. Most
// random constants show nothing: a wrong rounding inside is seen where the sum ends beside a tie,
// so that many cases are aimed there.
#pragma once

#include <cstdint>

#include "tests/rtl/add_driver.hpp"
#include "tests/support/random.hpp"

namespace hb::rtl_test {

/// Constants, and one pair of operands (-256..255) that they are aimed at.
struct AddCase {
  Addition addition;
  std::int32_t sum = 0;
  std::int32_t residual = 0;
};

/// float32 bits of a number, rounded to nearest.
[[nodiscard]] std::uint32_t float_bits(double value);
/// The float that bits stand for.
[[nodiscard]] float float_of(std::uint32_t bits);

/// Whether the machine takes the constants (docs/commands.md section 3, ILLEGAL_QUANTIZATION).
[[nodiscard]] bool legal(const Addition& addition);

/// Under `ort`, scales and term of one of these kinds, all legal; operand order at random.
[[nodiscard]] AddCase random_ort(test::Random& random);
/// Scales like a network's, or dyadic ones with many ties; any operands.
[[nodiscard]] AddCase common_ort(test::Random& random);
/// Any exponents within the limits.
[[nodiscard]] AddCase wide_ort(test::Random& random);
/// The second operand's fma is hard to round (a tie, alignment near its limits, cancellation); the
/// first one brings its result to a tie of integers.
[[nodiscard]] AddCase inner_ort(test::Random& random);
/// The first operand's fma is hard to round and ends at or beside a tie of integers.
[[nodiscard]] AddCase outer_ort(test::Random& random);

/// Under `tflite`, multipliers and shifts of any kind.
[[nodiscard]] AddCase random_tflite(test::Random& random);

}  // namespace hb::rtl_test
