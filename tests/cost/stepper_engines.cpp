// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The load, store and compute engines of the stepped machine.
#include "tests/cost/stepper.hpp"

namespace hb::cost::test {

using arch::Engine;

namespace {

constexpr std::size_t at(Engine engine) { return static_cast<std::size_t>(engine); }

}  // namespace

void Stepper::step_load() {
  const std::size_t e = at(Engine::kLoad);
  if (r_.load_ar) {
    load_channel_.handshake(now_, r_.load_ar_beats);
    n_.load_ar = false;
  }
  if (!r_.load_working) {
    if (r_.pushed[e] > r_.popped[e] && tokens_there(Engine::kLoad, head(Engine::kLoad).common)) {
      start(Engine::kLoad, head(Engine::kLoad).index);
      n_.load_working = true;
      n_.load_walker = {};
      ++n_.popped[e];
    }
  } else if (r_.load_outstanding < 16) {
    const Command& command = lists_[e][r_.popped[e] - 1];
    n_.load_ar = true;
    n_.load_ar_beats = next_burst(arch::decode_transfer(command.words), n_.load_walker);
    ++n_.load_outstanding;
    n_.load_working = !n_.load_walker.done;
  }
  const ReadChannel::Beat beat = load_channel_.cycle(now_);
  if (!beat.valid) {
    return;
  }
  ++timeline_.counters[arch::kCounterLoadBeats];
  n_.load_outstanding -= beat.last ? 1U : 0U;
  if (++n_.load_back_beats == lists_[e][r_.load_back].beats) {
    retire(Engine::kLoad, lists_[e][r_.load_back].index);
    n_.load_back_beats = 0;
    ++n_.load_back;
  }
}

void Stepper::step_store_front() {
  const std::size_t e = at(Engine::kStore);
  n_.word_request = false;
  if (!r_.store_working) {
    if (r_.pushed[e] > r_.popped[e] && tokens_there(Engine::kStore, head(Engine::kStore).common)) {
      start(Engine::kStore, head(Engine::kStore).index);
      n_.store_working = true;
      n_.store_walker = {};
      n_.words_requested = 0;
      ++n_.popped[e];
    }
    return;
  }
  const Command& command = lists_[e][r_.popped[e] - 1];
  if (!r_.store_walker.done && r_.store_outstanding < 16) {
    new_bursts_.push_back(next_burst(arch::decode_transfer(command.words), n_.store_walker));
    ++n_.store_outstanding;
  }
  if (r_.words_requested < command.words_read && r_.store_ahead < 4) {
    n_.word_request = true;
    ++n_.words_requested;
    ++n_.store_ahead;
  }
  n_.store_working = !(n_.store_walker.done && n_.words_requested == command.words_read);
}

void Stepper::step_store_sender() {
  const bool ready = r_.w_valid && now_ >= next_w_;  // a handshake in this cycle
  if (ready) {
    next_w_ = now_ + memory_.cycles_per_beat;
    ++timeline_.counters[arch::kCounterStoreBeats];
    if (r_.w_last) {
      answers_at_.push_back(now_ + memory_.latency);
    }
    n_.w_valid = false;
  }
  n_.word_at_bank = r_.word_request;
  n_.words_in_fifo += r_.word_at_bank ? 1U : 0U;
  if ((r_.w_valid && !ready) || store_bursts_.empty() || r_.words_in_fifo == 0) {
    return;
  }
  n_.w_valid = true;
  const std::uint32_t left = (r_.sending_left == 0 ? store_bursts_.front() : r_.sending_left) - 1;
  n_.sending_left = left;
  n_.w_last = left == 0;
  if (left == 0) {
    store_bursts_.pop_front();
  }
  if (++n_.word_beat == machine_.word_bytes() / machine_.bus_bytes) {
    n_.word_beat = 0;
    --n_.words_in_fifo;
    --n_.store_ahead;
  }
}

void Stepper::step_store_answers() {
  const std::size_t e = at(Engine::kStore);
  if (answers_at_.empty() || answers_at_.front() != now_) {
    return;
  }
  answers_at_.pop_front();
  --n_.store_outstanding;
  if (++n_.answers == lists_[e][r_.store_back].bursts) {
    retire(Engine::kStore, lists_[e][r_.store_back].index);
    n_.answers = 0;
    ++n_.store_back;
  }
}

bool Stepper::slot_blocked_by_post(const Command& command) const {
  const bool alone = command.common.fence || command.pool || r_.pooled;
  return r_.in_flight == 4 || (alone && r_.in_flight > 0);
}

bool Stepper::slot_blocked_by_mode(const Command& command) const {
  const std::uint32_t mode_change = machine_.rows + machine_.columns - 2;
  const bool issuing = r_.issuing && !r_.pooled;
  return !command.pool && r_.mode_known && arch::decode_conv(command.words).precision != r_.mode &&
         (issuing || now_ < r_.last_step + mode_change);
}

void Stepper::step_compute() {
  const std::size_t e = at(Engine::kCompute);
  if (!r_.slot && r_.pushed[e] > r_.popped[e]) {
    n_.slot = true;
    n_.slot_command = r_.popped[e];
    ++n_.popped[e];
  }
  const bool last_step = r_.issuing && r_.steps_left == 1;
  if (r_.issuing) {
    --n_.steps_left;
    if (last_step) {
      n_.issuing = false;
      n_.last_step = r_.pooled ? r_.last_step : now_;
    }
  }
  if (!draining_.empty() && draining_.front().first == now_) {
    retire(Engine::kCompute, draining_.front().second);
    draining_.pop_front();
  }
  n_.in_flight -= r_.retire[e].valid ? 1U : 0U;
  if (!r_.slot || (r_.issuing && !last_step)) {
    return;
  }
  const Command& command = lists_[e][r_.slot_command];
  if (!tokens_there(Engine::kCompute, command.common) || slot_blocked_by_post(command) ||
      slot_blocked_by_mode(command)) {
    return;
  }
  start(Engine::kCompute, command.index);
  n_.slot = false;
  n_.issuing = true;
  n_.steps_left = command.steps;
  n_.pooled = command.pool;
  if (!command.pool) {
    n_.mode = arch::decode_conv(command.words).precision;
    n_.mode_known = true;
  }
  ++n_.in_flight;
  draining_.emplace_back(now_ + command.steps + command.drain - 1, command.index);
}

}  // namespace hb::cost::test
