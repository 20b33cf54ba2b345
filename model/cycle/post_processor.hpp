// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From rows of sums to masked words of codes (docs/timing.md section 7, docs/commands.md section
// 3).
#pragma once

#include <array>
#include <cstdint>

#include "model/arith/requantize.hpp"
#include "model/cycle/clocked.hpp"

namespace hb::cycle {

template <class Shape>
class PostProcessor : public Clocked<Shape> {
 public:
  Register<PostOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<ArrayOutputs<Shape>> array;
  Input<ParameterOutputs<Shape>> parameters;

  explicit PostProcessor(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  // Cycles from a row's sums visible to the work on it, and to the decisions of what is visible one
  // later.
  static constexpr std::uint32_t kWork = 2;
  static constexpr std::uint32_t kOutput = 5;
  static constexpr std::uint32_t kCopy = 10;
  static constexpr std::uint32_t kStages = 16;  ///< at least kCopy + 1, a power of two
  using Codes = std::array<std::int32_t, kColumns>;

  /// A row of a tile on its way: sums until kWork, then what will be written.
  struct Row {
    bool valid = false;
    RowTag tag;
    Codes sums{};
    arch::WordWrite<Shape> output{};
    arch::WordWrite<Shape> copy{};
  };

  [[nodiscard]] Row& stage(std::uint32_t age) { return rows_[(now_ - age) % kStages]; }
  void take();
  void work(Row& row);
  [[nodiscard]] static arch::WordWrite<Shape> pack(const Codes& codes, const RowTag& tag,
                                                   const arch::Output& output);
  void show_output();
  void show_copy();

  std::uint32_t now_ = 0;  ///< counts cycles, wraps
  std::array<Row, kStages> rows_{};
};

template <class Shape>
void PostProcessor<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    out.reset();
    for (Row& row : rows_) row.valid = false;
    return;
  }
  ++now_;
  out.end(&PostOutputs<Shape>::retire);
  if (out.next().parameter_read) out.set().parameter_read = false;
  take();
  Row& working = stage(kWork);
  if (working.valid && working.tag.exists) work(working);
  show_output();
  show_copy();
}

template <class Shape>
void PostProcessor<Shape>::take() {
  Row& row = stage(0);
  const ArrayOutputs<Shape>& from = array.read();
  row.valid = from.valid;
  if (!from.valid) return;
  row.tag = from.tag;
  row.sums = from.sums;
  if (row.tag.row != 0) return;
  out.set().parameter_read = true;
  out.set().parameter_tile = row.tag.job->conv.parameter_address + row.tag.tile;
}

template <class Shape>
void PostProcessor<Shape>::work(Row& row) {
  const arch::Conv& conv = row.tag.job->conv;
  const ParameterOutputs<Shape>& p = parameters.read();
  Codes& sums = row.sums;
  for (std::uint32_t c = 0; c < kColumns; ++c) {
    sums[c] = static_cast<std::int32_t>(static_cast<std::uint32_t>(sums[c]) + p.bias[c]);
  }
  const arch::Output& output = conv.output;
  Codes codes;
  arith::requantize_ort(arith::Lanes{sums.data(), p.scale.data(), codes.data(), kColumns},
                        arith::Quantizer{0, output.low, output.high, output.zero_point});
  row.output = pack(codes, row.tag, output);
  if (!conv.copy) return;
  const arch::Output& copy = *conv.copy;
  if (conv.copy_source == arch::CopySource::kCode) {
    for (std::uint32_t c = 0; c < kColumns; ++c) sums[c] = codes[c] - output.zero_point;
  }
  Codes copied;
  arith::requantize_ort(arith::Lanes{sums.data(), p.copy_scale.data(), copied.data(), kColumns},
                        arith::Quantizer{0, copy.low, copy.high, copy.zero_point});
  row.copy = pack(copied, row.tag, copy);
}

template <class Shape>
arch::WordWrite<Shape> PostProcessor<Shape>::pack(const Codes& codes, const RowTag& tag,
                                                  const arch::Output& output) {
  const bool int4 = output.precision == arch::Precision::kInt4;
  const std::uint32_t bytes = int4 ? kColumns / 2 : kColumns;
  const std::uint32_t parts = Shape::kWordBytes / bytes;
  const std::uint32_t part = output.part + tag.tile;
  const bool last_tile = tag.tile + 1 == tag.job->conv.tiles;
  const std::uint32_t first = part % parts * bytes;
  const std::uint32_t end = last_tile ? Shape::kWordBytes : first + bytes;
  arch::WordWrite<Shape> write{};
  write.valid = 1;
  write.address = output.address + part / parts * output.plane + tag.pixel;
  for (std::uint32_t byte = first; byte < end; ++byte) write.mask[byte / 32] |= 1U << byte % 32;
  for (std::uint32_t i = 0; i < bytes; ++i) {
    const auto low = static_cast<std::uint32_t>(codes[int4 ? 2 * i : i]);
    const std::uint32_t value =
        int4 ? (low & 15) | (static_cast<std::uint32_t>(codes[2 * i + 1]) & 15) << 4 : low & 0xFF;
    const std::uint32_t byte = first + i;
    write.data[byte / 4] |= value << (8 * (byte % 4));
  }
  return write;
}

template <class Shape>
void PostProcessor<Shape>::show_output() {
  const Row& row = stage(kOutput);
  if (row.valid && row.tag.exists) {
    PostOutputs<Shape>& next = out.set();
    next.output = row.output;
    next.output_index = row.tag.job->index;
  } else if (out.next().output.valid) {
    out.set().output.valid = 0;
  }
}

template <class Shape>
void PostProcessor<Shape>::show_copy() {
  const Row& row = stage(kCopy);
  if (row.valid && row.tag.exists && row.tag.job->conv.copy) {
    PostOutputs<Shape>& next = out.set();
    next.copy = row.copy;
    next.copy_index = row.tag.job->index;
  } else if (out.next().copy.valid) {
    out.set().copy.valid = 0;
  }
  if (!row.valid || !row.tag.command_last) return;
  const Job& job = *row.tag.job;
  out.set().retire = {true, job.conv.common.signal, job.index};
}

}  // namespace hb::cycle
