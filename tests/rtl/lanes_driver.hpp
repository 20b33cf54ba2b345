// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Drives hb_lanes as hb_load and hb_post_processor do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/rtl_chip.hpp"
#include "tests/rtl/block.hpp"

namespace hb::rtl_test {

/// Row of a parameter tile, as in memory (docs/commands.md section 4).
enum class ParameterRow : std::uint32_t { kBias = 0, kScale = 1, kReserved = 2, kCopyScale = 3 };

/// Where and how one copy of a row is written.
struct Path {
  std::int32_t low = -128;
  std::int32_t high = 127;
  std::int32_t zero_point = 0;
  bool int4 = false;
  std::uint32_t part = 0;
};

/// A row of sums, by column, and what becomes of it.
template <class Shape>
struct Row {
  std::uint32_t gap = 0;  ///< cycles without a row before it
  std::uint32_t tile = 0;
  std::array<std::uint32_t, Shape::kColumns> sums{};
  std::array<Path, 2> paths;  ///< output, second copy
  bool copy = true;
  bool copy_code = false;  ///< the copy starts from the output's code, not from the accumulator
};

/// The activation words that a row became.
template <class Shape>
struct Words {
  std::array<std::uint8_t, Shape::kWordBytes> output{};
  std::array<std::uint8_t, Shape::kWordBytes> copy{};
};

template <class Model, class Shape>
class LanesDriver {
 public:
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  /// Bytes, the unit of parts: the smaller of an int4 part and a beat (hb_top).
  static constexpr std::uint32_t kGranule =
      kColumns / 2 < Shape::kBusBytes ? kColumns / 2 : Shape::kBusBytes;

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

  /// Sends the rows through; their words as visible in V + 6 (output) and V + 11 (copy).
  std::vector<Words<Shape>> run(const std::vector<Row<Shape>>& rows) {
    std::vector<Words<Shape>> words(rows.size());
    const std::vector<Inputs> plan = plan_of(rows);
    for (const Inputs& in : plan) {
      apply(in);
      if (in.output_of != kNone) {
        sim::get_port(lanes_->output_data_o, words_.data(), words_.size());
        std::memcpy(words[in.output_of].output.data(), words_.data(), Shape::kWordBytes);
      }
      if (in.copy_of != kNone) {
        sim::get_port(lanes_->copy_data_o, words_.data(), words_.size());
        std::memcpy(words[in.copy_of].copy.data(), words_.data(), Shape::kWordBytes);
      }
      lanes_.clock();
      ++now_;
    }
    return words;
  }

 private:
  static constexpr std::size_t kNone = ~std::size_t{0};
  static constexpr std::uint32_t kGranules = Shape::kWordBytes / kGranule;

  struct Read {
    bool valid = false;
    std::uint32_t tile = 0;
  };
  /// What is visible to the lanes in a cycle, and the rows whose words they show.
  struct Inputs {
    Read bias, scale, copy_scale;
    const Row<Shape>* row = nullptr;
    const Row<Shape>* copied = nullptr;
    std::array<const Row<Shape>*, 2> quantized{};
    std::array<const Row<Shape>*, 2> packed{};
    std::size_t output_of = kNone;
    std::size_t copy_of = kNone;
  };

  /// Parameters are read when the tile changes, as the post-processor reads them once per tile.
  static std::vector<Inputs> plan_of(const std::vector<Row<Shape>>& rows) {
    std::size_t cycles = 1 + 11;
    for (const Row<Shape>& row : rows) cycles += row.gap + 1;
    std::vector<Inputs> plan(cycles);
    std::size_t v = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row<Shape>& row = rows[i];
      v += row.gap + 1;
      plan[v].row = &row;
      plan[v + 4].quantized[0] = &row;
      plan[v + 5].packed[0] = &row;
      plan[v + 6].output_of = i;
      const bool fresh = i == 0 || rows[i - 1].tile != row.tile;
      if (fresh) {
        plan[v - 1].bias = {true, row.tile};
        plan[v + 1].scale = {true, row.tile};
        plan[v + 6].copy_scale = {true, row.tile};
      }
      if (!row.copy) continue;
      plan[v + 5].copied = &row;
      plan[v + 9].quantized[1] = &row;
      plan[v + 10].packed[1] = &row;
      plan[v + 11].copy_of = i;
    }
    return plan;
  }

  /// The granules that a part covers, as a mask.
  static std::uint32_t granules(const Path& path) {
    const std::uint32_t size = (path.int4 ? kColumns / 2 : kColumns) / kGranule;
    const std::uint32_t rest = ((1U << kGranules) - 1) << (path.part * size);
    return rest & ~(rest << size) & ((1U << kGranules) - 1);
  }

  template <class Port>
  static void set_field(Port& port, std::size_t path, std::uint32_t bits, std::uint32_t value) {
    const std::uint32_t ones = (1U << bits) - 1, shift = static_cast<std::uint32_t>(path) * bits;
    port = static_cast<Port>((port & ~(ones << shift)) | ((value & ones) << shift));
  }

  void apply(const Inputs& in) {
    lanes_->now_i = now_ % 8;
    lanes_->bias_read_i = in.bias.valid;
    lanes_->bias_tile_i = in.bias.tile;
    lanes_->scale_read_i = in.scale.valid;
    lanes_->scale_tile_i = in.scale.tile;
    lanes_->copy_scale_read_i = in.copy_scale.valid;
    lanes_->copy_scale_tile_i = in.copy_scale.tile;
    lanes_->row_valid_i = in.row != nullptr;
    if (in.row != nullptr) {
      sim::set_port(lanes_->row_i, reversed(in.row->sums).data(), kColumns);
      lanes_->keep_i = in.row->copy && !in.row->copy_code;
    }
    lanes_->copy_valid_i = in.copied != nullptr;
    if (in.copied != nullptr) {
      lanes_->copy_code_i = in.copied->copy_code;
      lanes_->copy_offset_i = static_cast<std::uint8_t>(in.copied->paths[0].zero_point);
    }
    for (std::size_t p = 0; p < 2; ++p) {
      if (in.quantized[p] != nullptr) set_quantizer(p, in.quantized[p]->paths[p]);
      set_field(lanes_->pack_i, p, 1, in.packed[p] != nullptr ? 1 : 0);
      if (in.packed[p] != nullptr) set_place(p, in.packed[p]->paths[p]);
    }
  }
  void set_quantizer(std::size_t p, const Path& path) {
    set_field(lanes_->low_i, p, 8, static_cast<std::uint32_t>(path.low));
    set_field(lanes_->high_i, p, 8, static_cast<std::uint32_t>(path.high));
    set_field(lanes_->zero_point_i, p, 8, static_cast<std::uint32_t>(path.zero_point));
  }
  void set_place(std::size_t p, const Path& path) {
    set_field(lanes_->int4_i, p, 1, path.int4 ? 1 : 0);
    set_field(lanes_->part_i, p, kGranules, granules(path));
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
  std::array<std::uint32_t, Shape::kRows> words_{};
};

}  // namespace hb::rtl_test
