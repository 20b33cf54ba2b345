// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the integer requantization the literal float32 rule, bit for bit?
#include "model/arith/requantize.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "model/golden/requantize.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::arith::Quantizer;
using hb::test::Random;

/// Bound of a 32-bit number.
constexpr std::uint64_t kAny32 = std::uint64_t{1} << 32;

struct Case {
  std::int32_t accumulator = 0;
  Quantizer quantizer;
};

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

hb::golden::Range range_of(const Quantizer& q) { return {q.low, q.high, q.zero_point}; }

std::int32_t literal(const Case& c) {
  const float scale = hb::golden::literal_scale(c.quantizer.scale_bits);
  return hb::golden::requantize_literal(c.accumulator, scale, range_of(c.quantizer));
}

std::int32_t integer(const Case& c) {
  return hb::arith::requantize_ort(c.accumulator, c.quantizer);
}

Quantizer random_range(Random& random) {
  const bool int4 = random.chance(33);
  const std::int32_t least = int4 ? -8 : -128, most = int4 ? 7 : 127;
  Quantizer q{0, least, most, random.range(least, most)};
  if (random.chance(50)) {
    q.low = random.range(least, most);
    q.high = random.range(q.low, most);
  }
  return q;
}

std::uint32_t scale_with(std::int32_t exponent, std::uint32_t mantissa) {
  return static_cast<std::uint32_t>(exponent) << 23 | (mantissa & 0x7FFFFF);
}

std::uint32_t bit_length(std::int64_t magnitude) {
  std::uint32_t length = 0;
  for (; magnitude != 0; magnitude /= 2) ++length;
  return length;
}

/// Any bits at all: mostly saturated or zero.
Case anything(Random& random) {
  Case c{static_cast<std::int32_t>(random.below(kAny32)), random_range(random)};
  c.quantizer.scale_bits = random.below(kAny32);
  return c;
}

/// Any accumulator length, and a scale that brings it into or near the range of codes.
Case in_range(Random& random) {
  Case c{static_cast<std::int32_t>(random.below(kAny32)) >> random.pick(0, 31),
         random_range(random)};
  const std::uint32_t length = bit_length(std::int64_t{c.accumulator});
  const std::int32_t exponent = 127 - static_cast<std::int32_t>(length) + random.range(-3, 9);
  const std::uint32_t mantissa = random.below(kAny32)
                                 << (random.chance(50) ? 0 : random.pick(0, 23));
  c.quantizer.scale_bits = scale_with(exponent, mantissa);
  return c;
}

/// A power-of-two scale and an accumulator on, or one beside, half of an odd number.
Case near_tie(Random& random) {
  Case c{0, random_range(random)};
  const std::int32_t shift = random.range(1, 22);
  c.quantizer.scale_bits = scale_with(127 - shift, 0);
  const std::int32_t half = 2 * random.range(-300, 300) + 1;
  c.accumulator = (half * (1 << (shift - 1))) + random.range(-1, 1);
  return c;
}

/// The accumulator whose product comes closest to half of an odd number: the float32 product
/// decides the side.
Case near_rounded_tie(Random& random) {
  Case c{0, random_range(random)};
  const std::int32_t shift = random.range(8, 22);
  c.quantizer.scale_bits = scale_with(127 - shift, random.below(kAny32));
  const double scale = hb::golden::literal_scale(c.quantizer.scale_bits);
  const double wanted = (random.range(-300, 300) + 0.5) / scale;
  c.accumulator = static_cast<std::int32_t>(std::nearbyint(wanted)) + random.range(-1, 1);
  return c;
}

Case random_case(Random& random) {
  switch (random.pick(0, 7)) {
    case 0:
      return anything(random);
    case 1:
      return near_tie(random);
    case 2:
      return near_rounded_tie(random);
    default:
      return in_range(random);
  }
}

TEST_CASE("ten million random requantizations equal the literal float32 rule, lanes included") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  constexpr std::size_t kLanes = 25;  // no multiple of a vector
  std::vector<std::int32_t> accumulators(kLanes), codes(kLanes);
  std::vector<std::uint32_t> scales(kLanes);
  std::size_t wrong = 0, wrong_lanes = 0;
  for (int batch = 0; batch < 400000; ++batch) {
    const Quantizer range = random_range(random);
    for (std::size_t i = 0; i < kLanes; ++i) {
      Case c = random_case(random);
      wrong += integer(c) != literal(c);
      accumulators[i] = c.accumulator;
      scales[i] = c.quantizer.scale_bits;
    }
    hb::arith::requantize_ort({accumulators.data(), scales.data(), codes.data(), kLanes}, range);
    for (std::size_t i = 0; i < kLanes; ++i) {
      Case c{accumulators[i], range};
      c.quantizer.scale_bits = scales[i];
      wrong_lanes += codes[i] != literal(c);
    }
  }
  CHECK(wrong == 0);
  CHECK(wrong_lanes == 0);
}

TEST_CASE("the random cases tell wrong formulas apart") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  int half_away = 0, half_up = 0, exact_product = 0, exact_conversion = 0, zero_point_inside = 0;
  for (int i = 0; i < 1000000; ++i) {
    const Case c = random_case(random);
    const Quantizer& q = c.quantizer;
    const float scale = hb::golden::literal_scale(q.scale_bits);
    const double exact = static_cast<double>(c.accumulator) * scale;
    const auto finish = [&q](double rounded) {
      const double low = q.low - q.zero_point, high = q.high - q.zero_point;
      return static_cast<std::int32_t>(std::fmin(std::fmax(rounded, low), high)) + q.zero_point;
    };
    const float product = static_cast<float>(c.accumulator) * scale;
    const double shifted =
        std::fmin(std::fmax(static_cast<double>(product) + q.zero_point, q.low), q.high);
    const std::int32_t right = literal(c);
    half_away += finish(std::round(product)) != right;
    half_up += finish(std::floor(static_cast<double>(product) + 0.5)) != right;
    exact_product += finish(std::nearbyint(exact)) != right;
    exact_conversion += finish(std::nearbyint(static_cast<float>(exact))) != right;
    zero_point_inside += static_cast<std::int32_t>(std::nearbyint(shifted)) != right;
  }
  CHECK(half_away > 0);
  CHECK(half_up > 0);
  CHECK(exact_product > 0);
  CHECK(exact_conversion > 0);
  CHECK(zero_point_inside > 0);
}

TEST_CASE("every accumulator length, scale exponent and border agrees with the literal rule") {
  const std::vector<std::uint32_t> mantissas{0,        1,        2,        0x2AAAAA, 0x3FFFFF,
                                             0x400000, 0x400001, 0x7FFFFE, 0x7FFFFF};
  const std::vector<Quantizer> ranges{{0, -128, 127, 0}, {0, -128, 127, -128}, {0, -128, 127, 127},
                                      {0, -8, 7, 0},     {0, -8, 7, 3},        {0, 5, 5, -128}};
  std::size_t wrong = 0;
  for (std::int64_t bit = 0; bit <= 31; ++bit) {
    for (std::int64_t near = -2; near <= 2; ++near) {
      const auto accumulator = static_cast<std::int32_t>((std::int64_t{1} << bit) + near);
      const std::int32_t negated = accumulator == INT32_MIN ? INT32_MIN : -accumulator;
      for (std::uint32_t exponent = 0; exponent <= 511; ++exponent) {  // bit 8 is the sign
        for (const std::uint32_t mantissa : mantissas) {
          for (const Quantizer& range : ranges) {
            Case c{accumulator, range};
            c.quantizer.scale_bits = exponent << 23 | mantissa;
            wrong += integer(c) != literal(c);
            c.accumulator = negated;
            wrong += integer(c) != literal(c);
          }
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("ties go to the even integer, before the zero point is added") {
  const Quantizer half{bits_of(0.5F), -128, 127, 1};
  CHECK(hb::arith::requantize_ort(1, half) == 0 + 1);
  CHECK(hb::arith::requantize_ort(3, half) == 2 + 1);
  CHECK(hb::arith::requantize_ort(5, half) == 2 + 1);
  CHECK(hb::arith::requantize_ort(-1, half) == 0 + 1);
  CHECK(hb::arith::requantize_ort(-3, half) == -2 + 1);
  CHECK(hb::arith::requantize_ort(-5, half) == -2 + 1);
}

TEST_CASE("accumulators beyond 2^24 lose bits before the product") {
  const Quantizer unit{scale_with(127 - 18, 0), -128, 127, 0};  // 2^-18
  // 100.5 + 2^-18 is above the tie, but its float32 accumulator is the tie.
  CHECK(hb::arith::requantize_ort(201 * (1 << 17) + 1, unit) == 100);
  CHECK(hb::arith::requantize_ort(201 * (1 << 17) + 2, unit) == 101);
  CHECK(hb::arith::requantize_ort((1 << 24) + 1, unit) == 64);
  CHECK(hb::arith::requantize_ort((1 << 24) + 3, unit) == 64);
  const Quantizer small{scale_with(127 - 25, 0), -128, 127, 0};
  CHECK(hb::arith::requantize_ort(INT32_MAX, small) == 64);  // float32 rounds it up to 2^31
  CHECK(hb::arith::requantize_ort(INT32_MIN, small) == -64);
}

TEST_CASE("results clamp at both borders and saturate with huge scales and accumulators") {
  const Quantizer one{bits_of(1.0F), -128, 127, 10};
  CHECK(hb::arith::requantize_ort(116, one) == 126);
  CHECK(hb::arith::requantize_ort(117, one) == 127);
  CHECK(hb::arith::requantize_ort(118, one) == 127);
  CHECK(hb::arith::requantize_ort(-138, one) == -128);
  CHECK(hb::arith::requantize_ort(-139, one) == -128);
  CHECK(hb::arith::requantize_ort(INT32_MAX, one) == 127);
  CHECK(hb::arith::requantize_ort(INT32_MIN, one) == -128);
  CHECK(hb::arith::requantize_ort(1, {bits_of(3e38F), -128, 127, 10}) == 127);
  CHECK(hb::arith::requantize_ort(-(1 << 30), {bits_of(1e-30F), -128, 127, 10}) == 10);
}

TEST_CASE("exponent fields 0 and 255 and the sign of a scale have a defined meaning") {
  const std::uint32_t infinity = 0x7F800000, nan = 0x7FC00001, subnormal = 0x007FFFFF;
  CHECK(hb::arith::requantize_ort(1, {infinity, -128, 127, 3}) == 127);
  CHECK(hb::arith::requantize_ort(-1, {nan, -128, 127, 3}) == -128);
  CHECK(hb::arith::requantize_ort(0, {nan, -128, 127, 3}) == 3);
  CHECK(hb::arith::requantize_ort(INT32_MIN, {subnormal, -128, 127, 3}) == 3);
  CHECK(hb::arith::requantize_ort(INT32_MAX, {0, 4, 127, 3}) == 4);
  CHECK(hb::arith::requantize_ort(20, {bits_of(-1.0F), -128, 127, 3}) == 23);
}

}  // namespace
