// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Maximum pooling: reads columns of the strip, keeps the maxima of the last ones, writes R output
// rows (docs/timing.md section 7, docs/commands.md section 4).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

/// A step visible in t reads in t + 1; with e the last step of a column that ends a window, output
/// row r of the group is written in e + 4 + r. A column has at least R rows, so that a window's
/// rows are written before the next window ends.
template <class Shape>
class Pool : public Clocked<Shape> {
 public:
  Register<PoolOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<PoolStep> sequencer;
  Input<ActivationOutputs<Shape>> activation;

  explicit Pool(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  static constexpr std::uint32_t kRows = Shape::kRows;
  using Word = std::array<std::uint32_t, kRows>;
  using Maxima = std::array<Word, kRows>;  ///< by output row of the group

  /// A step whose word is on its way.
  struct Travelling {
    bool inside = false;  ///< read from the buffer, not padding
    PoolStep step;
  };
  /// What is being written, a row per cycle.
  struct Window {
    std::uint32_t row = kRows;  ///< the next one; kRows: none
    std::uint32_t rows = 0;     ///< of the group that exist
    std::uint32_t address = 0;  ///< of `row`
    bool command_last = false;
    const PoolJob* job = nullptr;
    Maxima maxima{};
  };

  /// True if the next cycle has something to do even without a step.
  [[nodiscard]] bool busy() const;
  void address(const PoolStep& step);
  void write_row();
  void take(const Travelling& travelling);
  void raise_rows(const PoolStep& step, const Word& word);
  void end_column(const PoolStep& step);
  void open_window(const PoolStep& step);
  static void raise(Word& to, const Word& by, arch::Precision precision);
  static void clear(Maxima& maxima, arch::Precision precision);

  Travelling addressed_;                                ///< its read request is visible
  Travelling fetched_;                                  ///< its word is visible at the bank
  Maxima column_{};                                     ///< of the column that is being read
  std::array<Maxima, arch::kMostPoolWidth> columns_{};  ///< the last ones, by column modulo 8
  Window window_;
  bool idle_ = true;  ///< nothing to do but for a new step
};

template <class Shape>
void Pool<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    out.reset();
    addressed_ = fetched_ = {};
    window_.row = kRows;
    idle_ = true;
    return;
  }
  if (idle_ && !sequencer->valid) return;
  PoolOutputs<Shape>& next = out.set();
  next.retire = {};
  next.read = {};
  next.write.valid = 0;
  if (window_.row != kRows) write_row();
  if (fetched_.step.valid) take(fetched_);
  fetched_ = addressed_;
  addressed_ = {};
  if (sequencer->valid) address(sequencer.read());
  idle_ = !busy();
}

template <class Shape>
bool Pool<Shape>::busy() const {
  const PoolOutputs<Shape>& next = out.next();
  return addressed_.step.valid || fetched_.step.valid || window_.row != kRows || next.write.valid ||
         next.retire.valid;
}

template <class Shape>
void Pool<Shape>::address(const PoolStep& step) {
  const arch::Pool& pool = step.job->pool;
  const std::int64_t y = std::int64_t{step.output_row} * pool.stride_y + step.row - pool.pad_top;
  const std::int64_t x = std::int64_t{step.column} - pool.pad_left;
  addressed_.step = step;
  addressed_.inside = y >= 0 && y < pool.input_height && x >= 0 && x < pool.input_width;
  if (!addressed_.inside) return;
  const auto offset = static_cast<std::uint32_t>(y * pool.input_width + x);
  out.set().read = {1, pool.input_address + step.input_offset + offset};
}

template <class Shape>
void Pool<Shape>::take(const Travelling& travelling) {
  const PoolStep& step = travelling.step;
  if (step.row == 0) clear(column_, step.job->pool.precision);
  if (travelling.inside) raise_rows(step, activation->feed_word);
  if (step.column_last) end_column(step);
}

/// The word belongs to the output rows r with r * stride y <= row < r * stride y + kernel height.
template <class Shape>
void Pool<Shape>::raise_rows(const PoolStep& step, const Word& word) {
  const arch::Pool& pool = step.job->pool;
  for (std::uint32_t r = 0; r < kRows && r * pool.stride_y <= step.row; ++r) {
    if (step.row - r * pool.stride_y < pool.kernel_height) raise(column_[r], word, pool.precision);
  }
}

template <class Shape>
void Pool<Shape>::end_column(const PoolStep& step) {
  const arch::Pool& pool = step.job->pool;
  columns_[step.column % columns_.size()] = column_;
  const std::uint32_t before = pool.kernel_width - 1U;
  if (step.column >= before && (step.column - before) % pool.stride_x == 0) open_window(step);
}

template <class Shape>
void Pool<Shape>::open_window(const PoolStep& step) {
  const arch::Pool& pool = step.job->pool;
  const std::uint32_t first = step.column + 1 - pool.kernel_width;
  window_.row = 0;
  window_.rows = pool.output_height - step.output_row;
  window_.address = pool.output_address + step.output_offset + step.output_row * pool.output_width +
                    first / pool.stride_x;
  window_.command_last = step.command_last;
  window_.job = step.job;
  window_.maxima = column_;
  for (std::uint32_t column = first; column < step.column; ++column) {
    const Maxima& other = columns_[column % columns_.size()];
    for (std::uint32_t r = 0; r < kRows; ++r) raise(window_.maxima[r], other[r], pool.precision);
  }
}

template <class Shape>
void Pool<Shape>::write_row() {
  const PoolJob& job = *window_.job;
  PoolOutputs<Shape>& next = out.set();
  if (window_.row < window_.rows) {
    next.index = job.index;
    next.write.valid = 1;
    next.write.address = window_.address;
    for (std::uint32_t byte = 0; byte < Shape::kWordBytes; ++byte) {
      next.write.mask[byte / 32] |= 1U << byte % 32;
    }
    next.write.data = window_.maxima[window_.row];
  }
  window_.address += job.pool.output_width;
  if (++window_.row != kRows || !window_.command_last) return;
  next.retire = {true, job.pool.common.signal, job.index};
}

/// Value by value, signed.
template <class Shape>
void Pool<Shape>::raise(Word& to, const Word& by, arch::Precision precision) {
  const auto top = [](std::uint32_t bits) { return static_cast<std::int32_t>(bits); };
  const std::uint32_t width = precision == arch::Precision::kInt4 ? 4 : 8;
  for (std::uint32_t lane = 0; lane < kRows; ++lane) {
    std::uint32_t result = 0;
    for (std::uint32_t shift = 0; shift < 32; shift += width) {
      const std::int32_t a = top(to[lane] << (32 - width - shift)) >> (32 - width);
      const std::int32_t b = top(by[lane] << (32 - width - shift)) >> (32 - width);
      result |= (static_cast<std::uint32_t>(std::max(a, b)) & ((1U << width) - 1)) << shift;
    }
    to[lane] = result;
  }
}

template <class Shape>
void Pool<Shape>::clear(Maxima& maxima, arch::Precision precision) {
  const std::uint32_t least = precision == arch::Precision::kInt4 ? 0x88888888 : 0x80808080;
  for (Word& word : maxima) word.fill(least);
}

}  // namespace hb::cycle
