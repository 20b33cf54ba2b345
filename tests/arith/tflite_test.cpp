// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the integer requantization of `tflite` gemmlowp's literal functions, bit for bit?
#include <doctest/doctest.h>

#include <vector>

#include "model/arith/requantize.hpp"
#include "model/golden/requantize.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::arith::Quantizer;
using hb::arith::Shifts;
using hb::test::Random;

constexpr std::uint64_t kAny32 = std::uint64_t{1} << 32;
constexpr Quantizer kWide{0, -128, 127, 0};

std::int32_t literal(std::int32_t accumulator, Shifts shifts, const Quantizer& q) {
  const auto multiplier = static_cast<std::int32_t>(q.scale_bits & 0x7FFFFFFF);
  return hb::golden::requantize_literal(
      accumulator, hb::golden::Multiplier{multiplier, shifts.right, shifts.left},
      {q.low, q.high, q.zero_point});
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

std::uint32_t bit_length(std::int64_t value) {
  std::uint32_t length = 0;
  for (std::int64_t rest = value < 0 ? -value : value; rest != 0; rest /= 2) ++length;
  return length;
}

struct Case {
  std::int32_t accumulator = 0;
  std::uint32_t multiplier = 0;
  std::uint32_t word = 0;  ///< shifts of a parameter row, output and copy
};

/// Any bits at all: mostly saturated, zero, or a left shift that loses bits.
Case anything(Random& random) {
  return {static_cast<std::int32_t>(random.below(kAny32)), random.below(kAny32),
          random.below(kAny32)};
}

/// Any accumulator length, shifts that bring it near the range of codes, any multiplier or a power
/// of two, at which both roundings meet ties.
Case in_range(Random& random) {
  Case c = anything(random);
  c.accumulator >>= random.pick(0, 31);
  c.multiplier = 1U << 30 | (random.chance(50) ? 0 : random.below(1U << 30));
  if (random.chance(10)) c.multiplier >>= random.pick(1, 30);
  const std::uint32_t left = random.chance(25) ? random.pick(0, 3) : 0;
  const std::uint32_t length = bit_length(c.accumulator) + left;
  const std::uint32_t right = length > 9 ? length - random.pick(5, 9) : random.pick(0, 4);
  c.word = right * 0x10001U | left * 0x1000100U;
  return c;
}

/// The accumulator that lies on, or one beside, a tie of the second rounding.
Case near_tie(Random& random) {
  Case c;
  const std::uint32_t right = random.pick(1, 20);
  c.multiplier = 1U << 30;
  c.accumulator = (2 * random.range(-300, 300) + 1) * (1 << right) + random.range(-2, 2);
  c.word = right * 0x10001U;
  return c;
}

Case random_case(Random& random) {
  switch (random.pick(0, 5)) {
    case 0:
      return anything(random);
    case 1:
      return near_tie(random);
    default:
      return in_range(random);
  }
}

TEST_CASE("ten million random tflite requantizations equal gemmlowp's functions, lanes included") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  constexpr std::size_t kLanes = 25;  // no multiple of a vector
  std::vector<std::int32_t> accumulators(kLanes), codes(kLanes);
  std::vector<std::uint32_t> multipliers(kLanes), words(kLanes);
  std::size_t wrong = 0, wrong_lanes = 0;
  for (int batch = 0; batch < 400000; ++batch) {
    Quantizer range = random_range(random);
    const std::uint32_t bit = random.chance(50) ? 0 : 16;
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Case c = random_case(random);
      accumulators[i] = c.accumulator;
      multipliers[i] = c.multiplier;
      words[i] = c.word;
    }
    hb::arith::requantize_tflite({accumulators.data(), multipliers.data(), codes.data(), kLanes},
                                 {words.data(), bit}, range);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const Shifts shifts{words[i] >> bit & 31, words[i] >> (bit + 8) & 31};
      range.scale_bits = multipliers[i];
      const std::int32_t wanted = literal(accumulators[i], shifts, range);
      wrong += hb::arith::requantize_tflite(accumulators[i], shifts, range) != wanted;
      wrong_lanes += codes[i] != wanted;
    }
  }
  CHECK(wrong == 0);
  CHECK(wrong_lanes == 0);
}

TEST_CASE("the random tflite cases tell wrong formulas apart") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  int one_rounding = 0, high_half_away = 0, half_up = 0, to_even = 0;
  for (int i = 0; i < 1000000; ++i) {
    const Case c = random_case(random);
    Quantizer q = random_range(random);
    q.scale_bits = c.multiplier & 0x7FFFFFFF;
    const Shifts shifts{c.word & 31, 0};
    const std::int32_t right = literal(c.accumulator, shifts, q);
    const hb::golden::Range range{q.low, q.high, q.zero_point};
    const std::int64_t product = std::int64_t{c.accumulator} * q.scale_bits;
    const std::uint32_t e = shifts.right;
    const auto differs = [&](std::int64_t value) {
      return hb::golden::clamp_code(value, range) != right;
    };
    one_rounding += differs((product + (std::int64_t{1} << (30 + e))) >> (31 + e));
    const std::int64_t magnitude = product < 0 ? -product : product;
    const std::int64_t away = (magnitude + (1 << 30)) >> 31;
    high_half_away += differs(hb::golden::divide_by_power_of_two(product < 0 ? -away : away, e));
    const std::int64_t high =
        hb::golden::doubling_high_multiply(c.accumulator, static_cast<std::int32_t>(q.scale_bits));
    const std::int64_t half = e == 0 ? 0 : std::int64_t{1} << (e - 1);
    half_up += differs((high + half) >> e);
    to_even += differs((high + half - (e == 0 ? 0 : 1 - (high >> e & 1))) >> e);
  }
  CHECK(one_rounding > 0);
  CHECK(high_half_away > 0);
  CHECK(half_up > 0);
  CHECK(to_even > 0);
}

TEST_CASE("every accumulator length, shift and border multiplier agrees with the literal rule") {
  const std::vector<std::uint32_t> multipliers{
      0, 1, 1U << 30, (1U << 30) - 1, (1U << 30) + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF};
  std::size_t wrong = 0;
  for (std::int64_t bit = 0; bit <= 31; ++bit) {
    for (std::int64_t near = -2; near <= 2; ++near) {
      const auto plus = static_cast<std::int32_t>((std::int64_t{1} << bit) + near);
      const std::int32_t minus = plus == INT32_MIN ? INT32_MAX : -plus;
      for (const std::int32_t accumulator : {plus, minus}) {
        for (std::uint32_t shifts = 0; shifts < 1024; ++shifts) {
          for (const std::uint32_t multiplier : multipliers) {
            const Shifts own{shifts & 31, shifts >> 5};
            Quantizer q = kWide;
            q.scale_bits = multiplier;
            wrong +=
                hb::arith::requantize_tflite(accumulator, own, q) != literal(accumulator, own, q);
          }
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("the first rounding's half goes up, the second's away from zero") {
  Quantizer half = kWide;
  half.scale_bits = 1U << 30;
  CHECK(hb::arith::requantize_tflite(3, {0, 0}, half) == 2);    // 1.5
  CHECK(hb::arith::requantize_tflite(-3, {0, 0}, half) == -1);  // -1.5
  CHECK(hb::arith::requantize_tflite(6, {1, 0}, half) == 2);    // 3, then 1.5
  CHECK(hb::arith::requantize_tflite(-6, {1, 0}, half) == -2);
  CHECK(hb::arith::requantize_tflite(5, {1, 0}, half) == 2);    // 2.5 up to 3, then 1.5
  CHECK(hb::arith::requantize_tflite(-5, {1, 0}, half) == -1);  // -2.5 up to -2, then -1
}

TEST_CASE("a left shift keeps the sign and drops what passes 32 bits of magnitude") {
  Quantizer q = kWide;
  q.scale_bits = 1U << 30;
  CHECK(hb::arith::requantize_tflite(5, {0, 3}, q) == 20);
  CHECK(hb::arith::requantize_tflite(-5, {0, 3}, q) == -20);
  CHECK(hb::arith::requantize_tflite(INT32_MIN, {0, 1}, q) == 0);
  CHECK(hb::arith::requantize_tflite(-1, {24, 31}, q) == -64);
  q.zero_point = 10;
  CHECK(hb::arith::requantize_tflite(INT32_MAX, {0, 1}, q) == 127);
  CHECK(hb::arith::requantize_tflite(-INT32_MAX, {0, 1}, q) == -128);
}

/// A scale of about 1 / n: `multiplier / 2^31 * 2^left`.
struct Average {
  std::uint32_t multiplier;
  std::uint32_t left;
};

/// docs/arithmetic.md section 6.
Average average_of(std::int32_t n) {
  if (n == 1) return {1U << 30, 1};
  return {(std::uint32_t{1} << 31) / static_cast<std::uint32_t>(n) + 1, 0};
}

/// Whether it divides every sum of n codes, of either sign, as C's (sum +- n/2) / n does.
bool averages_exactly(std::int32_t n, const Average& average) {
  const std::uint32_t multiplier = average.multiplier, left = average.left;
  const std::int32_t half = n / 2;
  // Quotient by quotient: one for n sums, so that the loop over them vectorises.
  std::uint32_t wrong = 0;
  for (std::int32_t quotient = 0; quotient <= 128; ++quotient) {
    const std::int32_t begin = quotient == 0 ? 0 : quotient * n - half;
    const std::int32_t end = quotient == 128 ? 128 * n : (quotient + 1) * n - half - 1;
    const auto wanted = static_cast<std::uint32_t>(quotient);
    for (std::int32_t m = begin; m <= end; ++m) {
      const std::uint32_t magnitude = static_cast<std::uint32_t>(m) << left;
      wrong |= hb::arith::multiply_tflite(magnitude, 0, multiplier, 0) ^ wanted;
      wrong |= hb::arith::multiply_tflite(magnitude, ~0U, multiplier, 0) ^ wanted;
    }
  }
  return wrong == 0;
}

TEST_CASE("an average of up to 2896 codes is C's (sum +- n/2) / n, for every sum") {
  std::int32_t exact = 0;
  for (std::int32_t n = 1; n <= 2896; ++n) exact += averages_exactly(n, average_of(n));
  CHECK(exact == 2896);
  // Not so without the + 1, where ties round up on the number line.
  for (const std::int32_t n : {2, 4, 2896}) {
    const Average average = average_of(n);
    CHECK_FALSE(averages_exactly(n, {average.multiplier - 1, average.left}));
  }
}

TEST_CASE("the quotients of that proof are C's division") {
  std::size_t wrong = 0;
  for (const std::int32_t n : {1, 2, 3, 7, 49, 64, 2895, 2896}) {
    for (std::int32_t sum = -128 * n; sum <= 128 * n; ++sum) {
      const std::int32_t wanted = (sum > 0 ? sum + n / 2 : sum - n / 2) / n;
      const std::int32_t magnitude = sum < 0 ? -sum : sum;
      // averages_exactly(): quotient k holds from k * n - n/2 on.
      const std::int32_t quotient = (magnitude + n / 2) / n;
      const bool inside = quotient == 0 || magnitude >= quotient * n - n / 2;
      wrong += !inside || wanted != (sum < 0 ? -quotient : quotient);
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
