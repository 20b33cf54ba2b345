// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Command fetch, checks and dispatch (docs/timing.md section 3).
#pragma once

#include <array>
#include <cstdint>

#include "model/arch/machine.hpp"
#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"

namespace hb::cycle {

template <class Shape>
class Fetch : public Clocked<Shape> {
 public:
  Register<FetchOutputs> out{"out"};
  Input<ControlOutputs> control;

  Fetch(const sc_core::sc_module_name& name, LoadQueue& loads, ComputeQueue& computes,
        StoreQueue& stores)
      : Clocked<Shape>(name), loads_(loads), computes_(computes), stores_(stores) {}

  /// Where dispatch stands, for reports.
  [[nodiscard]] const char* waiting_for() const;
  void tick();

 private:
  static constexpr std::uint32_t kBeats = arch::kCommandBytes / Shape::kBusBytes;
  static constexpr std::uint32_t kBeatWords = Shape::kBusBytes / 4;
  /// States of dispatch, named as in docs/timing.md, and the end.
  enum class State : std::uint8_t { kA, kB, kC, kD, kHalted };

  void reset();
  void ring();
  void request(bool ar_free);
  void dispatch();
  void decide();
  [[nodiscard]] bool push();
  [[nodiscard]] static ComputeCommand decode_compute(const arch::CommandWords& words);
  void receive(const arch::AxiReadData<Shape>& beat);
  void fail(arch::ErrorCode code, std::uint32_t index);
  [[nodiscard]] static arch::Machine machine();

  LoadQueue& loads_;
  ComputeQueue& computes_;
  StoreQueue& stores_;
  const arch::Machine machine_ = machine();
  Fifo<arch::CommandWords, kFetchDepth> commands_;
  arch::CommandWords incoming_{};
  std::uint32_t beats_ = 0;      ///< of `incoming_`
  std::uint32_t requested_ = 0;  ///< commands
  std::uint32_t received_ = 0;   ///< commands
  std::uint32_t credits_ = kFetchDepth;
  State state_ = State::kA;
  bool rung_ = false;                                 ///< the doorbell checks were made
  bool failed_ = false;                               ///< doorbell or bus: nothing more is fetched
  arch::ErrorCode verdict_ = arch::ErrorCode::kNone;  ///< on the command in state D
};

template <class Shape>
arch::Machine Fetch<Shape>::machine() {
  arch::Machine machine;
  machine.name = Shape::kName;
  machine.rows = Shape::kRows;
  machine.columns = Shape::kColumns;
  machine.bus_bytes = Shape::kBusBytes;
  machine.activation_banks = Shape::kBanks;
  machine.activation_bytes = Shape::kActivationWords * Shape::kWordBytes;
  machine.weight_bytes = Shape::kWeightRows * Shape::kRowBytes;
  machine.parameter_tiles = Shape::kParameterTiles;
  return machine;
}

template <class Shape>
void Fetch<Shape>::tick() {
  const arch::Inputs<Shape>& in = this->inputs.read();
  const ControlOutputs& c = control.read();
  if (!in.reset_n || c.clear) {
    reset();
    return;
  }
  if (!c.running) return;
  const FetchOutputs& now = out.read();
  if (now.dispatch) out.set().dispatch = false;
  out.end(&FetchOutputs::dispatch_fault);
  out.end(&FetchOutputs::bus_fault);
  const bool ar_free = !now.ar.valid || in.fetch_arready;
  if (now.ar.valid && in.fetch_arready) out.set().ar = {};
  if (!rung_) ring();
  request(ar_free);
  dispatch();
  if (in.fetch_r.valid) receive(in.fetch_r);
}

template <class Shape>
void Fetch<Shape>::reset() {
  out.reset();
  loads_.clear();
  computes_.clear();
  stores_.clear();
  commands_.clear();
  beats_ = requested_ = received_ = 0;
  credits_ = kFetchDepth;
  state_ = State::kA;
  rung_ = failed_ = false;
}

template <class Shape>
void Fetch<Shape>::fail(arch::ErrorCode code, std::uint32_t index) {
  out.set().dispatch_fault = {code, index};
  state_ = State::kHalted;
}

template <class Shape>
void Fetch<Shape>::ring() {
  const ControlOutputs& c = control.read();
  rung_ = true;
  const std::uint64_t end =
      c.program_address + std::uint64_t{c.program_count} * arch::kCommandBytes;
  if (c.program_address % arch::kCommandBytes != 0) {
    fail(arch::ErrorCode::kAlignment, 0);
    failed_ = true;
  } else if (end > std::uint64_t{c.memory_limit} + 1) {
    fail(arch::ErrorCode::kMemoryRange, 0);
    failed_ = true;
  }
}

template <class Shape>
void Fetch<Shape>::request(bool ar_free) {
  const ControlOutputs& c = control.read();
  if (c.stop || failed_ || out.read().ended) return;
  if (requested_ == c.program_count || credits_ == 0 || !ar_free) return;
  FetchOutputs& next = out.set();
  next.ar = {1, c.program_address + requested_ * arch::kCommandBytes, kBeats};
  ++next.outstanding;
  ++requested_;
  --credits_;
}

template <class Shape>
void Fetch<Shape>::dispatch() {
  const ControlOutputs& c = control.read();
  switch (state_) {
    case State::kA:
      if (c.stop) return;
      if (out.next().index == c.program_count) {
        fail(arch::ErrorCode::kTruncated, c.program_count);
      } else if (!commands_.empty()) {
        state_ = State::kB;
      }
      return;
    case State::kB:
      state_ = State::kC;
      return;
    case State::kC:
      state_ = State::kD;
      decide();
      return;
    case State::kD:
      if (c.stop) return;
      if (verdict_ != arch::ErrorCode::kNone) {
        fail(verdict_, out.next().index);
      } else if (!out.next().at_queue) {
        out.set().ended = true;
        state_ = State::kHalted;
      } else if (push()) {
        FetchOutputs& next = out.set();
        next.dispatch = true;
        next.at_queue = false;
        ++next.index;
        commands_.pop();
        ++credits_;
        state_ = State::kA;
      }
      return;
    case State::kHalted:
      return;
  }
}

/// What state D will find.
template <class Shape>
void Fetch<Shape>::decide() {
  verdict_ = arch::check(commands_.front(), machine_, control->memory_limit);
  if (verdict_ != arch::ErrorCode::kNone) return;
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(commands_.front()));
  if (opcode == arch::Opcode::kEnd) return;
  out.set().at_queue = true;
  out.set().engine = arch::engine_of(opcode);
}

/// Pushes the head command unless its queue is full.
template <class Shape>
bool Fetch<Shape>::push() {
  const arch::CommandWords& words = commands_.front();
  const std::uint32_t index = out.next().index;
  switch (out.next().engine) {
    case arch::Engine::kLoad:
      if (loads_.full()) return false;
      loads_.push({arch::decode_transfer(words), index});
      return true;
    case arch::Engine::kCompute:
      if (computes_.full()) return false;
      computes_.push({decode_compute(words), index});
      return true;
    case arch::Engine::kStore:
      if (stores_.full()) return false;
      stores_.push({arch::decode_transfer(words), index});
      return true;
  }
  return false;
}

template <class Shape>
ComputeCommand Fetch<Shape>::decode_compute(const arch::CommandWords& words) {
  const bool pool = arch::opcode_bits(words) == static_cast<std::uint8_t>(arch::Opcode::kPool);
  if (pool) return arch::decode_pool(words);
  return arch::decode_conv(words);
}

template <class Shape>
void Fetch<Shape>::receive(const arch::AxiReadData<Shape>& beat) {
  for (std::uint32_t i = 0; i < kBeatWords; ++i) incoming_[beats_ * kBeatWords + i] = beat.data[i];
  if (beat.resp != 0) {
    out.set().bus_fault = {arch::ErrorCode::kFetchBus, received_};
    failed_ = true;
  }
  if (++beats_ < kBeats) return;
  beats_ = 0;
  ++received_;
  commands_.push(incoming_);
  --out.set().outstanding;
}

template <class Shape>
const char* Fetch<Shape>::waiting_for() const {
  if (out.read().ended) return "nothing, END was dispatched";
  switch (state_) {
    case State::kA:
      return commands_.empty() ? "a command from memory" : "nothing";
    case State::kB:
    case State::kC:
      return "nothing, checks a command";
    case State::kD:
      return out.read().at_queue ? "room in a queue" : "nothing";
    case State::kHalted:
      break;
  }
  return "nothing, halted by an error";
}

}  // namespace hb::cycle
