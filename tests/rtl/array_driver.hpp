// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Drives hb_array as hb_load, hb_sequencer and hb_feed do (docs/timing.md section 7).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/rtl_chip.hpp"
#include "tests/rtl/block.hpp"

namespace hb::rtl_test {

/// A tile: row r multiplies operand k of its own with weight row `weight_rows[k]`. Step k = wR + r
/// brings the word that holds operands wR .. wR + R - 1 of row r.
template <class Shape>
struct Tile {
  using Step = std::array<std::uint32_t, Shape::kRows>;
  bool int4 = false;
  bool narrow = false;    ///< int4 weights: step k takes half k % 2 of its weight row's columns
  bool partial = false;   ///< the sums stay for the next tile
  std::uint32_t gap = 0;  ///< cycles without a step before it
  std::vector<std::uint32_t> weight_rows;
  std::vector<Step> operands;  ///< [k][r], a multiple of R of them
  std::vector<bool> fills;     ///< steps whose word repeats one byte and comes as that byte
};

/// A row of sums by column.
template <class Shape>
using SumRow = std::array<std::uint32_t, Shape::kColumns>;

/// What the array showed of a tile, by row.
template <class Shape>
struct Shown {
  std::array<SumRow<Shape>, Shape::kRows> whole{};  ///< C + 1 + r cycles after last_o
  std::array<SumRow<Shape>, Shape::kRows> early{};  ///< one cycle earlier
};

template <class Model, class Shape>
class ArrayDriver {
 public:
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  /// Last step of one mode to the start decision of the other, whose first step comes one later.
  static constexpr std::uint32_t kModeChange = kRows + kColumns - 2;

  explicit ArrayDriver(std::uint64_t seed) : array_(seed) {
    array_->write_i = 0;
    clear();
  }

  /// Clears; a word that comes in the same cycle goes with the rest.
  void clear() {
    Inputs in;
    in.word_valid = true;
    in.word.fill(0x7F7F7F7F);
    apply(in);
    array_->clear_i = 1;
    array_.clock();
    array_->clear_i = 0;
  }

  /// Writes a weight row, column c from `lanes[c]`, beat after beat.
  void write_weights(std::uint32_t row, const SumRow<Shape>& lanes) {
    constexpr std::uint32_t kBeat = Shape::kBusBytes / 4;
    apply(Inputs{});
    array_->write_i = 1;
    array_->write_row_i = row;
    for (std::uint32_t part = 0; part < kColumns / kBeat; ++part) {
      array_->write_part_i = static_cast<std::uint8_t>(part);
      sim::set_port(array_->write_data_i, lanes.data() + part * kBeat, kBeat);
      array_.clock();
    }
    array_->write_i = 0;
  }

  /// Runs the tiles until the last sum is out.
  std::vector<Shown<Shape>> run(const std::vector<Tile<Shape>>& tiles) {
    std::vector<std::size_t> last;
    const std::vector<Inputs> plan = plan_of(tiles, last);
    const std::vector<SumRow<Shape>> rows = play(plan, plan.size());
    last_right_ = last_cycles_ == last;
    std::vector<Shown<Shape>> shown(tiles.size());
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      for (std::uint32_t r = 0; r < kRows; ++r) {
        const std::size_t visible = last[i] + kColumns + 1 + r;
        shown[i].whole[r] = rows[visible];
        shown[i].early[r] = rows[visible - 1];
      }
    }
    return shown;
  }

  /// Whether last_o marked exactly the cycles of the last run in which a tile's last operand
  /// entered PE(0,0), three after its step.
  [[nodiscard]] bool last_right() const { return last_right_; }

  /// Runs only the first `cycles` cycles of a tile.
  void run_part(const Tile<Shape>& tile, std::size_t cycles) {
    std::vector<std::size_t> last;
    play(plan_of({tile}, last), cycles);
  }

 private:
  /// What is visible to the array in a cycle.
  struct Inputs {
    bool step = false;
    std::uint32_t weight_row = 0;
    // What comes without a valid must not matter.
    bool narrow = true;
    bool half = true;
    bool word_valid = false;
    bool word_last = true;
    bool word_partial = false;
    bool int4 = false;
    std::uint32_t row = 0;
    bool read = true;
    std::uint8_t fill = 0xA5;
    std::array<std::uint32_t, kRows> word{};
  };
  static constexpr std::size_t kWord = 2;  ///< step to its word
  static constexpr std::size_t kFeed = 3;  ///< step to operand at PE(0,0)
  static constexpr std::size_t kAfter =
      kFeed + kRows + kColumns + 1;  ///< last step to last row out

  /// Inputs cycle by cycle; `last` receives each tile's cycle of last_o.
  static std::vector<Inputs> plan_of(const std::vector<Tile<Shape>>& tiles,
                                     std::vector<std::size_t>& last) {
    std::size_t cycles = kAfter;
    for (const Tile<Shape>& tile : tiles) cycles += tile.gap + tile.operands.size();
    std::vector<Inputs> plan(cycles);
    std::size_t step = 0;
    for (const Tile<Shape>& tile : tiles) {
      step += tile.gap;
      for (std::size_t k = 0; k < tile.operands.size(); ++k, ++step) {
        plan[step].step = true;
        plan[step].weight_row = tile.weight_rows[k];
        plan[step].narrow = tile.narrow;
        plan[step].half = k % 2 != 0;
        set_word(tile, k, plan[step + kWord]);
      }
      last.push_back(step - 1 + kFeed);
    }
    return plan;
  }

  static void set_word(const Tile<Shape>& tile, std::size_t k, Inputs& in) {
    const std::size_t row = k % kRows, first = k - row;
    in.word_valid = true;
    in.word_last = k + 1 == tile.operands.size();
    in.word_partial = tile.partial;
    in.int4 = tile.int4;
    in.row = static_cast<std::uint32_t>(row);
    in.read = !tile.fills[k];
    for (std::size_t l = 0; l < kRows; ++l) in.word[l] = tile.operands[first + l][row];
    if (in.read) return;
    in.fill = static_cast<std::uint8_t>(in.word[0]);
    for (std::uint32_t& lane : in.word) lane = ~lane;  // not to be looked at
  }

  /// The rows that were visible in each of the first `cycles` cycles of `plan`.
  std::vector<SumRow<Shape>> play(const std::vector<Inputs>& plan, std::size_t cycles) {
    std::vector<SumRow<Shape>> rows(cycles);
    last_cycles_.clear();
    for (std::size_t t = 0; t < cycles; ++t) {
      apply(plan[t]);
      sim::get_port(array_->row_o, rows[t].data(), kColumns);
      std::reverse(rows[t].begin(), rows[t].end());  // word j is column C - 1 - j
      if (array_->last_o != 0) last_cycles_.push_back(t);
      array_.clock();
    }
    return rows;
  }

  void apply(const Inputs& in) {
    array_->step_i = in.step;
    array_->weight_row_i = in.weight_row;
    array_->narrow_i = in.narrow;
    array_->half_i = in.half;
    array_->word_valid_i = in.word_valid;
    array_->word_last_i = in.word_last;
    array_->word_partial_i = in.word_partial;
    array_->word_int4_i = in.int4;
    array_->word_row_i = static_cast<std::uint8_t>(in.row);
    array_->word_read_i = in.read;
    array_->word_fill_i = in.fill;
    sim::set_port(array_->word_i, in.word.data(), kRows);
  }

  Block<Model> array_;
  std::vector<std::size_t> last_cycles_;  ///< in which last_o was visible
  bool last_right_ = false;
};

}  // namespace hb::rtl_test
