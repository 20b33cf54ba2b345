// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Operand addresses of R pixels and the operand words that they bring (docs/timing.md section 7).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

/// A step visible in t reads in t + 1 and has its operand word in t + 3. Steps of POOL are the pool
/// unit's.
template <class Shape>
class Feed : public Clocked<Shape> {
 public:
  Register<FeedOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<SequencerOutputs> sequencer;
  Input<ActivationOutputs<Shape>> activation;

  explicit Feed(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  /// The pixel of one row of the tile.
  struct Context {
    bool exists = false;
    std::int32_t y = 0;  ///< input row of kernel row 0, negative in the padding
    std::int32_t x = 0;
  };
  /// A step whose operand is on its way.
  struct Travelling {
    bool valid = false;
    bool inside = false;  ///< read from the buffer, not padding
    bool last = false;
    std::uint8_t pad_value = 0;  ///< 0 for a row without a pixel, whose sums stay as they are
    RowTag tag;
  };

  void deliver(const Travelling& step);
  void address(const Step& step, Travelling& travelling);
  void open_context(const Step& step);

  std::array<Context, Shape::kRows> contexts_{};
  Travelling addressed_;  ///< its read request is visible
  Travelling fetched_;    ///< its word is visible at the bank
};

template <class Shape>
void Feed<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    out.reset();
    addressed_ = fetched_ = {};
    return;
  }
  const FeedOutputs<Shape>& now = out.read();
  const Step& step = sequencer->step;
  if (fetched_.valid) {
    deliver(fetched_);
  } else if (now.operand.valid) {
    out.set().operand.valid = false;
  }
  if (now.read.valid) out.set().read = {};
  fetched_ = addressed_;
  addressed_.valid = step.valid;
  if (step.valid) address(step, addressed_);
}

template <class Shape>
void Feed<Shape>::deliver(const Travelling& step) {
  Operand<Shape>& operand = out.set().operand;
  operand.valid = true;
  operand.last = step.last;
  operand.tag = step.tag;
  if (step.inside) {
    operand.word = activation->feed_word;
  } else {
    operand.word.fill(step.pad_value * 0x01010101U);
  }
}

template <class Shape>
void Feed<Shape>::address(const Step& step, Travelling& travelling) {
  const arch::Conv& conv = step.job->conv;
  if (step.first) open_context(step);
  const Context& context = contexts_[step.row];
  const std::int32_t y = context.y + step.ky;
  const std::int32_t x = context.x + step.kx;
  const bool inside =
      context.exists && y >= 0 && y < conv.input_height && x >= 0 && x < conv.input_width;
  travelling.inside = inside;
  travelling.last = step.last;
  travelling.pad_value = context.exists ? conv.pad_value : 0;
  travelling.tag = {context.exists, step.command_last, step.row, step.tile, step.pixel, step.job};
  if (!inside) return;
  const auto offset =
      static_cast<std::uint32_t>(y) * conv.input_width + static_cast<std::uint32_t>(x);
  out.set().read = {1, conv.input_address + step.plane_offset + offset};
}

template <class Shape>
void Feed<Shape>::open_context(const Step& step) {
  const arch::Conv& conv = step.job->conv;
  Context& context = contexts_[step.row];
  context.exists = step.pixel < step.job->pixels;
  const std::uint32_t width = conv.output_width;
  context.y = static_cast<std::int32_t>(step.pixel / width * conv.stride_y) - conv.pad_top;
  context.x = static_cast<std::int32_t>(step.pixel % width * conv.stride_x) - conv.pad_left;
}

}  // namespace hb::cycle
