// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Next slot, start decision, issue of steps and the cause of each cycle (docs/timing.md sections 7
// and 8).
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"
#include "model/cycle/steps.hpp"

namespace hb::cycle {

template <class Shape>
class Sequencer : public Clocked<Shape> {
 public:
  Register<SequencerOutputs> out{"out"};
  Register<PoolStep> pool_step{"pool_step"};  ///< apart: it changes during a POOL only
  Input<ControlOutputs> control;
  Input<FetchOutputs> fetch;
  Input<TokenOutputs> tokens;
  Input<PostOutputs<Shape>> post;
  Input<PoolOutputs<Shape>> pool;

  Sequencer(const sc_core::sc_module_name& name, ComputeQueue& queue)
      : Clocked<Shape>(name), queue_(queue) {}
  /// True if a command issues a step in this cycle.
  [[nodiscard]] bool issues() const { return out.read().step.valid || pool_step.read().valid; }
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
  void take_command();
  void start();
  void start_conv(const arch::Conv& conv);
  void start_pool(const arch::Pool& command);

  ComputeQueue& queue_;
  Indexed<ComputeCommand> slot_{};
  bool slot_alone_ = false;  ///< the command in the slot starts only when none is in flight
  bool after_pool_ = false;  ///< the last command started was a POOL
  std::array<Job, 2 * kSlots>
      jobs_{};  ///< twice the commands in flight: a job outlives its retirement
  PoolJob pool_job_{};
  std::uint32_t convs_ = 0;  ///< started
  ConvSteps<Shape> conv_steps_;
  PoolSteps<Shape> pool_steps_;
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
  if (compute_retirement(post.read(), pool.read()).valid) --out.set().in_flight;
  const bool starts = now.slot_full && may_start();
  if (now.step.valid) conv_steps_.next(out.set().step);
  if (pool_step.read().valid) pool_steps_.next(pool_step.set());
  if (starts) {
    start();
  } else if (!now.slot_full && !queue_.empty()) {
    take_command();
  }
}

template <class Shape>
void Sequencer<Shape>::take_command() {
  slot_ = queue_.front();
  queue_.pop();
  const arch::Common& common = common_of(slot_.command);
  slot_alone_ = common.fence || std::holds_alternative<arch::Pool>(slot_.command);
  SequencerOutputs& next = out.set();
  next.slot_full = true;
  next.slot_wait = common.wait;
  next.slot_index = slot_.index;
}

template <class Shape>
void Sequencer<Shape>::reset() {
  out.reset();
  pool_step.reset();
  after_pool_ = false;
  convs_ = 0;
  now_ = mode_free_ = 0;
}

template <class Shape>
bool Sequencer<Shape>::mode_differs() const {
  const auto* conv = std::get_if<arch::Conv>(&slot_.command);
  return conv != nullptr && convs_ != 0 && conv->precision != mode_ && now_ < mode_free_;
}

template <class Shape>
bool Sequencer<Shape>::slots_taken() const {
  const std::uint32_t in_flight = out.read().in_flight;
  return in_flight == kSlots || ((slot_alone_ || after_pool_) && in_flight != 0);
}

template <class Shape>
bool Sequencer<Shape>::may_start() const {
  const SequencerOutputs& now = out.read();
  const bool free = !issues() || now.step.command_last || pool_step.read().command_last;
  const bool waits = (now.slot_wait & ~tokens->available[1]) != 0;
  return free && !waits && !slots_taken() && !mode_differs() && !control->stop;
}

template <class Shape>
arch::Cause Sequencer<Shape>::cause() const {
  const SequencerOutputs& now = out.read();
  const ControlOutputs& c = control.read();
  if (issues()) return arch::Cause::kBusy;
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
  SequencerOutputs& next = out.set();
  next.start = {true, next.slot_wait, slot_.index};
  next.slot_full = false;
  ++next.in_flight;
  if (const auto* conv = std::get_if<arch::Conv>(&slot_.command)) {
    start_conv(*conv);
  } else {
    start_pool(std::get<arch::Pool>(slot_.command));
  }
}

template <class Shape>
void Sequencer<Shape>::start_conv(const arch::Conv& conv) {
  Job& job = jobs_[convs_ % jobs_.size()];
  job.conv = conv;
  job.index = slot_.index;
  job.pixels = static_cast<std::uint32_t>(conv.pixels());
  const std::uint32_t word_rows = Shape::kRows >> (conv.narrow_weights ? 1 : 0);
  const std::uint64_t words =
      std::uint64_t{conv.kernel_height} * conv.kernel_width * conv.channel_words;
  job.tile_weight_rows = static_cast<std::uint32_t>(conv.repeat ? word_rows : words * word_rows);
  job.one_word = words == 1;
  ++convs_;
  mode_ = conv.precision;
  after_pool_ = false;
  conv_steps_.first(job, out.set().step);
}

template <class Shape>
void Sequencer<Shape>::start_pool(const arch::Pool& command) {
  pool_job_.pool = command;
  pool_job_.index = slot_.index;
  pool_job_.columns = (command.output_width - 1U) * command.stride_x + command.kernel_width;
  pool_job_.rows = (Shape::kRows - 1U) * command.stride_y + command.kernel_height;
  after_pool_ = true;
  pool_steps_.first(pool_job_, pool_step.set());
}

}  // namespace hb::cycle
