// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_array alone compute the sums of its tiles, each row in its cycle?
#include <doctest/doctest.h>

#include <limits>

#include "tests/rtl/array_bench.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

/// Every pair of codes in `lane`, in every PE, all else zero; the sums that differ from the
/// product. Tiles are R steps long and each holds one product per PE, in one of its steps in turn.
template <class Machine>
std::size_t wrong_products(ArrayBench<Machine>& bench, bool int4, std::uint32_t lane) {
  using Shape = typename Machine::Shape;
  const std::uint32_t bits = int4 ? 4 : 8, codes = 1U << bits, shift = lane * bits;
  std::vector<Tile<Shape>> tiles;
  for (std::uint32_t w = 0; w < codes; ++w) {
    for (std::uint32_t k = 0; k < Shape::kRows; ++k) {
      SumRow<Shape> lanes{};
      for (std::uint32_t c = 0; k == w % Shape::kRows && c < Shape::kColumns; ++c) {
        lanes[c] = (w + c) % codes << shift;
      }
      bench.write(w * Shape::kRows + k, lanes);
    }
    tiles.push_back(empty_tile<Shape>(int4, Shape::kRows, w * Shape::kRows));
  }
  std::size_t wrong = 0;
  for (std::uint32_t a = 0; a < codes; ++a) {
    for (std::uint32_t w = 0; w < codes; ++w) {
      auto& step = tiles[w].operands[w % Shape::kRows];
      for (std::uint32_t r = 0; r < Shape::kRows; ++r) step[r] = (a + r) % codes << shift;
    }
    const std::vector<Shown<Shape>> shown = bench.driver.run(tiles);
    for (std::uint32_t w = 0; w < codes; ++w) {
      for (std::uint32_t r = 0; r < Shape::kRows; ++r) {
        for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
          const std::int32_t product = value_of(a + r, bits) * value_of(w + c, bits);
          wrong += shown[w].whole[r][c] != static_cast<std::uint32_t>(product);
        }
      }
    }
  }
  return wrong;
}

/// Every pair of codes in `lane` of one PE or another; the other lanes and steps random.
template <class Machine>
std::size_t wrong_among_others(ArrayBench<Machine>& bench, Random& random, bool int4,
                               std::uint32_t lane) {
  using Shape = typename Machine::Shape;
  const std::uint32_t bits = int4 ? 4 : 8, codes = 1U << bits, shift = lane * bits;
  const std::uint32_t keep = ~((codes - 1) << shift);
  const auto word = [&](std::uint32_t code) {
    return (static_cast<std::uint32_t>(random.next()) & keep) | (code % codes << shift);
  };
  for (std::uint32_t w = 0; w < codes; w += Shape::kColumns) {
    SumRow<Shape> lanes{};
    for (std::uint32_t c = 0; c < Shape::kColumns; ++c) lanes[c] = word(w + c);
    bench.write(w, lanes);
  }
  std::vector<Tile<Shape>> tiles;
  for (std::uint32_t a = 0; a < codes; a += Shape::kRows) {
    for (std::uint32_t w = 0; w < codes; w += Shape::kColumns) {
      tiles.push_back(random_tile<Shape>(random, int4, Shape::kRows));
      const std::uint32_t k = random.below(Shape::kRows);
      tiles.back().weight_rows[k] = w;
      for (std::uint32_t r = 0; r < Shape::kRows; ++r) tiles.back().operands[k][r] = word(a + r);
    }
  }
  return bench.wrong_rows(tiles);
}

TEST_CASE_TEMPLATE("every PE multiplies every pair of int8 values in each of its four lanes",
                   Machine, ArrayBase, ArrayTiny) {
  ArrayBench<Machine> bench(test::run_seed());
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_products(bench, false, lane) == 0);
  }
}

TEST_CASE_TEMPLATE("every PE multiplies every pair of int4 values in each of its eight lanes",
                   Machine, ArrayBase, ArrayTiny) {
  ArrayBench<Machine> bench(test::run_seed());
  for (std::uint32_t lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_products(bench, true, lane) == 0);
  }
}

TEST_CASE_TEMPLATE("a lane's product does not depend on the other lanes", Machine, ArrayBase,
                   ArrayTiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  ArrayBench<Machine> bench(seed);
  bench.write_all(random);
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_among_others(bench, random, false, lane) == 0);
  }
  for (std::uint32_t lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_among_others(bench, random, true, lane) == 0);
  }
}

TEST_CASE_TEMPLATE("tiles of any length and mode, back to back or with gaps, give their sums",
                   Machine, ArrayBase, ArrayTiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  ArrayBench<Machine> bench(seed);
  bench.write_all(random);
  for (int batch = 0; batch < 20; ++batch) {
    CHECK(bench.wrong_rows(random_tiles<Machine>(random, 40)) == 0);
    CHECK(bench.driver.last_right());
  }
}

TEST_CASE_TEMPLATE("the other mode may start ModeChange cycles after a last step", Machine,
                   ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(1);
  ArrayBench<Machine> bench(1);
  bench.write_all(random);
  std::vector<Tile<Shape>> tiles;
  for (std::uint32_t i = 0; i < 20; ++i) {
    tiles.push_back(random_tile<Shape>(random, i % 2 != 0, Shape::kRows));
    tiles.back().gap = i == 0 ? 0 : Machine::Driver::kModeChange;
  }
  CHECK(bench.wrong_rows(tiles) == 0);
  // One cycle less and the last PE computes its last step in the wrong mode.
  for (std::uint32_t i = 1; i < 20; ++i) --tiles[i].gap;
  CHECK(bench.wrong_rows(tiles) > 0);
}

TEST_CASE_TEMPLATE("row r is whole C + 1 + r cycles after last_o and not one cycle earlier",
                   Machine, ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(2);
  ArrayBench<Machine> bench(2);
  bench.write_all(random);
  std::vector<Tile<Shape>> tiles;
  for (const std::uint32_t words : {1U, 1U, 1U, 2U, 5U}) {  // the first three back to back
    tiles.push_back(random_tile<Shape>(random, false, words * Shape::kRows));
  }
  tiles.back().gap = 100;
  const std::vector<Shown<Shape>> shown = bench.driver.run(tiles);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    for (std::uint32_t r = 0; r < Shape::kRows; ++r) {
      CAPTURE(i);
      CAPTURE(r);
      CHECK(shown[i].whole[r] == bench.expected(tiles[i], r));
      CHECK(shown[i].early[r] != bench.expected(tiles[i], r));
    }
  }
}

TEST_CASE_TEMPLATE("sums wrap modulo 2^32", Machine, ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  constexpr std::int32_t kWord = 4 * 128 * 128;  // -128 in all four lanes of both sides
  constexpr std::uint32_t kSteps = (1U << 31) / kWord;
  ArrayBench<Machine> bench(3);
  SumRow<Shape> lanes{};
  lanes.fill(0x80808080);
  for (std::uint32_t row = 0; row < Shape::kWeightRows; ++row) bench.write(row, lanes);
  // Exactly 2^31, and R more steps.
  std::vector<Tile<Shape>> tiles{empty_tile<Shape>(false, kSteps, 0),
                                 empty_tile<Shape>(false, kSteps + Shape::kRows, 0)};
  for (auto& tile : tiles) {
    for (auto& step : tile.operands) step.fill(0x80808080);
  }
  const std::vector<Shown<Shape>> shown = bench.driver.run(tiles);
  const auto least = static_cast<std::uint32_t>(std::numeric_limits<std::int32_t>::min());
  SumRow<Shape> exact{}, beyond{};
  exact.fill(least);
  beyond.fill(least + Shape::kRows * static_cast<std::uint32_t>(kWord));
  for (std::uint32_t r = 0; r < Shape::kRows; ++r) {
    CHECK(shown[0].whole[r] == exact);
    CHECK(shown[1].whole[r] == beyond);
  }
}

TEST_CASE_TEMPLATE("clear forgets a tile that has not ended, whenever it comes", Machine, ArrayBase,
                   ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(4);
  ArrayBench<Machine> bench(4);
  bench.write_all(random);
  for (std::size_t cycles = 1; cycles < 100; ++cycles) {
    CAPTURE(cycles);
    bench.driver.run_part(random_tile<Shape>(random, random.chance(50), 100), cycles);
    bench.driver.clear();
    CHECK(bench.wrong_rows({random_tile<Shape>(random, random.chance(50), Shape::kRows)}) == 0);
    CHECK(bench.driver.last_right());
  }
}

}  // namespace
}  // namespace hb::rtl_test
