// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Drives hb_lanes as hb_load and hb_post_processor do.
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

/// Row of a parameter tile, as in memory (docs/commands.md section 5).
enum class ParameterRow : std::uint32_t { kBias = 0, kScale = 1, kShifts = 2, kCopyScale = 3 };

constexpr std::array<golden::Range, 2> kFullRanges{{{-128, 127, 0}, {-128, 127, 0}}};

/// A row of codes by column.
template <class Shape>
using CodeRow = std::array<std::int8_t, Shape::kColumns>;

/// A row of sums, by column, and what becomes of it.
template <class Shape>
struct Row {
  std::uint32_t gap = 0;  ///< cycles without a row before it
  std::uint32_t tile = 0;
  bool tflite = false;
  std::array<std::uint32_t, Shape::kColumns> sums{};
  std::array<golden::Range, 2> ranges = kFullRanges;  ///< output, second copy
  bool copy = true;
  bool copy_code = false;  ///< the copy starts from the output's code, not from the accumulator
  std::int32_t copy_offset = 0;
  CodeRow<Shape> codes{};  ///< the output's codes as they come back, a residual added
};

/// The codes that a row became.
template <class Shape>
struct Codes {
  CodeRow<Shape> output{};
  CodeRow<Shape> copy{};
};

template <class Model, class Shape>
class LanesDriver {
 public:
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  /// Cycles between a row's visits of the two paths, and from a row to its codes.
  static constexpr std::size_t kBetween = 12, kQuantize = 5;
  /// Cycles that sums are kept (hb_post_processor).
  static constexpr std::uint32_t kHistory = 16;

  explicit LanesDriver(std::uint64_t seed) : lanes_(seed) {
    apply(Inputs{});
    lanes_->write_i = 0;
    lanes_->rst_ni = 0;
    lanes_.clock();
    lanes_->rst_ni = 1;
  }

  void write(std::uint32_t tile, ParameterRow row,
             const std::array<std::uint32_t, kColumns>& values) {
    constexpr std::uint32_t kBeat = Shape::kBusBytes / 4;
    apply(Inputs{});
    lanes_->write_i = 1;
    lanes_->write_row_i = 4 * tile + static_cast<std::uint32_t>(row);
    for (std::uint32_t part = 0; part < kColumns / kBeat; ++part) {
      lanes_->write_part_i = static_cast<std::uint8_t>(part);
      sim::set_port(lanes_->write_data_i, values.data() + part * kBeat, kBeat);
      lanes_.clock();
    }
    lanes_->write_i = 0;
  }

  /// Sends the rows through; their codes as visible in V + 5 (output) and V + 17 (copy).
  std::vector<Codes<Shape>> run(const std::vector<Row<Shape>>& rows) {
    std::vector<Codes<Shape>> codes(rows.size());
    for (const Inputs& in : plan_of(rows)) {
      apply(in);
      std::array<std::uint32_t, kColumns / 2> words{};
      sim::get_port(lanes_->codes_o, words.data(), words.size());
      if (in.output_of != kNone) {
        std::memcpy(codes[in.output_of].output.data(), words.data(), kColumns);
      }
      if (in.copy_of != kNone) {
        std::memcpy(codes[in.copy_of].copy.data(), words.data() + kColumns / 4, kColumns);
      }
      lanes_.clock();
      ++now_;
    }
    return codes;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};

  struct Read {
    bool valid = false;
    std::uint32_t tile = 0;
  };
  /// What is visible to the lanes in a cycle, and the rows whose codes they show.
  struct Inputs {
    Read bias;
    std::array<Read, 2> shift, scale;  // by path
    const Row<Shape>* row = nullptr;
    const Row<Shape>* copied = nullptr;
    std::array<const Row<Shape>*, 2> quantized{};
    std::size_t output_of = kNone;
    std::size_t copy_of = kNone;
  };

  /// Parameters are read when the tile changes, as the post-processor reads them once per tile.
  static std::vector<Inputs> plan_of(const std::vector<Row<Shape>>& rows) {
    std::size_t cycles = 2 + kBetween + kQuantize;
    for (const Row<Shape>& row : rows) cycles += row.gap + 1;
    std::vector<Inputs> plan(cycles);
    std::size_t v = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row<Shape>& row = rows[i];
      v += row.gap + 1;
      plan[v].row = &row;
      plan[v + kQuantize].output_of = i;
      const bool fresh = i == 0 || rows[i - 1].tile != row.tile;
      if (fresh) plan[v - 1].bias = {true, row.tile};
      for (std::size_t p = 0; p < 2; ++p) {
        const std::size_t start = v + p * kBetween;
        if (fresh) plan[start].shift[p] = plan[start + 1].scale[p] = {true, row.tile};
        plan[start + kQuantize - 1].quantized[p] = &row;
      }
      if (!row.copy) continue;
      plan[v + kBetween].copied = &row;
      plan[v + kBetween + kQuantize].copy_of = i;
    }
    return plan;
  }

  void apply(const Inputs& in) {
    lanes_->now_i = now_ % kHistory;
    lanes_->bias_read_i = in.bias.valid;
    lanes_->bias_tile_i = in.bias.tile;
    lanes_->shift_read_i = static_cast<std::uint8_t>(in.shift[0].valid + 2 * in.shift[1].valid);
    lanes_->scale_read_i = static_cast<std::uint8_t>(in.scale[0].valid + 2 * in.scale[1].valid);
    Bits<2>().put(in.shift[0].tile, 32).put(in.shift[1].tile, 32).to(lanes_->shift_tile_i);
    Bits<2>().put(in.scale[0].tile, 32).put(in.scale[1].tile, 32).to(lanes_->scale_tile_i);
    lanes_->row_valid_i = in.row != nullptr;
    if (in.row != nullptr) {
      sim::set_port(lanes_->row_i, reversed(in.row->sums).data(), kColumns);
      lanes_->keep_i = in.row->copy && !in.row->copy_code;
    }
    lanes_->copy_valid_i = in.copied != nullptr;
    if (in.copied != nullptr) {
      lanes_->copy_code_i = in.copied->copy_code;
      lanes_->copy_offset_i = static_cast<std::uint32_t>(in.copied->copy_offset) & 0x1FF;
      std::array<std::uint32_t, kColumns / 4> words{};
      std::memcpy(words.data(), in.copied->codes.data(), kColumns);
      sim::set_port(lanes_->codes_i, words.data(), words.size());
    }
    const bool tflite0 = in.row != nullptr && in.row->tflite;
    const bool tflite1 = in.copied != nullptr && in.copied->tflite;
    lanes_->tflite_i = static_cast<std::uint8_t>(tflite0 + 2 * tflite1);
    Bits<2> quantizers;
    for (std::size_t p = 0; p < 2; ++p) {
      const golden::Range range =
          in.quantized[p] != nullptr ? in.quantized[p]->ranges[p] : golden::Range{};
      quantizers.put(range.zero_point, 8).put(range.high, 8).put(range.low, 8);
    }
    quantizers.to(lanes_->quantizer_i);
  }

  /// Word j of a row is column C - 1 - j.
  static std::array<std::uint32_t, kColumns> reversed(
      const std::array<std::uint32_t, kColumns>& sums) {
    std::array<std::uint32_t, kColumns> words{};
    for (std::size_t c = 0; c < kColumns; ++c) words[kColumns - 1 - c] = sums[c];
    return words;
  }

  Block<Model> lanes_;
  std::uint32_t now_ = 0;
};

}  // namespace hb::rtl_test
