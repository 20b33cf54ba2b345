// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The loops of CONV and POOL, a step at a time (docs/timing.md section 7).
#pragma once

#include <cstdint>

#include "model/cycle/signals.hpp"

namespace hb::cycle {

/// Loops of a CONV: output-channel tile, pixel tile, operand word, row.
template <class Shape>
class ConvSteps {
 public:
  /// Puts `step` on the first step of `job`.
  void first(const Job& job, Step& step);
  /// Moves a valid `step` on; past the command's last it is none.
  void next(Step& step);

 private:
  static constexpr std::uint32_t kRows = Shape::kRows;

  void open_tile(Step& step);
  /// The next operand word of the tile; false at its end.
  [[nodiscard]] bool next_word(Step& step);
  void next_tile(Step& step);
  /// Weight row of the step: two rows of the array share a row of narrow weights.
  void address_weights(Step& step) const {
    step.weight_row = word_weights_ + (step.row >> (step.job->conv.narrow_weights ? 1 : 0));
  }

  std::uint32_t channel_word_ = 0;
  std::uint32_t tile_pixel_ = 0;    ///< first pixel of the pixel tile
  std::uint32_t tile_weights_ = 0;  ///< weight row of the output-channel tile
  std::uint32_t word_weights_ = 0;  ///< of the operand word
};

template <class Shape>
void ConvSteps<Shape>::first(const Job& job, Step& step) {
  step = {};
  step.valid = true;
  step.job = &job;
  tile_pixel_ = 0;
  tile_weights_ = job.conv.weight_address;
  open_tile(step);
}

template <class Shape>
void ConvSteps<Shape>::open_tile(Step& step) {
  step.first = true;
  step.last = step.job->one_word;
  step.ky = step.kx = 0;
  step.plane_offset = 0;
  step.pixel = tile_pixel_;
  channel_word_ = 0;
  word_weights_ = tile_weights_;
  address_weights(step);
}

template <class Shape>
void ConvSteps<Shape>::next(Step& step) {
  if (step.command_last) {
    step = {};
    return;
  }
  ++step.row;
  ++step.pixel;
  if (step.row == kRows) {
    step.row = 0;
    step.pixel = tile_pixel_;
    if (!next_word(step)) next_tile(step);
  }
  address_weights(step);
  const bool tile_ends = step.last && step.row == kRows - 1;
  step.command_last =
      tile_ends && step.job->pixels - tile_pixel_ <= kRows && step.tile + 1 == step.job->conv.tiles;
}

template <class Shape>
bool ConvSteps<Shape>::next_word(Step& step) {
  const arch::Conv& conv = step.job->conv;
  if (step.last) return false;
  step.first = false;
  if (!conv.repeat) word_weights_ += kRows >> (conv.narrow_weights ? 1 : 0);
  if (++step.kx == conv.kernel_width) {
    step.kx = 0;
    if (++step.ky == conv.kernel_height) {
      step.ky = 0;
      ++channel_word_;
      step.plane_offset += conv.input_plane;
    }
  }
  step.last = channel_word_ + 1 == conv.channel_words && step.ky + 1 == conv.kernel_height &&
              step.kx + 1 == conv.kernel_width;
  return true;
}

template <class Shape>
void ConvSteps<Shape>::next_tile(Step& step) {
  const Job& job = *step.job;
  if (job.pixels - tile_pixel_ > kRows) {
    tile_pixel_ += kRows;
  } else {
    tile_pixel_ = 0;
    ++step.tile;
    tile_weights_ += job.tile_weight_rows;
  }
  open_tile(step);
}

/// Loops of a POOL: channel word, group of R output rows, column, row.
template <class Shape>
class PoolSteps {
 public:
  /// Puts `step` on the first step of `job`.
  void first(const PoolJob& job, PoolStep& step);
  /// Moves a valid `step` on; past the command's last it is none.
  void next(PoolStep& step);

 private:
  void next_group(PoolStep& step);

  std::uint32_t channel_word_ = 0;
};

template <class Shape>
void PoolSteps<Shape>::first(const PoolJob& job, PoolStep& step) {
  step = {};
  step.valid = true;
  step.job = &job;
  channel_word_ = 0;
}

template <class Shape>
void PoolSteps<Shape>::next(PoolStep& step) {
  if (step.command_last) {
    step = {};
    return;
  }
  const PoolJob& job = *step.job;
  if (step.column_last) {
    step.row = 0;
    if (++step.column == job.columns) next_group(step);
  } else {
    ++step.row;
  }
  step.column_last = step.row + 1 == job.rows;
  step.command_last = step.column_last && step.column + 1 == job.columns &&
                      step.output_row + Shape::kRows >= job.pool.output_height &&
                      channel_word_ + 1 == job.pool.channel_words;
}

template <class Shape>
void PoolSteps<Shape>::next_group(PoolStep& step) {
  const arch::Pool& pool = step.job->pool;
  step.column = 0;
  step.output_row += Shape::kRows;
  if (step.output_row < pool.output_height) return;
  step.output_row = 0;
  ++channel_word_;
  step.input_offset += pool.input_plane;
  step.output_offset += pool.output_plane;
}

}  // namespace hb::cycle
