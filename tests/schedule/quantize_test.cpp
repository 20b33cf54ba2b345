// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the constants of commands those that the runtimes' rules give?
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "model/arch/error.hpp"
#include "model/golden/operators.hpp"
#include "sw/map/layout.hpp"
#include "sw/map/quantize.hpp"
#include "tests/support/random.hpp"

using namespace hb;  // NOLINT: a test

TEST_CASE("a tflite multiplier is the one that QuantizeMultiplier gives") {
  test::Random random(1);
  for (int i = 0; i < 200000; ++i) {
    const double mantissa = 0.5 + static_cast<double>(random.next() >> 11) * 0x1p-54;
    const double scale = std::ldexp(mantissa, random.range(-40, 31));
    CAPTURE(scale);
    const map::Multiplier mine = map::tflite_multiplier(scale);
    const golden::Multiplier literal = golden::quantize_multiplier(scale);
    REQUIRE(mine.value == static_cast<std::uint32_t>(literal.value));
    REQUIRE(mine.left == literal.left);
    REQUIRE(mine.right == literal.right);
  }
}

TEST_CASE("tflite multipliers at the edges") {
  const auto is = [](double scale, std::uint32_t value, int left, int right) {
    const map::Multiplier m = map::tflite_multiplier(scale);
    return m.value == value && m.left == left && m.right == right;
  };
  CHECK(is(0, 0, 0, 0));
  CHECK(is(1, 1U << 30, 1, 0));
  CHECK(is(0.5, 1U << 30, 0, 0));
  CHECK(is(0.25, 1U << 30, 0, 1));
  CHECK(is(0x1p-32, 1U << 30, 0, 31));
  CHECK(is(0x1p-33, 0, 0, 0));
  CHECK(is(1 - 0x1p-40, 1U << 30, 1, 0));  // rounds up to 2^31: halved
  CHECK(is(0x1p30, 1U << 30, 31, 0));
  CHECK_THROWS_AS(static_cast<void>(map::tflite_multiplier(0x1p31)), Error);
  CHECK_THROWS_AS(static_cast<void>(map::tflite_multiplier(-0.5)), Error);
  CHECK_THROWS_AS(
      static_cast<void>(map::tflite_multiplier(std::numeric_limits<double>::quiet_NaN())), Error);
}

TEST_CASE("scales are rounded in the runtime's order") {
  const float x = 0.1F;
  const float w = 0.3F;
  const float y = 0.7F;
  const float product = x * w;
  CHECK(map::ort_scale(x, w, y) == product / y);
  const map::Multiplier m = map::tflite_multiplier(x, w, y);
  const golden::Multiplier literal = golden::quantize_multiplier(double{x} * double{w} / double{y});
  CHECK(m.value == static_cast<std::uint32_t>(literal.value));
  CHECK(m.right == literal.right);
}

TEST_CASE("an addition whose result is too fine is refused under tflite") {
  const map::Addend one{{1.0F, 0}, 0};
  CHECK_NOTHROW(static_cast<void>(map::tflite_addition({one, one, {{0x1p-18F, 0}, 0}})));
  CHECK_THROWS_AS(static_cast<void>(map::tflite_addition({one, one, {{0x1p-19F, 0}, 0}})), Error);
}

TEST_CASE("tflite parameters are rows of bias, multiplier, shifts and the copy's multiplier") {
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  map::Parameters parameters;
  for (std::uint32_t c = 0; c < tiny.columns + 1; ++c) {
    parameters.bias.push_back(7);
    parameters.multiplier.push_back({0x40000001, static_cast<std::uint8_t>(c), 0});
    parameters.copy_multiplier.push_back({0x50000001, 0, static_cast<std::uint8_t>(c + 9)});
  }
  const auto bytes = map::pack_parameters(tiny, parameters);
  const auto lane = [&](std::size_t row, std::size_t c) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::size_t at = (c / tiny.columns * 4 + row) * tiny.row_bytes();
      bits |= std::uint32_t{bytes[at + 4 * (c % tiny.columns) + i]} << 8 * i;
    }
    return bits;
  };
  for (std::uint32_t c = 0; c < 2 * tiny.columns; ++c) {
    const bool real = c <= tiny.columns;
    CHECK(lane(0, c) == (real ? 7 : 0));
    CHECK(lane(1, c) == (real ? 0x40000001 : 0));
    CHECK(lane(2, c) == (real ? c << 8 | (c + 9) << 16 : 0));
    CHECK(lane(3, c) == (real ? 0x50000001 : 0));
  }
}
