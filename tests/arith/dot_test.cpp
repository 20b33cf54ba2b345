// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a lane's dot product the sum of its signed products?
#include <doctest/doctest.h>

#include <array>

#include "model/arith/dot.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::test::Random;

/// Bound of a 32-bit number.
constexpr std::uint64_t kAny32 = std::uint64_t{1} << 32;

/// The sum of signed products by division with remainder, without masks or shifts of signed values.
std::int32_t plain_dot(std::uint32_t a, std::uint32_t w, std::int32_t base) {
  std::int32_t sum = 0;
  while (a != 0 || w != 0) {
    const auto radix = static_cast<std::uint32_t>(base);
    std::int32_t x = static_cast<std::int32_t>(a % radix);
    std::int32_t y = static_cast<std::int32_t>(w % radix);
    if (x >= base / 2) x -= base;
    if (y >= base / 2) y -= base;
    sum += x * y;
    a /= radix;
    w /= radix;
  }
  return sum;
}

TEST_CASE("dot_int8 is the signed product for every operand pair in every byte") {
  int wrong = 0;
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    for (std::int32_t a = -128; a <= 127; ++a) {
      for (std::int32_t w = -128; w <= 127; ++w) {
        const std::uint32_t a_bits = static_cast<std::uint32_t>(static_cast<std::uint8_t>(a))
                                     << 8 * lane;
        const std::uint32_t w_bits = static_cast<std::uint32_t>(static_cast<std::uint8_t>(w))
                                     << 8 * lane;
        wrong += hb::arith::dot_int8(a_bits, w_bits) != a * w;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("dot_int4 is the signed product for every operand pair in every nibble") {
  int wrong = 0;
  for (std::uint32_t lane = 0; lane < 8; ++lane) {
    for (std::int32_t a = -8; a <= 7; ++a) {
      for (std::int32_t w = -8; w <= 7; ++w) {
        const std::uint32_t a_bits = (static_cast<std::uint32_t>(a) & 0xF) << 4 * lane;
        const std::uint32_t w_bits = (static_cast<std::uint32_t>(w) & 0xF) << 4 * lane;
        wrong += hb::arith::dot_int4(a_bits, w_bits) != a * w;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("dot products sum all lanes") {
  const std::uint64_t seed = hb::test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  int wrong = 0;
  for (int i = 0; i < 1000000; ++i) {
    const std::uint32_t a = random.below(kAny32), w = random.below(kAny32);
    wrong += hb::arith::dot_int8(a, w) != plain_dot(a, w, 256);
    wrong += hb::arith::dot_int4(a, w) != plain_dot(a, w, 16);
  }
  CHECK(wrong == 0);
  CHECK(hb::arith::dot_int8(0x80808080, 0x80808080) == 4 * 128 * 128);
  CHECK(hb::arith::dot_int8(0x80808080, 0x7F7F7F7F) == -4 * 128 * 127);
  CHECK(hb::arith::dot_int4(0x88888888, 0x88888888) == 8 * 8 * 8);
  CHECK(hb::arith::dot_int4(0x88888888, 0x77777777) == -8 * 8 * 7);
}

TEST_CASE("sums wrap modulo 2^32") {
  CHECK(hb::arith::add_wrapping(INT32_MAX, 1) == INT32_MIN);
  CHECK(hb::arith::add_wrapping(INT32_MIN, -1) == INT32_MAX);
  CHECK(hb::arith::add_wrapping(INT32_MIN, INT32_MIN) == 0);
  CHECK(hb::arith::add_wrapping(-5, 3) == -2);
}

TEST_CASE("narrow weights are four nibbles, low one first, sign-extended to bytes") {
  CHECK(hb::arith::widen_narrow(0x0000) == 0x00000000);
  CHECK(hb::arith::widen_narrow(0x8F71) == 0xF8FF0701);
  CHECK(hb::arith::widen_narrow(0xABCD1234) == 0x01020304);
}

}  // namespace
