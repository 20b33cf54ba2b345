// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Next slot, start decision, tile loops and the cause of each cycle (docs/timing.md sections 7 and
// 8).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"

namespace hb::cycle {

template <class Shape>
class Sequencer : public Clocked<Shape> {
 public:
  Register<SequencerOutputs> out{"out"};
  Input<ControlOutputs> control;
  Input<FetchOutputs> fetch;
  Input<TokenOutputs> tokens;
  Input<PostOutputs<Shape>> post;

  Sequencer(const sc_core::sc_module_name& name, ComputeQueue& queue)
      : Clocked<Shape>(name), queue_(queue) {}
  void tick();

 private:
  static constexpr std::uint64_t kModeChange = Shape::kRows + Shape::kColumns - 2;

  void reset();
  /// True if the command in the slot starts now.
  [[nodiscard]] bool may_start() const;
  [[nodiscard]] bool mode_differs() const;
  [[nodiscard]] bool slots_taken() const;
  [[nodiscard]] arch::Cause cause() const;
  void show_cause();
  void start();
  void first_step();
  void next_step();
  /// The next operand word of the tile; false at its end.
  [[nodiscard]] bool next_word(Step& step);
  void next_tile(Step& step);

  ComputeQueue& queue_;
  Indexed<arch::Conv> slot_{};
  std::array<Job, 2 * kSlots>
      jobs_{};                 ///< twice the commands in flight: a job outlives its retirement
  std::uint32_t started_ = 0;  ///< commands
  std::uint32_t channel_word_ = 0;
  std::uint32_t tile_pixel_ = 0;    ///< first pixel of the pixel tile
  std::uint32_t tile_weights_ = 0;  ///< weight row of the output-channel tile
  std::uint64_t now_ = 0;
  std::uint64_t mode_free_ = 0;  ///< first cycle in which the other mode may start
  arch::Precision mode_ = arch::Precision::kInt8;
};

template <class Shape>
void Sequencer<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    reset();
    return;
  }
  ++now_;
  const SequencerOutputs& now = out.read();
  if (now.step.command_last) mode_free_ = now_ + kModeChange;
  show_cause();
  out.end(&SequencerOutputs::start);
  if (post->retire.valid) --out.set().in_flight;
  const bool starts = now.slot_full && may_start();
  if (now.step.valid) next_step();
  if (starts) {
    start();
  } else if (!now.slot_full && !queue_.empty()) {
    slot_ = queue_.front();
    queue_.pop();
    SequencerOutputs& next = out.set();
    next.slot_full = true;
    next.slot_wait = slot_.command.common.wait;
    next.slot_index = slot_.index;
  }
}

template <class Shape>
void Sequencer<Shape>::reset() {
  out.reset();
  started_ = 0;
  now_ = mode_free_ = 0;
}

template <class Shape>
bool Sequencer<Shape>::mode_differs() const {
  return started_ != 0 && slot_.command.precision != mode_ && now_ < mode_free_;
}

template <class Shape>
bool Sequencer<Shape>::slots_taken() const {
  const std::uint32_t in_flight = out.read().in_flight;
  return in_flight == kSlots || (slot_.command.common.fence && in_flight != 0);
}

template <class Shape>
bool Sequencer<Shape>::may_start() const {
  const Step& step = out.read().step;
  const bool free = !step.valid || step.command_last;
  const bool waits = (slot_.command.common.wait & ~tokens->available[1]) != 0;
  return free && !waits && !slots_taken() && !mode_differs() && !control->stop;
}

template <class Shape>
arch::Cause Sequencer<Shape>::cause() const {
  const SequencerOutputs& now = out.read();
  const ControlOutputs& c = control.read();
  if (now.step.valid) return arch::Cause::kBusy;
  if (c.stop) return arch::Cause::kStop;
  if (now.slot_full) {
    const std::uint32_t missing = now.slot_wait & ~tokens->available[1];
    if ((missing & 0x0F) != 0) return arch::Cause::kWaitLoad;
    if ((missing & 0xF0) != 0) return arch::Cause::kWaitStore;
    if (slots_taken()) return arch::Cause::kWaitPost;
    if (mode_differs()) return arch::Cause::kModeChange;
    return arch::Cause::kStart;
  }
  if (!queue_.empty()) return arch::Cause::kStart;
  if (!fetch->ended) return arch::Cause::kFetch;
  if (now.in_flight != 0) return arch::Cause::kDrain;
  if (c.pending != 0 || c.active != 0) return arch::Cause::kTransfer;
  return arch::Cause::kFinish;
}

template <class Shape>
void Sequencer<Shape>::show_cause() {
  const SequencerOutputs& now = out.read();
  const bool running = control->running;
  if (!running && !now.cause_valid) return;
  const arch::Cause value = running ? cause() : arch::Cause::kBusy;
  if (now.cause_valid == running && now.cause == value) return;
  out.set().cause_valid = running;
  out.set().cause = value;
}

template <class Shape>
void Sequencer<Shape>::start() {
  Job& job = jobs_[started_ % jobs_.size()];
  job.conv = slot_.command;
  job.index = slot_.index;
  job.pixels = static_cast<std::uint32_t>(slot_.command.pixels());
  job.tile_steps = Shape::kRows * job.conv.kernel_height * job.conv.kernel_width *
                   std::uint32_t{job.conv.channel_words};
  ++started_;
  mode_ = job.conv.precision;
  SequencerOutputs& next = out.set();
  next.start = {true, job.conv.common.wait, job.index};
  next.slot_full = false;
  ++next.in_flight;
  next.step = {};
  next.step.job = &job;
  first_step();
}

template <class Shape>
void Sequencer<Shape>::first_step() {
  Step& step = out.set().step;
  const Job& job = *step.job;
  channel_word_ = 0;
  tile_pixel_ = 0;
  tile_weights_ = job.conv.weight_address;
  step.valid = step.first = true;
  step.last = job.tile_steps == Shape::kRows;
  step.weight_row = tile_weights_;
}

template <class Shape>
void Sequencer<Shape>::next_step() {
  Step& step = out.set().step;
  if (step.command_last) {
    step = {};
    return;
  }
  ++step.row;
  ++step.pixel;
  ++step.weight_row;
  if (step.row == Shape::kRows) {
    step.row = 0;
    step.pixel = tile_pixel_;
    if (!next_word(step)) next_tile(step);
  }
  const bool tile_ends = step.last && step.row == Shape::kRows - 1;
  step.command_last = tile_ends && step.job->pixels - tile_pixel_ <= Shape::kRows &&
                      step.tile + 1 == step.job->conv.tiles;
}

template <class Shape>
bool Sequencer<Shape>::next_word(Step& step) {
  const arch::Conv& conv = step.job->conv;
  if (step.last) return false;
  step.first = false;
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
void Sequencer<Shape>::next_tile(Step& step) {
  const Job& job = *step.job;
  step.first = true;
  step.last = job.tile_steps == Shape::kRows;
  step.ky = step.kx = 0;
  step.plane_offset = 0;
  channel_word_ = 0;
  if (job.pixels - tile_pixel_ > Shape::kRows) {
    tile_pixel_ += Shape::kRows;
  } else {
    tile_pixel_ = 0;
    ++step.tile;
    tile_weights_ += job.tile_steps;
  }
  step.pixel = tile_pixel_;
  step.weight_row = tile_weights_;
}

}  // namespace hb::cycle
