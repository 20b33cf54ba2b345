// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_writer alone put rows of codes where docs/commands.md section 3 says, and nothing else?
#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <vector>

#include "Vwriter_base.h"
#include "Vwriter_tiny.h"
#include "model/arch/commands.hpp"
#include "model/arch/shapes.hpp"
#include "sim/rtl_chip.hpp"
#include "tests/rtl/bits.hpp"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

struct Base {
  using Shape = arch::shapes::base;
  using Model = Vwriter_base;
};
struct Tiny {
  using Shape = arch::shapes::tiny;
  using Model = Vwriter_tiny;
};

struct Tile {
  bool writes = true;
  bool int4 = false;
  std::uint32_t address = 0;
  std::uint32_t part = 0;
  bool clears = false;
  std::uint32_t index = 0;
};

template <class Machine>
class Bench {
 public:
  using Shape = typename Machine::Shape;
  using Codes = std::array<std::int8_t, Shape::kColumns>;
  using Word = std::array<std::uint8_t, Shape::kWordBytes>;
  /// Bytes, the unit of masks: the smaller of an int4 part and a beat (hb_top).
  static constexpr std::uint32_t kGranule =
      Shape::kColumns / 2 < Shape::kBusBytes ? Shape::kColumns / 2 : Shape::kBusBytes;

  explicit Bench(std::uint64_t seed) : random_(seed), writer_(seed) {
    writer_->rst_ni = 0;
    cycle(nullptr, nullptr);
    writer_->rst_ni = 1;
  }

  /// Whether the tile's rows (codes; none: the row's pixel does not exist) are written as they
  /// should be. `next`: the tile that comes with the last row.
  bool right(const Tile& tile, const std::vector<bool>& exists, const Tile* next) {
    bool good = true;
    for (std::size_t r = 0; r < exists.size(); ++r) {
      Codes codes{};
      for (std::int8_t& code : codes) {
        code =
            static_cast<std::int8_t>(tile.int4 ? random_.range(-8, 7) : random_.range(-128, 127));
      }
      const std::uint32_t address = tile.address + written_;
      cycle(exists[r] ? &codes : nullptr, r + 1 == exists.size() ? next : nullptr);
      written_ = exists[r] ? written_ + 1 : written_;
      good = good && (exists[r] && tile.writes ? shows(tile, address, codes) : !writer_->valid_o);
    }
    written_ = 0;
    return good;
  }

  void start(const Tile& tile) { cycle(nullptr, &tile); }

 private:
  [[nodiscard]] bool shows(const Tile& tile, std::uint32_t address, const Codes& codes) const {
    Word word{}, mask{};
    const std::uint32_t size = tile.int4 ? Shape::kColumns / 2 : Shape::kColumns;
    for (std::uint32_t i = tile.part * size; i < Shape::kWordBytes; ++i) {
      mask[i] = tile.clears || i < (tile.part + 1) * size;
    }
    for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
      const auto code = static_cast<std::uint32_t>(codes[c]);
      std::uint8_t& byte = word[tile.part * size + (tile.int4 ? c / 2 : c)];
      const std::uint32_t placed = tile.int4 ? (code & 15) << (c % 2 * 4) : code & 255;
      byte = static_cast<std::uint8_t>(byte | placed);
    }
    std::array<std::uint32_t, Shape::kRows> shown{};
    sim::get_port(writer_->data_o, shown.data(), shown.size());
    std::uint32_t granules = 0;
    sim::get_port(writer_->mask_o, &granules, 1);
    bool right = writer_->valid_o != 0 && writer_->address_o == address &&
                 writer_->index_o == tile.index &&
                 std::memcmp(shown.data(), word.data(), word.size()) == 0;
    for (std::uint32_t i = 0; i < Shape::kWordBytes; ++i) {
      right = right && (granules >> i / kGranule & 1) == mask[i];
    }
    return right;
  }

  /// A cycle with a row or none, with the next rows' tile or none; all else is garbage.
  void cycle(const Codes* codes, const Tile* tile) {
    writer_->row_valid_i = codes != nullptr;
    std::array<std::uint32_t, Shape::kColumns / 4> words{};
    for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(random_.next());
    if (codes != nullptr) std::memcpy(words.data(), codes->data(), codes->size());
    sim::set_port(writer_->codes_i, words.data(), words.size());
    const Tile garbage{random_.chance(50), random_.chance(50), random_.below(1000), 0, true, 7};
    const Tile& given = tile != nullptr ? *tile : garbage;
    writer_->tile_i = tile != nullptr;
    Bits<2> writing;  // writing_t of rtl/hb_pkg.sv, last field first
    writing.put(given.address, 32).put(given.index, arch::kIndexBits).put(given.part, 8);
    writing.put(given.clears, 1).put(given.int4, 1).put(given.writes, 1);
    writing.to(writer_->writing_i);
    writer_.clock();
  }

  Random random_;
  Block<typename Machine::Model> writer_;
  std::uint32_t written_ = 0;
};

template <class Machine>
std::vector<Tile> every_tile() {
  using Shape = typename Machine::Shape;
  std::vector<Tile> tiles;
  for (const bool int4 : {false, true}) {
    const std::uint32_t parts = Shape::kWordBytes / Shape::kColumns * (int4 ? 2 : 1);
    for (std::uint32_t part = 0; part < parts; ++part) {
      for (const bool clears : {false, true}) {
        tiles.push_back({true, int4, 100 * part, part, clears, part + 1});
      }
    }
  }
  return tiles;
}

TEST_CASE_TEMPLATE("every part is written in both precisions, the last tile's rest is cleared",
                   Machine, Base, Tiny) {
  Bench<Machine> bench(1);
  for (const Tile& tile : every_tile<Machine>()) {
    CAPTURE(tile.int4);
    CAPTURE(tile.part);
    CAPTURE(tile.clears);
    bench.start(tile);
    CHECK(bench.right(tile, std::vector<bool>(Machine::Shape::kRows, true), nullptr));
  }
}

TEST_CASE_TEMPLATE("tiles that follow each other at once keep their places", Machine, Base, Tiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench<Machine> bench(seed);
  const std::vector<Tile> tiles = every_tile<Machine>();
  const auto pick = [&] {
    Tile tile = tiles[random.below(tiles.size())];
    tile.address = random.below(30000);
    tile.index = random.below(1U << arch::kIndexBits);
    tile.writes = random.chance(80);
    return tile;
  };
  Tile tile = pick();
  bench.start(tile);
  std::size_t wrong = 0;
  for (int i = 0; i < 20000; ++i) {
    std::vector<bool> exists(Machine::Shape::kRows, true);
    const std::uint32_t rows = random.pick(1, Machine::Shape::kRows);
    for (std::uint32_t r = rows; random.chance(30) && r < exists.size(); ++r) exists[r] = false;
    const bool at_once = random.chance(70);
    const Tile next = pick();
    wrong += !bench.right(tile, exists, at_once ? &next : nullptr);
    tile = next;
    if (!at_once) bench.start(tile);
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace hb::rtl_test
