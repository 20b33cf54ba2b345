// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the integer addition of a residual the runtime's literal rule, bit for bit?
#include "model/arith/add.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "tests/arith/add_cases.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::arith::AddParameters;
using hb::arith::Quantizer;
using hb::test::AddCase;
using hb::test::bits_of;
using hb::test::float_of;
using hb::test::Random;

constexpr Quantizer kWide{0, -128, 127, 0};

std::int32_t ort(const AddCase& c) {
  return hb::arith::add_ort(c.sum_code, c.residual_code, c.parameters, c.range);
}

TEST_CASE("ten million random ort additions equal two fused multiply-adds") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  CHECK(hb::test::count_wrong_ort(random, 10000000) == 0);
}

// Not part of the suite's normal run: --no-skip -tc="*two hundred million*".
TEST_CASE("two hundred million random ort additions equal two fused multiply-adds" *
          doctest::skip()) {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  CHECK(hb::test::count_wrong_ort(random, 200000000) == 0);
}

TEST_CASE("the random additions tell wrong formulas apart") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  int unfused = 0, exact = 0, other_order = 0, half_away = 0, term_last = 0;
  for (int i = 0; i < 1000000; ++i) {
    const AddCase c = hb::test::random_ort_addition(random);
    const AddParameters& p = c.parameters;
    const hb::golden::Range range{c.range.low, c.range.high, c.range.zero_point};
    const auto sum = static_cast<float>(c.sum_code + p.sum_offset);
    const auto other = static_cast<float>(c.residual_code + p.residual_offset);
    const float a = p.residual_first ? other : sum, b = p.residual_first ? sum : other;
    const float ra = float_of(p.residual_first ? p.residual_scale : p.sum_scale);
    const float rb = float_of(p.residual_first ? p.sum_scale : p.residual_scale);
    const float term = float_of(p.term);
    const std::int32_t right = hb::test::literal_ort(c);
    const auto differs = [&](double value) {
      const auto limited = static_cast<std::int64_t>(std::fmin(std::fmax(value, -1e6), 1e6));
      return hb::golden::clamp_code(limited, range) != right;
    };
    unfused += differs(std::nearbyint(a * ra + (b * rb + term)));
    exact +=
        differs(std::nearbyint(static_cast<double>(a) * ra + static_cast<double>(b) * rb + term));
    other_order += differs(std::nearbyint(std::fma(b, rb, std::fma(a, ra, term))));
    half_away += differs(std::round(std::fma(a, ra, std::fma(b, rb, term))));
    term_last += differs(std::nearbyint(std::fma(a, ra, b * rb) + term));
  }
  CHECK(unfused > 0);
  CHECK(exact > 0);
  CHECK(other_order > 0);
  CHECK(half_away > 0);
  CHECK(term_last > 0);
}

TEST_CASE("the zero point of the output lies inside the rounding") {
  // Scales .5, .5, 1, zero points 0, 0, 1, a = 1, b = 0: 0.5 + 1 to even is 2, not 0 + 1.
  AddParameters p;
  p.sum_scale = p.residual_scale = bits_of(0.5F);
  p.term = bits_of(1.0F);
  CHECK(hb::arith::add_ort(1, 0, p, kWide) == 2);
  p.residual_first = true;
  CHECK(hb::arith::add_ort(1, 0, p, kWide) == 2);
}

TEST_CASE("ties go to even, of either sign") {
  AddParameters p;
  p.sum_scale = p.residual_scale = bits_of(0.5F);
  CHECK(hb::arith::add_ort(1, 0, p, kWide) == 0);
  CHECK(hb::arith::add_ort(1, 2, p, kWide) == 2);
  CHECK(hb::arith::add_ort(2, 3, p, kWide) == 2);
  CHECK(hb::arith::add_ort(-1, 0, p, kWide) == 0);
  CHECK(hb::arith::add_ort(-1, -2, p, kWide) == -2);
  p.term = bits_of(-0.5F);
  CHECK(hb::arith::add_ort(0, 0, p, kWide) == 0);
  CHECK(hb::arith::add_ort(-2, 0, p, kWide) == -2);
}

TEST_CASE("what cancels is zero, with every operand order and offset") {
  AddParameters p;
  p.sum_offset = 128;
  p.sum_scale = bits_of(0.7F);
  p.residual_scale = bits_of(0.7F);
  CHECK(hb::arith::add_ort(-28, -100, p, kWide) == 0);
  p.term = bits_of(-0.7F * 100);
  CHECK(hb::arith::add_ort(-28, 0, p, kWide) == 0);
  p.term = 0;
  CHECK(hb::arith::add_ort(-128, 0, p, {0, -128, 127, 5}) == 5);  // both operands 0
}

TEST_CASE("a term far below a tie decides it, on both sides of the limits") {
  std::size_t wrong = 0, up = 0, even = 0;
  for (std::uint32_t exponent = 32; exponent <= 222; ++exponent) {
    for (const std::uint32_t sign : {0U, 1U}) {
      for (std::int32_t code = -128; code <= 127; ++code) {
        AddCase c{code, 0, {}, kWide};
        c.parameters.sum_scale = c.parameters.residual_scale = bits_of(0.5F);
        c.parameters.term = sign << 31 | exponent << 23;
        wrong += ort(c) != hb::test::literal_ort(c);
        up += code == 1 && sign == 0 && exponent < 126 && ort(c) == 1;
        even += code == 1 && sign == 0 && exponent < 126 && ort(c) == 0;
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(up > 0);    // 0.5 and a little
  CHECK(even > 0);  // a term that the float32 sum does not hold
}

TEST_CASE("every distance of exponents agrees with the literal rule") {
  const std::vector<std::uint32_t> mantissas{0, 1, 0x400000, 0x7FFFFF};
  const std::vector<std::int32_t> codes{-128, -127, -1, 0, 1, 2, 3, 127};
  std::size_t wrong = 0, cases = 0;
  for (std::uint32_t scale = 64; scale <= 190; scale += 3) {
    for (std::uint32_t term = 32; term <= 222; ++term) {
      for (const std::uint32_t mantissa : mantissas) {
        for (const std::int32_t code : codes) {
          AddCase c{code, -code, {}, kWide};
          AddParameters& p = c.parameters;
          p.residual_first = (term & 1) != 0;
          p.sum_offset = code < 0 ? -128 : 128;
          p.sum_scale = scale << 23 | mantissa;
          p.residual_scale = (254 - scale) << 23 | (mantissa ^ 1);
          p.term = term << 23 | (0x7FFFFF - mantissa) | (scale & 1) << 31;
          wrong += ort(c) != hb::test::literal_ort(c);
          ++cases;
        }
      }
    }
  }
  CHECK(wrong == 0);
  CHECK(cases > 200000);
}

TEST_CASE("ten million random tflite additions equal the reference kernel's functions") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  std::uint64_t wrong = 0;
  for (int i = 0; i < 10000000; ++i) {
    const AddCase c = hb::test::random_tflite_addition(random);
    wrong += hb::arith::add_tflite(c.sum_code, c.residual_code, c.parameters, c.range) !=
             hb::test::literal_tflite(c);
  }
  CHECK(wrong == 0);
}

TEST_CASE("every tflite addition of two codes agrees, for shifts at both ends") {
  std::size_t wrong = 0;
  for (const std::uint32_t shift : {0U, 1U, 19U, 31U}) {
    for (const std::uint32_t multiplier : {0U, 1U, 1U << 30, 0x7FFFFFFFU}) {
      for (std::int32_t a = -128; a <= 127; ++a) {
        for (std::int32_t b = -128; b <= 127; ++b) {
          AddCase c{a, b, {false, -128, 128, multiplier, 1U << 30, multiplier, 0, 1, shift}, kWide};
          wrong +=
              hb::arith::add_tflite(a, b, c.parameters, c.range) != hb::test::literal_tflite(c);
        }
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("lanes are additions one by one") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  constexpr std::size_t kLanes = 27;
  std::vector<std::int32_t> sums(kLanes), residuals(kLanes), codes(kLanes);
  std::size_t wrong = 0;
  for (int batch = 0; batch < 10000; ++batch) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      sums[i] = random.range(-128, 127);
      residuals[i] = random.range(-128, 127);
    }
    const AddCase o = hb::test::random_ort_addition(random);
    hb::arith::add_ort({sums.data(), residuals.data(), codes.data(), kLanes}, o.parameters,
                       o.range);
    for (std::size_t i = 0; i < kLanes; ++i) {
      wrong += codes[i] != hb::arith::add_ort(sums[i], residuals[i], o.parameters, o.range);
    }
    const AddCase t = hb::test::random_tflite_addition(random);
    hb::arith::add_tflite({sums.data(), residuals.data(), codes.data(), kLanes}, t.parameters,
                          t.range);
    for (std::size_t i = 0; i < kLanes; ++i) {
      wrong += codes[i] != hb::arith::add_tflite(sums[i], residuals[i], t.parameters, t.range);
    }
  }
  CHECK(wrong == 0);
}

}  // namespace
