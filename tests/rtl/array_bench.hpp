// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// hb_array with known weights, and tiles for it. Expected sums are plain signed arithmetic on the
// operands that went in.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "Varray_base.h"
#include "Varray_tiny.h"
#include "model/arch/shapes.hpp"
#include "tests/rtl/array_driver.hpp"
#include "tests/support/random.hpp"

namespace hb::rtl_test {

struct ArrayBase {
  using Shape = arch::shapes::base;
  using Driver = ArrayDriver<Varray_base, Shape>;
};
struct ArrayTiny {
  using Shape = arch::shapes::tiny;
  using Driver = ArrayDriver<Varray_tiny, Shape>;
};

/// The signed value in the low `bits` bits of `code`.
inline std::int32_t value_of(std::uint32_t code, std::uint32_t bits) {
  const auto modulus = std::int32_t{1} << bits;
  const auto value = static_cast<std::int32_t>(code % static_cast<std::uint32_t>(modulus));
  return value < modulus / 2 ? value : value - modulus;
}

/// Products of all lanes of two operand words.
inline std::int32_t products(std::uint32_t a, std::uint32_t w, bool int4) {
  const std::uint32_t bits = int4 ? 4 : 8;
  std::int32_t sum = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += bits) {
    sum += value_of(a >> shift, bits) * value_of(w >> shift, bits);
  }
  return sum;
}

/// Four int4 values, low nibble first, as four int8 values.
inline std::uint32_t widened(std::uint32_t nibbles) {
  std::uint32_t word = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto value = static_cast<std::uint32_t>(value_of(nibbles >> (4 * i), 4));
    word |= (value & 0xFF) << (8 * i);
  }
  return word;
}

/// An array whose weight buffer is known.
template <class Machine>
class ArrayBench {
 public:
  using Shape = typename Machine::Shape;
  using Row = SumRow<Shape>;
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;

  explicit ArrayBench(std::uint64_t seed) : driver(seed), weights_(Shape::kWeightRows) {}

  void write(std::uint32_t row, const Row& lanes) {
    driver.write_weights(row, lanes);
    weights_[row] = lanes;
  }
  void write_all(test::Random& random) {
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
        const std::uint32_t weight = tile.narrow ? widened(w[c] >> (k % 2 * 16)) : w[c];
        sums[c] += static_cast<std::uint32_t>(products(tile.operands[k][r], weight, tile.int4));
      }
    }
    return sums;
  }

  /// Rows of sums of `tiles` that are wrong, after running them. What a partial tile adds up is
  /// part of the next tile's sums; nobody looks at it before. The last tile is not partial.
  [[nodiscard]] std::size_t wrong_rows(const std::vector<Tile<Shape>>& tiles) {
    const std::vector<Shown<Shape>> shown = driver.run(tiles);
    std::size_t wrong = 0;
    std::array<Row, kRows> sums{};
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      for (std::uint32_t r = 0; r < kRows; ++r) {
        const Row own = expected(tiles[i], r);
        for (std::uint32_t c = 0; c < kColumns; ++c) sums[r][c] += own[c];
        if (!tiles[i].partial) wrong += shown[i].whole[r] != sums[r];
      }
      if (!tiles[i].partial) sums = {};
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
Tile<Shape> random_tile(test::Random& random, bool int4, std::uint32_t steps) {
  Tile<Shape> tile = empty_tile<Shape>(int4, steps, random.below(Shape::kWeightRows));
  for (auto& step : tile.operands) {
    for (std::uint32_t& word : step) word = static_cast<std::uint32_t>(random.next());
  }
  return tile;
}

/// Makes some of the tile's words repeat one byte.
template <class Shape>
void fill_some(test::Random& random, Tile<Shape>& tile) {
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
std::uint32_t random_gap(test::Random& random, bool mode_changes) {
  constexpr std::uint32_t kFull = Machine::Driver::kModeChange;
  const std::uint32_t least = mode_changes ? kFull : 0;
  return least + (random.chance(50) ? 0 : random.below(kFull + 12));
}

template <class Machine>
std::vector<Tile<typename Machine::Shape>> random_tiles(test::Random& random, std::size_t count) {
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

}  // namespace hb::rtl_test
