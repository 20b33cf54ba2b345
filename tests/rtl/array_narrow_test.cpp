// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_array alone multiply narrow weights (int4) with int8 operands, beside wide ones too, and
// carry partial sums over to the next tile?
#include <doctest/doctest.h>

#include "tests/rtl/array_bench.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

/// Every weight with every operand in `lane`, in every PE, all else zero; the sums that differ from
/// the product. Weight w sits in the half that step w % R of its tile takes.
template <class Machine>
std::size_t wrong_products(ArrayBench<Machine>& bench, std::uint32_t half, std::uint32_t lane) {
  using Shape = typename Machine::Shape;
  constexpr std::uint32_t kWeights = 16, kOperands = 256;
  std::vector<Tile<Shape>> tiles;
  for (std::uint32_t w = 0; w < kWeights; ++w) {
    SumRow<Shape> lanes{};
    for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
      lanes[c] = (w + c) % kWeights << (16 * half + 4 * lane);
    }
    bench.write(w, lanes);
    tiles.push_back(empty_tile<Shape>(false, Shape::kRows, 0));
    tiles.back().narrow = true;
    for (std::uint32_t& row : tiles.back().weight_rows) row = w;
  }
  std::size_t wrong = 0;
  for (std::uint32_t a = 0; a < kOperands; ++a) {
    const std::uint32_t k = a % (Shape::kRows / 2) * 2 + half;
    for (Tile<Shape>& tile : tiles) {
      for (std::uint32_t step = 0; step < Shape::kRows; ++step) tile.operands[step].fill(0);
      for (std::uint32_t r = 0; r < Shape::kRows; ++r) {
        tile.operands[k][r] = (a + r) % kOperands << (8 * lane);
      }
    }
    const std::vector<Shown<Shape>> shown = bench.driver.run(tiles);
    for (std::uint32_t w = 0; w < kWeights; ++w) {
      for (std::uint32_t r = 0; r < Shape::kRows; ++r) {
        for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
          const std::int32_t product = value_of(a + r, 8) * value_of(w + c, 4);
          wrong += shown[w].whole[r][c] != static_cast<std::uint32_t>(product);
        }
      }
    }
  }
  return wrong;
}

/// A narrow tile reads half as many weight rows.
template <class Shape>
Tile<Shape> random_narrow_tile(Random& random, std::uint32_t steps) {
  Tile<Shape> tile = random_tile<Shape>(random, false, steps);
  tile.narrow = true;
  for (std::uint32_t k = 0; k < steps; ++k) {
    tile.weight_rows[k] = (tile.weight_rows[0] + k / 2) % Shape::kWeightRows;
  }
  return tile;
}

/// Tiles of every kind, gaps where the mode needs them and elsewhere, some partial.
template <class Machine>
std::vector<Tile<typename Machine::Shape>> mixed_tiles(Random& random, std::size_t count) {
  using Shape = typename Machine::Shape;
  std::vector<Tile<Shape>> tiles;
  for (std::size_t i = 0; i < count; ++i) {
    const bool int4 = random.chance(20);
    const std::uint32_t words = random.chance(60) ? random.pick(1, 2) : random.pick(3, 20);
    const std::uint32_t steps = words * Shape::kRows;
    tiles.push_back(!int4 && random.chance(50) ? random_narrow_tile<Shape>(random, steps)
                                               : random_tile<Shape>(random, int4, steps));
    fill_some(random, tiles.back());
    tiles.back().partial = i + 1 < count && random.chance(30);
    const bool mode_changes = i > 0 && int4 != tiles[i - 1].int4;
    tiles[i].gap = random_gap<Machine>(random, mode_changes);
  }
  return tiles;
}

TEST_CASE_TEMPLATE("every PE multiplies every int8 with every int4, in each lane and half", Machine,
                   ArrayBase, ArrayTiny) {
  ArrayBench<Machine> bench(test::run_seed());
  for (std::uint32_t half = 0; half < 2; ++half) {
    for (std::uint32_t lane = 0; lane < 4; ++lane) {
      CAPTURE(half);
      CAPTURE(lane);
      CHECK(wrong_products(bench, half, lane) == 0);
    }
  }
}

TEST_CASE_TEMPLATE(
    "narrow and wide tiles, back to back or with gaps, partial or not, give their sums", Machine,
    ArrayBase, ArrayTiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  ArrayBench<Machine> bench(seed);
  bench.write_all(random);
  for (int batch = 0; batch < 20; ++batch) {
    CHECK(bench.wrong_rows(mixed_tiles<Machine>(random, 40)) == 0);
    CHECK(bench.driver.last_right());
  }
}

TEST_CASE_TEMPLATE("narrow and wide rows lie beside each other in the columns at every distance",
                   Machine, ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(2);
  ArrayBench<Machine> bench(2);
  bench.write_all(random);
  for (std::uint32_t gap = 0; gap < 2 * Shape::kColumns; ++gap) {
    CAPTURE(gap);
    std::vector<Tile<Shape>> tiles;
    for (std::uint32_t i = 0; i < 8; ++i) {
      tiles.push_back(i % 2 != 0 ? random_narrow_tile<Shape>(random, Shape::kRows)
                                 : random_tile<Shape>(random, false, Shape::kRows));
      tiles.back().gap = i % 4 == 0 ? 0 : gap;
    }
    CHECK(bench.wrong_rows(tiles) == 0);
  }
}

TEST_CASE_TEMPLATE("partial sums wait for the next tile, of the other mode too, however long",
                   Machine, ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(3);
  ArrayBench<Machine> bench(3);
  bench.write_all(random);
  for (const std::uint32_t gap : {0U, 1U, 7U, 40U, 500U}) {
    for (std::uint32_t chain = 1; chain < 5; ++chain) {
      CAPTURE(gap);
      CAPTURE(chain);
      std::vector<Tile<Shape>> tiles;
      for (std::uint32_t i = 0; i <= chain; ++i) {
        const bool int4 = gap >= 40 && i % 2 != 0;
        tiles.push_back(random_tile<Shape>(random, int4, random.pick(1, 3) * Shape::kRows));
        tiles.back().partial = i < chain;
        tiles.back().gap = gap;
      }
      // The tile after it starts from 0 again.
      tiles.push_back(random_tile<Shape>(random, tiles.back().int4, Shape::kRows));
      CHECK(bench.wrong_rows(tiles) == 0);
      CHECK(bench.driver.last_right());
    }
  }
}

TEST_CASE_TEMPLATE("clear forgets partial sums and narrow rows", Machine, ArrayBase, ArrayTiny) {
  using Shape = typename Machine::Shape;
  Random random(4);
  ArrayBench<Machine> bench(4);
  bench.write_all(random);
  for (std::size_t cycles = 1; cycles < 100; ++cycles) {
    CAPTURE(cycles);
    Tile<Shape> tile = random_narrow_tile<Shape>(random, 40);
    tile.partial = true;
    bench.driver.run_part(tile, std::min<std::size_t>(cycles, 45));
    bench.driver.clear();
    const bool narrow = random.chance(50);
    CHECK(bench.wrong_rows({narrow ? random_narrow_tile<Shape>(random, Shape::kRows)
                                   : random_tile<Shape>(random, false, Shape::kRows)}) == 0);
  }
}

}  // namespace
}  // namespace hb::rtl_test
