// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Accumulators, scales and ranges for the requantization: random ones that seldom saturate and
// often lie beside a tie, and edges.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "model/golden/requantize.hpp"
#include "tests/support/random.hpp"

namespace hb::rtl_test {

inline std::uint32_t any_bits(test::Random& random) {
  return static_cast<std::uint32_t>(random.next());
}

/// Bits of a float32: biased exponent and any mantissa bits.
inline std::uint32_t scale_with(std::uint32_t exponent, std::uint32_t mantissa) {
  return exponent << 23 | (mantissa & 0x7FFFFF);
}

/// A scale that brings int32 numbers of one length or another to codes; a power of two (ties) or
/// near one, or any mantissa; sometimes any bits at all.
inline std::uint32_t random_scale(test::Random& random) {
  if (random.chance(5)) return any_bits(random);
  const std::uint32_t exponent = 127 + 2 - random.below(28);
  const std::uint32_t mantissa = any_bits(random) << (random.chance(50) ? 0 : random.pick(18, 23));
  return scale_with(exponent, mantissa);
}

/// A scale for a copy's source: the differences of codes, or as above.
inline std::uint32_t random_copy_scale(test::Random& random) {
  if (random.chance(50)) return random_scale(random);
  return scale_with(127 + 3 - random.below(10),
                    any_bits(random) << (random.chance(50) ? 0 : random.pick(18, 23)));
}

/// `tflite`: a multiplier in 2^30 .. 2^31 - 1, a power of two (ties) or near one, or any; sometimes
/// 0 or any bits at all. Bit 31 is ignored.
inline std::uint32_t random_multiplier(test::Random& random) {
  if (random.chance(5)) return any_bits(random) << random.below(32);
  const std::uint32_t lower = any_bits(random) & 0x3FFFFFFF;
  const std::uint32_t few = lower << random.pick(20, 30) & 0x3FFFFFFF;
  const std::uint32_t nudge = random.chance(20) ? random.below(3) - 1 : 0;
  return (1U << 30 | (random.chance(50) ? lower : few)) + nudge;
}

/// Shifts of one path: mostly right ones that bring int32 numbers to codes.
inline std::uint32_t random_shifts(test::Random& random) {
  const std::uint32_t any = any_bits(random);
  if (random.chance(5)) return any & 0xFFFF;  // both, and bits that are ignored
  if (random.chance(10)) return random.below(5) << 8;
  return random.below(29) | (any & 0xE0E0);
}

/// Row 1 or 3 and half of row 2 under `tflite`.
inline golden::Multiplier multiplier_of(std::uint32_t scale, std::uint32_t shifts) {
  return {static_cast<std::int32_t>(scale & 0x7FFFFFFF), shifts & 31, shifts >> 8 & 31};
}

inline double value_of(const golden::Multiplier& multiplier) {
  return std::ldexp(multiplier.value,
                    static_cast<int>(multiplier.left) - static_cast<int>(multiplier.right) - 31);
}

/// An accumulator for a scale: on or beside a tie of its products, or of any length.
inline std::int32_t random_accumulator(test::Random& random, double scale) {
  const std::uint32_t bits = any_bits(random);
  const auto any = static_cast<std::int32_t>(bits);
  if (random.chance(40)) return any >> random.below(32);
  const double wanted = ((any >> 8) % 300 + 0.5) / scale;
  if (!(std::fabs(wanted) <= 2147483000.0)) return any;
  return static_cast<std::int32_t>(wanted) + static_cast<std::int32_t>(bits % 5) - 2;
}

/// Full or part of the range of codes, any zero point.
inline golden::Range random_range(test::Random& random, bool int4) {
  const std::int32_t least = int4 ? -8 : -128, most = int4 ? 7 : 127;
  golden::Range range;
  range.zero_point = random.range(least, most);
  range.low = random.chance(50) ? least : random.range(least, most);
  range.high = random.chance(50) ? most : random.range(range.low, most);
  return range;
}

/// Every bit length and its neighbours, both signs.
inline std::vector<std::uint32_t> edge_accumulators() {
  std::vector<std::uint32_t> edges;
  for (std::uint32_t bit = 0; bit < 32; ++bit) {
    for (std::uint32_t near = 0; near < 5; ++near) {
      const std::uint32_t value = (1U << bit) + near - 2;
      edges.push_back(value);
      edges.push_back(0 - value);
    }
  }
  return edges;
}

/// Every exponent field and sign with mantissas at their borders.
inline std::vector<std::uint32_t> edge_scales() {
  std::vector<std::uint32_t> edges;
  for (std::uint32_t exponent = 0; exponent < 512; ++exponent) {  // bit 8 is the sign
    for (const std::uint32_t mantissa :
         {0x0U, 0x1U, 0x2AAAAAU, 0x3FFFFFU, 0x400000U, 0x400001U, 0x7FFFFEU, 0x7FFFFFU}) {
      edges.push_back(scale_with(exponent, mantissa));
    }
  }
  return edges;
}

/// Full ranges, narrow ones, one code only; zero points at their borders.
inline std::vector<golden::Range> edge_ranges() {
  return {{-128, 127, 0}, {-128, 127, -128}, {-128, 127, 127},
          {-8, 7, 0},     {-8, 7, 7},        {5, 5, -128}};
}

}  // namespace hb::rtl_test
