// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Drives hb_add as hb_post_processor and the activation buffer do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "model/golden/requantize.hpp"
#include "sim/rtl_chip.hpp"
#include "tests/rtl/bits.hpp"
#include "tests/rtl/block.hpp"

namespace hb::rtl_test {

/// The constants of an addition, as a command holds them (docs/commands.md section 3).
struct Addition {
  bool tflite = false;
  bool residual_first = false;
  std::uint32_t sum_scale = 0;  ///< float32 bits or multipliers
  std::uint32_t residual_scale = 0;
  std::uint32_t term = 0;
  std::int32_t sum_offset = 0;  ///< -128..128, as the next
  std::int32_t residual_offset = 0;
  std::uint32_t sum_shift = 0;  ///< 0..31, as the next two
  std::uint32_t residual_shift = 0;
  std::uint32_t output_shift = 0;
  golden::Range range{-128, 127, 0};
};

/// A row of codes, by column, and what is added to it.
template <class Shape>
struct AddRow {
  using Codes = std::array<std::int8_t, Shape::kColumns>;
  using Word = std::array<std::uint8_t, Shape::kWordBytes>;
  std::uint32_t gap = 0;  ///< cycles without a row before it
  bool residual = true;
  Addition addition;  ///< of no meaning without a residual
  Codes codes{};
  bool int4 = false;  ///< of the residual's word
  std::uint32_t part = 0;
  Word word{};

  /// The residual's code of a column: docs/commands.md section 3.
  [[nodiscard]] std::int32_t residual_code(std::uint32_t c) const {
    constexpr std::uint32_t kColumns = Shape::kColumns;
    if (!int4) return static_cast<std::int8_t>(word[part * kColumns + c]);
    const std::int32_t byte = word[part * kColumns / 2 + c / 2];
    const std::int32_t nibble = c % 2 != 0 ? byte / 16 : byte % 16;
    return nibble < 8 ? nibble : nibble - 16;
  }
  void set_residual_code(std::uint32_t c, std::int32_t code) {
    constexpr std::uint32_t kColumns = Shape::kColumns;
    if (!int4) {
      word[part * kColumns + c] = static_cast<std::uint8_t>(code);
      return;
    }
    std::uint8_t& byte = word[part * kColumns / 2 + c / 2];
    byte = static_cast<std::uint8_t>(c % 2 != 0 ? (byte & 0x0F) | (code & 15) << 4
                                                : (byte & 0xF0) | (code & 15));
  }
};

template <class Model, class Shape>
class AddDriver {
 public:
  using Row = AddRow<Shape>;
  static constexpr std::size_t kStages = 7;

  explicit AddDriver(std::uint64_t seed) : add_(seed) {
    apply(Inputs{});
    add_->rst_ni = 0;
    add_.clock();
    add_->rst_ni = 1;
  }

  /// Sends the rows through; their codes as visible 7 cycles later.
  std::vector<typename Row::Codes> run(const std::vector<Row>& rows) {
    std::size_t cycles = 1 + 1 + kStages;
    for (const Row& row : rows) cycles += row.gap + 1;
    std::vector<Inputs> plan(cycles);
    std::size_t t = 0;
    for (const Row& row : rows) {
      t += row.gap + 1;
      if (row.residual) plan[t - 1].word_of = &row;
      plan[t].row = &row;
      plan[t + kStages].leaves = true;
    }
    std::vector<typename Row::Codes> codes;
    for (const Inputs& in : plan) {
      if (in.leaves) {
        codes.emplace_back();
        get(codes.back());
      }
      apply(in);
      add_.clock();
    }
    return codes;
  }

  /// addition_t of rtl/hb_pkg.sv, last field first.
  static void set(Block<Model>& add, const Addition& addition) {
    Bits<5> bits;
    bits.put(addition.range.zero_point, 8).put(addition.range.high, 8).put(addition.range.low, 8);
    bits.put(addition.tflite, 1).put(addition.residual_first, 1);
    bits.put(addition.output_shift, 5).put(addition.residual_shift, 5).put(addition.sum_shift, 5);
    bits.put(addition.residual_offset, 9).put(addition.sum_offset, 9);
    bits.put(addition.term, 32).put(addition.residual_scale, 32).put(addition.sum_scale, 32);
    bits.to(add->addition_i);
  }

 private:
  /// What is visible to the block in a cycle; whether it shows a row.
  struct Inputs {
    const Row* word_of = nullptr;
    const Row* row = nullptr;
    bool leaves = false;
  };

  void get(typename Row::Codes& codes) const {
    std::array<std::uint32_t, Shape::kColumns / 4> words{};
    sim::get_port(add_->codes_o, words.data(), words.size());
    std::memcpy(codes.data(), words.data(), Shape::kColumns);
  }

  void apply(const Inputs& in) {
    add_->word_valid_i = in.word_of != nullptr;
    if (in.word_of != nullptr) {
      add_->word_int4_i = in.word_of->int4;
      add_->word_part_i = static_cast<std::uint8_t>(in.word_of->part);
      std::array<std::uint32_t, Shape::kRows> words{};
      std::memcpy(words.data(), in.word_of->word.data(), Shape::kWordBytes);
      sim::set_port(add_->word_i, words.data(), words.size());
    }
    add_->row_valid_i = in.row != nullptr;
    if (in.row == nullptr) return;
    add_->residual_i = in.row->residual;
    std::array<std::uint32_t, Shape::kColumns / 4> codes{};
    std::memcpy(codes.data(), in.row->codes.data(), Shape::kColumns);
    sim::set_port(add_->codes_i, codes.data(), codes.size());
    set(add_, in.row->addition);
  }

  Block<Model> add_;
};

}  // namespace hb::rtl_test
