// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_lanes alone requantize by gemmlowp's literal rule of `tflite`, on both paths and beside
// rows of the other contract?
#include <doctest/doctest.h>

#include "tests/rtl/amount.hpp"
#include "tests/rtl/lanes_bench.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using Bench = LanesBench<LanesBase>;
using BaseRow = Row<LanesBase::Shape>;

TEST_CASE("ten million random accumulators become the codes of gemmlowp's literal rule") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<LanesBase>(seed, random_values(10000000), Contracts::kTflite) == 0);
}

TEST_CASE("neighbouring rows of both contracts do not disturb each other") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<LanesBase>(seed, 2000000, Contracts::kMixed) == 0);
  CHECK(wrong_random_rows<LanesTiny>(seed, 500000, Contracts::kMixed) == 0);
}

/// Multipliers at their borders; bit 31 is ignored.
std::vector<std::uint32_t> edge_multipliers() {
  return {0,          1,          0x3FFFFFFF, 1U << 30,   (1U << 30) + 1, 0x55555555,
          0x5FFFFFFF, 0x60000000, 0x7FFF8000, 0x7FFFFFFE, 0x7FFFFFFF,     0xFFFFFFFF};
}

TEST_CASE("every accumulator length, shift and border agrees, on both paths") {
  Bench bench(5);
  const std::vector<std::uint32_t> multipliers = edge_multipliers();
  const std::vector<golden::Range> ranges = edge_ranges();
  std::size_t wrong = 0;
  for (const std::uint32_t multiplier : multipliers) {
    for (std::uint32_t left = 0; left < 32; ++left) {
      Bench::Parameters values;
      values.scale.fill(multiplier);
      values.copy_scale.fill(multiplier);
      for (std::uint32_t c = 0; c < Bench::kColumns; ++c) {
        const std::uint32_t right = c % 32, other = 31 - right;
        values.shifts[c] = right | left << 8 | other << 16 | left << 24;
      }
      bench.write(left, values);
    }
    std::vector<BaseRow> rows;
    for (const std::uint32_t accumulator : edge_accumulators()) {
      for (std::uint32_t left = 0; left < 32; ++left) {
        BaseRow row;
        row.tflite = true;
        row.tile = left;
        const std::size_t range = (accumulator + left) % ranges.size();
        row.ranges = {ranges[range], ranges[(range + 1) % ranges.size()]};
        row.sums.fill(accumulator);
        rows.push_back(row);
      }
    }
    wrong += bench.wrong_rows(rows);
  }
  CHECK(wrong == 0);
}

/// A product and the code that its two roundings give.
struct Line {
  std::int32_t accumulator;
  std::uint32_t multiplier;
  std::uint32_t right;
  std::uint32_t left;
  std::int32_t code;
};

TEST_CASE("ties of both roundings, both signs, and the ends of the range come out as worked out") {
  constexpr std::uint32_t kHalf = 1U << 30, kMost = 0x7FFFFFFF;
  const std::vector<Line> lines{
      // The high half rounds a tie up on the number line, the division one away from zero.
      {1, kHalf, 0, 0, 1},
      {-1, kHalf, 0, 0, 0},
      {3, kHalf, 0, 0, 2},
      {-3, kHalf, 0, 0, -1},
      {2, kHalf, 1, 0, 1},
      {-2, kHalf, 1, 0, -1},
      {6, kHalf, 1, 0, 2},
      {-6, kHalf, 1, 0, -2},
      // 2.5 to 3, then 1.5 to 2: two roundings, not one of 1.25.
      {5, kHalf, 1, 0, 2},
      {-5, kHalf, 1, 0, -1},
      {INT32_MIN, kHalf, 24, 0, -64},
      {INT32_MIN, kMost, 25, 0, -64},
      {INT32_MIN, kMost, 0, 0, -128},
      {INT32_MAX, kMost, 25, 0, 64},
      {INT32_MAX, kMost, 31, 0, 1},
      {INT32_MIN, kMost, 31, 0, -1},
      {1 << 29, kMost, 31, 0, 0},
      {INT32_MAX, 0, 0, 31, 0},
      {3, kHalf, 0, 5, 48},
      {-3, kHalf, 3, 5, -6},
      {1, kMost, 31, 31, 1},
  };
  LanesBase::Driver driver(7);
  for (const Line& line : lines) {
    CAPTURE(line.accumulator);
    CAPTURE(line.multiplier);
    CAPTURE(line.right);
    std::array<std::uint32_t, Bench::kColumns> zero{}, scale{}, shifts{};
    scale.fill(line.multiplier);
    const std::uint32_t both = line.right | line.left << 8;
    shifts.fill(both | both << 16);
    driver.write(0, ParameterRow::kBias, zero);
    driver.write(0, ParameterRow::kScale, scale);
    driver.write(0, ParameterRow::kShifts, shifts);
    driver.write(0, ParameterRow::kCopyScale, scale);
    BaseRow row;
    row.tflite = true;
    row.sums.fill(static_cast<std::uint32_t>(line.accumulator));
    const Codes<LanesBase::Shape> codes = driver.run({row})[0];
    for (std::uint32_t c = 0; c < Bench::kColumns; ++c) {
      CHECK(codes.output[c] == line.code);
      CHECK(codes.copy[c] == line.code);
    }
  }
}

TEST_CASE("a row meets the bias, shifts and scale of its own tile, whatever its neighbours'") {
  Bench bench(8);
  const auto tile_of = [](std::uint32_t code) {
    Bench::Parameters values;
    values.bias.fill(code * 1024);
    values.scale.fill(1U << 30);
    values.copy_scale.fill(1U << 30);
    values.shifts.fill(9 | (9 - code % 4) << 16);
    return values;
  };
  for (std::uint32_t tile = 0; tile < Bench::kTiles; ++tile) bench.write(tile, tile_of(tile));
  // Every distance between two tiles in the pipeline, and tiles of one row and of R rows.
  std::vector<BaseRow> rows;
  for (std::uint32_t distance = 0; distance < 20; ++distance) {
    for (std::uint32_t count = 1; count <= LanesBase::Shape::kRows; count += 7) {
      for (std::uint32_t tile = 0; tile < Bench::kTiles; ++tile) {
        for (std::uint32_t i = 0; i < count; ++i) {
          BaseRow row;
          row.tflite = true;
          row.tile = tile;
          row.gap = i == 0 ? distance : 0;
          row.copy_code = tile % 3 == 0;
          rows.push_back(row);
        }
      }
    }
  }
  CHECK(bench.wrong_rows(rows) == 0);
}

}  // namespace
}  // namespace hb::rtl_test
