// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From rows of sums to masked words of codes (docs/timing.md section 7, docs/commands.md section
// 3).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/lanes.hpp"

namespace hb::cycle {

/// Rows of a CONV with `partial` pass without an effect but the command's retirement.
template <class Shape>
class PostProcessor : public Clocked<Shape> {
 public:
  Register<PostOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<ArrayOutputs<Shape>> array;
  Input<ParameterOutputs<Shape>> parameters;
  Input<ActivationOutputs<Shape>> activation;

  explicit PostProcessor(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  // Cycles from a row's sums visible to the requests for what it meets, to the work on it, and to
  // the decisions of what is visible one later.
  static constexpr std::uint32_t kRequest = 2;
  static constexpr std::uint32_t kWork = 4;
  static constexpr std::uint32_t kOutput = 12;
  static constexpr std::uint32_t kCopy = 17;
  static constexpr std::uint32_t kStages = 32;  ///< at least kCopy + 1, a power of two

  /// A row of a tile on its way: sums until kWork, then what will be written.
  struct Row {
    bool writes = false;
    RowTag tag;
    LaneValues<Shape> sums{};
    arch::WordWrite<Shape> output{};
    arch::WordWrite<Shape> copy{};
  };

  [[nodiscard]] Row& stage(std::uint32_t age) { return rows_[(now_ - age) % kStages]; }
  [[nodiscard]] bool valid(std::uint32_t age) const { return (valid_ >> age & 1) != 0; }
  /// The row of that age if it writes something, else none.
  [[nodiscard]] Row* writing(std::uint32_t age) {
    if (!valid(age)) return nullptr;
    Row& row = stage(age);
    return row.writes ? &row : nullptr;
  }
  void take();
  void request();
  void work(Row& row);
  void show_output();
  void show_copy();
  void retire();

  std::uint32_t now_ = 0;    ///< counts cycles, wraps
  std::uint32_t valid_ = 0;  ///< bit a: there is a row of age a
  std::array<Row, kStages> rows_{};
};

template <class Shape>
void PostProcessor<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    out.reset();
    valid_ = 0;
    return;
  }
  ++now_;
  take();
  request();
  if (Row* row = writing(kWork)) work(*row);
  show_output();
  show_copy();
  retire();
}

template <class Shape>
void PostProcessor<Shape>::take() {
  const ArrayOutputs<Shape>& from = array.read();
  valid_ = valid_ << 1 | (from.valid ? 1U : 0U);
  if (!from.valid) return;
  Row& row = stage(0);
  row.writes = from.tag.exists && !from.tag.job->conv.partial;
  row.tag = from.tag;
  row.sums = from.sums;
}

/// A tile's parameters with its first row, which always has a pixel; the residual's word.
template <class Shape>
void PostProcessor<Shape>::request() {
  if (out.next().parameter_read) out.set().parameter_read = false;
  if (out.next().residual.valid) out.set().residual = {};
  const Row* row = writing(kRequest);
  if (row == nullptr) return;
  const Job& job = *row->tag.job;
  if (row->tag.row == 0) {
    out.set().parameter_read = true;
    out.set().parameter_tile = job.conv.parameter_address + row->tag.tile;
  }
  if (job.conv.residual) {
    out.set().residual = {1, place<Shape>(row->tag, *job.conv.residual).address};
    out.set().residual_index = job.index;
  }
}

template <class Shape>
void PostProcessor<Shape>::work(Row& row) {
  const arch::Conv& conv = row.tag.job->conv;
  const ParameterOutputs<Shape>& p = parameters.read();
  LaneValues<Shape>& sums = row.sums;
  for (std::uint32_t c = 0; c < kColumns; ++c) {
    sums[c] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[c]) + p.bias[c]);
  }
  LaneValues<Shape> residual{};
  if (conv.residual) {
    residual = unpack<Shape>(activation->residual_word, place<Shape>(row.tag, *conv.residual));
  }
  const LaneValues<Shape> codes = output_codes<Shape>(conv, p, sums, residual);
  const bool last_tile = row.tag.tile + 1 == conv.tiles;
  row.output = pack<Shape>(codes, place<Shape>(row.tag, conv.output), last_tile);
  if (!conv.copy) return;
  const LaneValues<Shape> copied = copy_codes<Shape>(conv, p, sums, codes);
  row.copy = pack<Shape>(copied, place<Shape>(row.tag, *conv.copy), last_tile);
}

template <class Shape>
void PostProcessor<Shape>::show_output() {
  if (const Row* row = writing(kOutput)) {
    PostOutputs<Shape>& next = out.set();
    next.output = row->output;
    next.output_index = row->tag.job->index;
  } else if (out.next().output.valid) {
    out.set().output.valid = 0;
  }
}

template <class Shape>
void PostProcessor<Shape>::show_copy() {
  const Row* row = writing(kCopy);
  if (row != nullptr && row->tag.job->conv.copy) {
    PostOutputs<Shape>& next = out.set();
    next.copy = row->copy;
    next.copy_index = row->tag.job->index;
  } else if (out.next().copy.valid) {
    out.set().copy.valid = 0;
  }
}

template <class Shape>
void PostProcessor<Shape>::retire() {
  out.end(&PostOutputs<Shape>::retire);
  if (!valid(kCopy)) return;
  const Row& row = stage(kCopy);
  if (!row.tag.command_last) return;
  const Job& job = *row.tag.job;
  out.set().retire = {true, job.conv.common.signal, job.index};
}

}  // namespace hb::cycle
