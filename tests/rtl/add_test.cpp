// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_add alone add residuals by the runtimes' literal rules, whatever rows are its
// neighbours?
#include <doctest/doctest.h>

#include <cmath>
#include <utility>

#include "tests/rtl/add_bench.hpp"
#include "tests/rtl/amount.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

/// Random ranges and gaps; some rows without a residual, or of the other contract.
template <class Machine>
std::size_t wrong_random_rows(std::uint64_t seed, std::size_t additions, bool tflite) {
  using Shape = typename Machine::Shape;
  Random random(seed);
  typename Machine::Driver driver(seed);
  std::size_t wrong = 0;
  for (std::size_t done = 0; done < additions;) {
    std::vector<AddRow<Shape>> rows;
    for (int i = 0; i < 1000; ++i) {
      const AddCase made = tflite != random.chance(5) ? random_tflite(random) : random_ort(random);
      rows.push_back(row_of<Shape>(random, made, random.below(Shape::kColumns)));
      AddRow<Shape>& row = rows.back();
      row.gap = random.chance(90) ? 0 : random.below(10);
      row.residual = random.chance(95);
      golden::Range& range = row.addition.range;
      range.zero_point = random.chance(50) ? 0 : random.range(-128, 127);
      if (random.chance(20)) range.low = random.range(-128, 127);
      if (random.chance(20)) range.high = random.range(range.low, 127);
    }
    wrong += wrong_rows(driver, rows);
    done += rows.size() * Shape::kColumns;
  }
  return wrong;
}

TEST_CASE("six million additions equal two float32 fmas, in both operand orders") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<AddBase>(seed, random_values(5000000), false) == 0);
  CHECK(wrong_random_rows<AddTiny>(seed, random_values(1000000), false) == 0);
}

TEST_CASE("six million additions equal TFLite's fixed-point rule") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<AddBase>(seed, random_values(5000000), true) == 0);
  CHECK(wrong_random_rows<AddTiny>(seed, random_values(1000000), true) == 0);
}

/// The code of a case.
std::int32_t added(AddBase::Driver& driver, const AddCase& made) {
  Random random(1);
  return driver.run({row_of<AddBase::Shape>(random, made, 3)})[0][3];
}

TEST_CASE("the zero point is inside the rounding: 0.5 * 1 + 0.5 * 0 + 1 is 2") {
  AddBase::Driver driver(1);
  AddCase made;
  made.addition.sum_scale = made.addition.residual_scale = float_bits(0.5);
  made.addition.term = float_bits(1);
  made.sum = 1;
  CHECK(added(driver, made) == 2);
}

TEST_CASE("the operands' order matters and is kept") {
  AddBase::Driver driver(2);
  // The second operand's product and the term give 2^24 + 1, a tie that goes down to 2^24; in the
  // other order -2^24 comes first and nothing is lost.
  AddCase made;
  made.addition.sum_scale = float_bits(std::ldexp(1, 24));
  made.addition.residual_scale = float_bits(1);
  made.addition.term = float_bits(std::ldexp(1, 24));
  made.sum = -1;
  made.residual = 1;
  CHECK(added(driver, made) == 0);
  made.addition.residual_first = true;
  CHECK(added(driver, made) == 1);
}

TEST_CASE("ties go to even, both signs") {
  AddBase::Driver driver(3);
  for (std::int32_t twice = -255; twice < 256; ++twice) {
    CAPTURE(twice);
    AddCase made;
    made.addition.sum_scale = made.addition.residual_scale = float_bits(0.5);
    made.sum = twice;
    const std::int32_t down = (twice - (twice & 1)) / 2;
    const std::int32_t even = down + (twice & down & 1);
    CHECK(added(driver, made) == std::min(std::max(even, -128), 127));
  }
}

TEST_CASE("a far smaller term decides a tie of float32, within the limit of 28 and beyond it") {
  AddBase::Driver driver(4);
  // 72.5 and half a unit of float32: 129 * 0x8FE040 = 145 * 2^23 + 2^6. The even neighbour is 72.5,
  // whose even neighbour is 72; the smallest help takes it up.
  static_assert(129 * 0x8FE040 == 145 * (1 << 23) + (1 << 6));
  for (const bool inner : {false, true}) {
    for (int distance = 20; distance < 70; ++distance) {
      CAPTURE(inner);
      CAPTURE(distance);
      AddCase made;
      made.addition.sum_scale = made.addition.residual_scale =
          float_bits(std::ldexp(0x8FE040, -24));
      (inner ? made.residual : made.sum) = 129;
      CHECK(added(driver, made) == 72);
      made.addition.term = float_bits(std::ldexp(1, -1 - distance));
      CHECK(added(driver, made) == 73);
      made.addition.term |= 0x80000000;
      CHECK(added(driver, made) == 72);
    }
  }
}

TEST_CASE("a far smaller product decides a tie of float32, within the limit of 36 and beyond it") {
  AddBase::Driver driver(11);
  // 2^20 less a quarter of its unit (2^-3) rounds to 2^20, anything more to half a unit less. The
  // first operand leaves 1.5, or 1.5 less half a unit.
  const double quarter = std::ldexp(1, -5);
  for (int distance = 18; distance < 60; ++distance) {
    CAPTURE(distance);
    AddCase made;
    made.addition.term = float_bits(std::ldexp(1, 20));
    made.addition.sum_scale = float_bits(std::ldexp(1, 20) - 1.5);
    made.addition.residual_scale = float_bits(std::ldexp(1, 20 - distance) * 1.25);
    made.sum = -1;
    for (const std::int32_t residual : {-1, -3, -100, -255}) {
      made.residual = residual;
      const double less = -residual * std::ldexp(1, 20 - distance) * 1.25;
      if (less > 2 * quarter) continue;
      CHECK(added(driver, made) == (less > quarter ? 1 : 2));
    }
  }
}

/// A term of any size for one product, from far above to far below it.
TEST_CASE("every distance of exponents, sign and border mantissa agrees") {
  AddBase::Driver driver(5);
  Random random(5);
  std::vector<AddRow<AddBase::Shape>> rows;
  for (std::int32_t scale = 64; scale <= 190; scale += 9) {
    for (std::int32_t term = 32; term <= 222; ++term) {
      for (const std::uint32_t mantissa : {0U, 1U, 0x400000U, 0x7FFFFFU}) {
        for (const std::int32_t operand : {-256, -255, -1, 0, 1, 3, 129, 255}) {
          AddCase made;
          made.residual = operand;
          made.addition.residual_scale = static_cast<std::uint32_t>(scale) << 23 | mantissa;
          made.addition.term = static_cast<std::uint32_t>(term) << 23 | (mantissa ^ 0x3FFFFF);
          if (random.chance(50)) made.addition.term |= 0x80000000;
          // The first operand takes nearly all of the second's sum away.
          const float inner =
              std::fma(static_cast<float>(operand), float_of(made.addition.residual_scale),
                       float_of(made.addition.term));
          made.sum = inner < 0 ? 1 : -1;
          made.addition.sum_scale = float_bits(std::fabs(static_cast<double>(inner)) + 0.5);
          if (!legal(made.addition)) made.addition.sum_scale = float_bits(1);
          if (random.chance(50)) {
            made.addition.residual_first = true;
            std::swap(made.sum, made.residual);
            std::swap(made.addition.sum_scale, made.addition.residual_scale);
          }
          rows.push_back(row_of<AddBase::Shape>(random, made, random.below(32)));
        }
      }
    }
  }
  CHECK(wrong_rows(driver, rows) == 0);
}

TEST_CASE("constants at the limits of the exponents, and zeros of each kind, agree") {
  AddBase::Driver driver(6);
  Random random(6);
  std::vector<AddRow<AddBase::Shape>> rows;
  const std::vector<std::uint32_t> scales{64U << 23, 64U << 23 | 0x7FFFFF, 127U << 23, 190U << 23,
                                          190U << 23 | 0x7FFFFF};
  const std::vector<std::uint32_t> terms{0, 32U << 23, 127U << 23, 222U << 23,
                                         222U << 23 | 0x7FFFFF};
  const std::vector<std::int32_t> operands{-256, -128, -1, 0, 1, 127, 255};
  for (const std::uint32_t sum_scale : scales) {
    for (const std::uint32_t residual_scale : scales) {
      for (const std::uint32_t term : terms) {
        for (const std::int32_t sum : operands) {
          for (const std::int32_t residual : operands) {
            AddCase made;
            made.sum = sum;
            made.residual = residual;
            made.addition.sum_scale = sum_scale;
            made.addition.residual_scale = residual_scale;
            made.addition.term = term == 0 || random.chance(50) ? term : term | 0x80000000;
            made.addition.residual_first = random.chance(50);
            REQUIRE(legal(made.addition));
            rows.push_back(row_of<AddBase::Shape>(random, made, random.below(32)));
          }
        }
      }
    }
  }
  CHECK(wrong_rows(driver, rows) == 0);
}

TEST_CASE("every pair of codes agrees with dyadic constants, offsets of 128 and of 8") {
  AddBase::Driver driver(7);
  Random random(7);
  std::vector<AddRow<AddBase::Shape>> rows;
  for (const std::int32_t offset : {-128, 0, 8, 128}) {
    for (const bool first : {false, true}) {
      AddCase made;
      made.addition.residual_first = first;
      made.addition.sum_scale = float_bits(0.625);
      made.addition.residual_scale = float_bits(0.3125);
      made.addition.term = float_bits(-60.5);
      for (std::int32_t sum = -128; sum < 128; ++sum) {
        for (std::int32_t residual = -128; residual < 128; residual += 32) {
          auto row = row_of<AddBase::Shape>(random, made, 0);
          row.int4 = false;
          row.part = 0;
          row.addition.sum_offset = offset;
          row.addition.residual_offset = -offset;
          row.codes.fill(static_cast<std::int8_t>(sum));
          for (std::uint32_t c = 0; c < 32; ++c) {
            row.set_residual_code(c, residual + static_cast<std::int32_t>(c));
          }
          rows.push_back(row);
        }
      }
    }
  }
  CHECK(wrong_rows(driver, rows) == 0);
}

TEST_CASE_TEMPLATE("every part of a residual's word reaches its columns, in int8 and int4", Machine,
                   AddBase, AddTiny) {
  using Shape = typename Machine::Shape;
  typename Machine::Driver driver(8);
  Random random(8);
  std::vector<AddRow<Shape>> rows;
  for (int round = 0; round < 20; ++round) {
    for (const bool int4 : {false, true}) {
      const std::uint32_t parts = Shape::kWordBytes / Shape::kColumns * (int4 ? 2 : 1);
      for (std::uint32_t part = 0; part < parts; ++part) {
        AddCase made;  // the residual's code itself
        made.addition.sum_scale = made.addition.residual_scale = float_bits(1);
        auto row = row_of<Shape>(random, made, 0);
        row.int4 = int4;
        row.part = part;
        row.addition.sum_offset = row.addition.residual_offset = 0;
        row.codes.fill(0);
        rows.push_back(row);
      }
    }
  }
  CHECK(wrong_rows(driver, rows) == 0);
}

TEST_CASE("rows of every kind pass unharmed at every distance from rows of every kind") {
  AddBase::Driver driver(9);
  Random random(9);
  const auto any_row = [&](std::uint32_t kind) {
    const AddCase made = kind % 2 == 0 ? common_ort(random) : random_tflite(random);
    auto row = row_of<AddBase::Shape>(random, made, 0);
    row.residual = kind < 2;
    return row;
  };
  std::vector<AddRow<AddBase::Shape>> rows;
  for (std::uint32_t distance = 0; distance < 10; ++distance) {
    for (std::uint32_t before = 0; before < 4; ++before) {
      for (std::uint32_t after = 0; after < 4; ++after) {
        for (int i = 0; i < 20; ++i) {
          rows.push_back(any_row(before));
          rows.back().gap = 12;
          rows.push_back(any_row(after));
          rows.back().gap = distance;
        }
      }
    }
  }
  CHECK(wrong_rows(driver, rows) == 0);
}

TEST_CASE("ties of every rounding of the fixed-point rule come out as worked out") {
  AddBase::Driver driver(10);
  AddCase made;
  made.addition.tflite = true;
  made.addition.sum_scale = made.addition.residual_scale = 1U << 30;  // half of x << 20
  made.addition.term = 1U << 30;
  made.addition.output_shift = 19;  // (x_a + x_b) / 2
  const auto sum_of = [&](std::int32_t sum, std::int32_t residual) {
    made.sum = sum;
    made.residual = residual;
    return added(driver, made);
  };
  CHECK(sum_of(1, 0) == 1);
  CHECK(sum_of(-1, 0) == -1);
  CHECK(sum_of(3, 0) == 2);
  CHECK(sum_of(-3, 0) == -2);
  CHECK(sum_of(100, 101) == 101);
  CHECK(sum_of(-100, -101) == -101);
  // A residual's half unit is rounded away from zero and decides the sum's tie.
  made.addition.residual_shift = 20;  // x_b / 2, in units of 2^-19
  CHECK(sum_of(1, -1) == 1);          // 2^19 - 1; half of it goes up to 2^18, a tie
  CHECK(sum_of(1, -3) == 0);          // 2^19 - 2; half of it is 2^18 - 1
  CHECK(sum_of(-1, 1) == 0);          // -2^19 + 1; half of it goes up to -2^18 + 1
  CHECK(sum_of(-1, 0) == -1);
  // The operands' own high halves: 2^19 - 1/2 goes up, to 2^19 or to -2^19 + 1.
  made.addition.residual_shift = 0;
  for (std::uint32_t* scale : {&made.addition.sum_scale, &made.addition.residual_scale}) {
    made.addition.sum_scale = made.addition.residual_scale = 1U << 30;
    *scale -= 1U << 10;
    const bool residual = scale == &made.addition.residual_scale;
    CHECK((residual ? sum_of(0, 1) : sum_of(1, 0)) == 1);
    CHECK((residual ? sum_of(0, -1) : sum_of(-1, 0)) == 0);
  }
}

}  // namespace
}  // namespace hb::rtl_test
