// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_array alone compute the sums of its tiles, each row in its cycle? Expected sums are plain
// signed arithmetic on the operands that went in.
#include <doctest/doctest.h>

#include <limits>

#include "Varray_base.h"
#include "Varray_tiny.h"
#include "model/arch/shapes.hpp"
#include "tests/rtl/array_driver.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

struct Base {
  using Shape = arch::shapes::base;
  using Driver = ArrayDriver<Varray_base, Shape>;
};
struct Tiny {
  using Shape = arch::shapes::tiny;
  using Driver = ArrayDriver<Varray_tiny, Shape>;
};

/// The signed value in the low `bits` bits of `code`.
std::int32_t value_of(std::uint32_t code, std::uint32_t bits) {
  const auto modulus = std::int32_t{1} << bits;
  const auto value = static_cast<std::int32_t>(code % static_cast<std::uint32_t>(modulus));
  return value < modulus / 2 ? value : value - modulus;
}

/// Products of all lanes of two operand words.
std::int32_t products(std::uint32_t a, std::uint32_t w, bool int4) {
  const std::uint32_t bits = int4 ? 4 : 8;
  std::int32_t sum = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += bits) {
    sum += value_of(a >> shift, bits) * value_of(w >> shift, bits);
  }
  return sum;
}

/// An array whose weight buffer is known.
template <class Machine>
class Bench {
 public:
  using Shape = typename Machine::Shape;
  using Row = SumRow<Shape>;
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;

  explicit Bench(std::uint64_t seed) : driver(seed), weights_(Shape::kWeightRows) {}

  void write(std::uint32_t row, const Row& lanes) {
    driver.write_weights(row, lanes);
    weights_[row] = lanes;
  }
  void write_all(Random& random) {
    for (std::uint32_t row = 0; row < Shape::kWeightRows; ++row) {
      Row lanes{};
      for (std::uint32_t& lane : lanes) lane = static_cast<std::uint32_t>(random.next());
      write(row, lanes);
    }
  }

  /// Row r of the tile's sums, by column, modulo 2^32.
  [[nodiscard]] Row expected(const Tile<Shape>& tile, std::uint32_t r) const {
    Row sums{};
    for (std::size_t k = 0; k < tile.operands.size(); ++k) {
      const Row& w = weights_[tile.weight_rows[k]];
      for (std::uint32_t c = 0; c < kColumns; ++c) {
        sums[c] += static_cast<std::uint32_t>(products(tile.operands[k][r], w[c], tile.int4));
      }
    }
    return sums;
  }

  /// Rows of sums of `tiles` that are wrong, after running them.
  [[nodiscard]] std::size_t wrong_rows(const std::vector<Tile<Shape>>& tiles) {
    const std::vector<Shown<Shape>> shown = driver.run(tiles);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      for (std::uint32_t r = 0; r < kRows; ++r) wrong += shown[i].whole[r] != expected(tiles[i], r);
    }
    return wrong;
  }

  typename Machine::Driver driver;

 private:
  std::vector<Row> weights_;
};

/// A tile of `steps` steps whose weight rows start at `weight_row`, wrapping; operands zero.
template <class Shape>
Tile<Shape> empty_tile(bool int4, std::uint32_t steps, std::uint32_t weight_row) {
  Tile<Shape> tile;
  tile.int4 = int4;
  tile.operands.resize(steps);
  tile.fills.resize(steps, false);
  for (std::uint32_t k = 0; k < steps; ++k) {
    tile.weight_rows.push_back((weight_row + k) % Shape::kWeightRows);
  }
  return tile;
}

template <class Shape>
Tile<Shape> random_tile(Random& random, bool int4, std::uint32_t steps) {
  Tile<Shape> tile = empty_tile<Shape>(int4, steps, random.below(Shape::kWeightRows));
  for (auto& step : tile.operands) {
    for (std::uint32_t& word : step) word = static_cast<std::uint32_t>(random.next());
  }
  return tile;
}

/// Makes some of the tile's words repeat one byte.
template <class Shape>
void fill_some(Random& random, Tile<Shape>& tile) {
  for (std::size_t k = 0; k < tile.operands.size(); ++k) {
    if (!random.chance(20)) continue;
    const std::size_t row = k % Shape::kRows, first = k - row;
    const std::uint32_t byte = random.below(256);
    for (std::size_t l = 0; l < Shape::kRows; ++l)
      tile.operands[first + l][row] = byte * 0x01010101;
    tile.fills[k] = true;
  }
}

/// Cycles without a step that may precede a tile: mostly none.
template <class Machine>
std::uint32_t random_gap(Random& random, bool mode_changes) {
  constexpr std::uint32_t kFull = Machine::Driver::kModeChange;
  const std::uint32_t least = mode_changes ? kFull : 0;
  return least + (random.chance(50) ? 0 : random.below(kFull + 12));
}

template <class Machine>
std::vector<Tile<typename Machine::Shape>> random_tiles(Random& random, std::size_t count) {
  using Shape = typename Machine::Shape;
  std::vector<Tile<Shape>> tiles;
  for (std::size_t i = 0; i < count; ++i) {
    const bool int4 = i > 0 && random.chance(80) ? tiles.back().int4 : random.chance(50);
    const std::uint32_t words = random.chance(60) ? random.pick(1, 2) : random.pick(3, 40);
    tiles.push_back(random_tile<Shape>(random, int4, words * Shape::kRows));
    fill_some(random, tiles.back());
    const bool mode_changes = i > 0 && int4 != tiles[i - 1].int4;
    tiles[i].gap = random_gap<Machine>(random, mode_changes);
  }
  return tiles;
}

/// Every pair of codes in `lane`, in every PE, all else zero; the sums that differ from the
/// product. Tiles are R steps long and each holds one product per PE, in one of its steps in turn.
template <class Machine>
std::size_t wrong_products(Bench<Machine>& bench, bool int4, std::uint32_t lane) {
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
std::size_t wrong_among_others(Bench<Machine>& bench, Random& random, bool int4,
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
                   Machine, Base, Tiny) {
  Bench<Machine> bench(test::run_seed());
  for (std::uint32_t lane = 0; lane < 4; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_products(bench, false, lane) == 0);
  }
}

TEST_CASE_TEMPLATE("every PE multiplies every pair of int4 values in each of its eight lanes",
                   Machine, Base, Tiny) {
  Bench<Machine> bench(test::run_seed());
  for (std::uint32_t lane = 0; lane < 8; ++lane) {
    CAPTURE(lane);
    CHECK(wrong_products(bench, true, lane) == 0);
  }
}

TEST_CASE_TEMPLATE("a lane's product does not depend on the other lanes", Machine, Base, Tiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench<Machine> bench(seed);
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
                   Machine, Base, Tiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench<Machine> bench(seed);
  bench.write_all(random);
  for (int batch = 0; batch < 20; ++batch) {
    CHECK(bench.wrong_rows(random_tiles<Machine>(random, 40)) == 0);
    CHECK(bench.driver.last_right());
  }
}

TEST_CASE_TEMPLATE("the other mode may start ModeChange cycles after a last step", Machine, Base,
                   Tiny) {
  using Shape = typename Machine::Shape;
  Random random(1);
  Bench<Machine> bench(1);
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
                   Machine, Base, Tiny) {
  using Shape = typename Machine::Shape;
  Random random(2);
  Bench<Machine> bench(2);
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

TEST_CASE_TEMPLATE("sums wrap modulo 2^32", Machine, Base, Tiny) {
  using Shape = typename Machine::Shape;
  constexpr std::int32_t kWord = 4 * 128 * 128;  // -128 in all four lanes of both sides
  constexpr std::uint32_t kSteps = (1U << 31) / kWord;
  Bench<Machine> bench(3);
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

TEST_CASE_TEMPLATE("clear forgets a tile that has not ended, whenever it comes", Machine, Base,
                   Tiny) {
  using Shape = typename Machine::Shape;
  Random random(4);
  Bench<Machine> bench(4);
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
