// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_lanes alone requantize by the literal float32 rule of `ort`, on both paths?
#include <doctest/doctest.h>

#include <cstring>

#include "tests/rtl/amount.hpp"
#include "tests/rtl/lanes_bench.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using Bench = LanesBench<LanesBase>;
using BaseRow = Row<LanesBase::Shape>;

TEST_CASE("ten million random accumulators become the codes of the literal float32 rule") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<LanesBase>(seed, random_values(10000000), Contracts::kOrt) == 0);
}

TEST_CASE("lanes of a machine with many parts in a word agree as well") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_rows<LanesTiny>(seed, 500000, Contracts::kOrt) == 0);
}

TEST_CASE("every accumulator length, scale exponent and border agrees, on both paths") {
  Bench bench(5);
  const std::vector<std::uint32_t> scales = edge_scales(), accumulators = edge_accumulators();
  const std::vector<golden::Range> ranges = edge_ranges();
  constexpr std::size_t kScales = std::size_t{Bench::kTiles} * Bench::kColumns;
  REQUIRE(scales.size() % kScales == 0);
  test::Random random(5);
  std::size_t wrong = 0;
  for (std::size_t first = 0; first < scales.size(); first += kScales) {
    for (std::uint32_t tile = 0; tile < Bench::kTiles; ++tile) {
      Bench::Parameters values;
      for (std::uint32_t c = 0; c < Bench::kColumns; ++c) {
        values.bias[c] = random_bias(random);
        values.scale[c] = scales[first + tile * Bench::kColumns + c];
        values.copy_scale[c] = scales[scales.size() - 1 - (first + tile * Bench::kColumns + c)];
      }
      bench.write(tile, values);
      std::vector<BaseRow> rows;
      for (const std::uint32_t accumulator : accumulators) {
        for (std::size_t i = 0; i < ranges.size(); ++i) {
          BaseRow row;
          row.tile = tile;
          row.ranges = {ranges[i], ranges[(i + 1) % ranges.size()]};
          for (std::uint32_t c = 0; c < Bench::kColumns; ++c) {
            bench.set_accumulator(row, c, accumulator);
          }
          rows.push_back(row);
        }
      }
      wrong += bench.wrong_rows(rows);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a copy of codes takes every code with its offset, times every scale exponent") {
  Bench bench(6);
  const std::vector<std::uint32_t> scales = edge_scales();
  std::size_t wrong = 0;
  for (std::size_t first = 0; first < scales.size(); first += Bench::kColumns) {
    Bench::Parameters values;
    for (std::uint32_t c = 0; c < Bench::kColumns; ++c) values.copy_scale[c] = scales[first + c];
    bench.write(0, values);
    std::vector<BaseRow> rows;
    for (const std::int32_t offset : {-128, -127, 0, 1, 127, 128}) {
      for (std::int32_t code = -128; code <= 127; ++code) {
        BaseRow row;
        row.copy_code = true;
        row.copy_offset = offset;
        row.ranges[1].zero_point = 3;
        for (std::uint32_t c = 0; c < Bench::kColumns; ++c) {
          row.codes[c] = static_cast<std::int8_t>(code + static_cast<std::int32_t>(c));
        }
        rows.push_back(row);
      }
    }
    wrong += bench.wrong_rows(rows);
  }
  CHECK(wrong == 0);
}

/// A line of the table of edge cases in docs/arithmetic.md.
struct Line {
  std::int32_t accumulator;
  std::uint32_t scale_bits;
  std::int32_t zero_point;
  std::int32_t code;
};

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TEST_CASE("the edge cases of docs/arithmetic.md come out as its table says") {
  const std::uint32_t half = bits_of(0.5F), one = bits_of(1.0F), huge = bits_of(3e38F);
  const std::uint32_t tie = scale_with(127 - 18, 0), small = scale_with(127 - 25, 0);
  const std::vector<Line> lines{
      {1, half, 0, 0},
      {3, half, 0, 2},
      {5, half, 0, 2},
      {-1, half, 0, 0},
      {-3, half, 0, -2},
      {-5, half, 0, -2},
      {1, half, 1, 1},
      {3, half, 1, 3},
      {117, one, 10, 127},
      {118, one, 10, 127},
      {-138, one, 10, -128},
      {-139, one, 10, -128},
      {201 * (1 << 17) + 1, tie, 0, 100},
      {201 * (1 << 17) + 2, tie, 0, 101},
      {(1 << 24) + 1, tie, 0, 64},
      {(1 << 24) + 3, tie, 0, 64},
      {INT32_MAX, small, 0, 64},
      {INT32_MIN, small, 0, -64},
      {INT32_MIN, one, 0, -128},
      {1 << 30, bits_of(1e-30F), 10, 10},
      {1, huge, 10, 127},
      {-1, huge, 10, -128},
      {0, huge, 10, 10},
      {1, scale_with(255, 1), 10, 127},
      {-1, scale_with(255, 0), 10, -128},
      {0, scale_with(255, 0x7FFFFF), 10, 10},
      {INT32_MAX, scale_with(0, 0x7FFFFF), 10, 10},
      {20, bits_of(-1.0F), 3, 23},
  };
  LanesBase::Driver driver(7);
  for (const Line& line : lines) {
    CAPTURE(line.accumulator);
    CAPTURE(line.scale_bits);
    std::array<std::uint32_t, LanesBase::Shape::kColumns> bias{}, scale{};
    scale.fill(line.scale_bits);
    driver.write(0, ParameterRow::kBias, bias);
    driver.write(0, ParameterRow::kScale, scale);
    driver.write(0, ParameterRow::kCopyScale, scale);
    Row<LanesBase::Shape> row;
    row.sums.fill(static_cast<std::uint32_t>(line.accumulator));
    for (golden::Range& range : row.ranges) range.zero_point = line.zero_point;
    const Codes<LanesBase::Shape> codes = driver.run({row})[0];
    for (std::uint32_t c = 0; c < LanesBase::Shape::kColumns; ++c) {
      CHECK(codes.output[c] == line.code);
      CHECK(codes.copy[c] == line.code);
    }
  }
}

}  // namespace
}  // namespace hb::rtl_test
