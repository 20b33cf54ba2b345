// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// AXI4-Lite, doorbell, finish, errors and counters (docs/timing.md section 2, docs/commands.md
// section 6).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"

namespace hb::cycle {

template <class Shape>
class Control : public Clocked<Shape> {
 public:
  Register<ControlOutputs> out{"out"};
  Input<FetchOutputs> fetch;
  Input<TokenOutputs> tokens;
  Input<LoadOutputs<Shape>> load;
  Input<StoreOutputs<Shape>> store;
  Input<SequencerOutputs> sequencer;
  Input<PostOutputs<Shape>> post;
  Input<PoolOutputs<Shape>> pool;
  Input<ActivationOutputs<Shape>> activation;

  Control(const sc_core::sc_module_name& name, const LoadQueue& loads, const ComputeQueue& computes,
          const StoreQueue& stores)
      : Clocked<Shape>(name), loads_(loads), computes_(computes), stores_(stores) {}
  void tick();

 private:
  void count(const arch::Inputs<Shape>& in);
  void count_commands();
  void watch_errors(bool abort);
  void finish();
  void ring_doorbell();
  /// One AXI4-Lite cycle; true if CONTROL.abort was written.
  bool access(const arch::Inputs<Shape>& in);
  /// Effect of a write; true if CONTROL.abort was written.
  bool write_register(std::uint32_t address, std::uint32_t data);
  /// Value of a register; false if there is none.
  bool read_register(std::uint32_t address, std::uint32_t& data) const;
  [[nodiscard]] std::uint32_t status() const;
  [[nodiscard]] std::uint32_t load_state() const;
  [[nodiscard]] std::uint32_t compute_state() const;
  [[nodiscard]] std::uint32_t store_state() const;
  [[nodiscard]] std::uint32_t fetch_state() const;

  const LoadQueue& loads_;
  const ComputeQueue& computes_;
  const StoreQueue& stores_;
  bool done_ = false;
  Fault error_;
  std::uint32_t irq_enable_ = 0;
  std::uint32_t irq_status_ = 0;
  std::array<std::uint64_t, arch::kCounters> counters_{};
};

namespace registers {
inline constexpr std::uint32_t kId = 0x00;
inline constexpr std::uint32_t kShape = 0x04;
inline constexpr std::uint32_t kControl = 0x08;
inline constexpr std::uint32_t kStatus = 0x0C;
inline constexpr std::uint32_t kProgramAddress = 0x10;
inline constexpr std::uint32_t kProgramCount = 0x14;
inline constexpr std::uint32_t kMemoryLimit = 0x18;
inline constexpr std::uint32_t kErrorCode = 0x1C;
inline constexpr std::uint32_t kErrorIndex = 0x20;
inline constexpr std::uint32_t kIrqEnable = 0x24;
inline constexpr std::uint32_t kIrqStatus = 0x28;
inline constexpr std::uint32_t kLoadState = 0x30;
inline constexpr std::uint32_t kComputeState = 0x34;
inline constexpr std::uint32_t kStoreState = 0x38;
inline constexpr std::uint32_t kFetchState = 0x3C;
inline constexpr std::uint32_t kCounterBase = 0x100;
inline constexpr std::uint32_t kIdValue = 0x48423031;
inline constexpr std::uint32_t kSlaveError = 2;
}  // namespace registers

template <class Shape>
void Control<Shape>::tick() {
  const arch::Inputs<Shape>& in = this->inputs.read();
  if (!in.reset_n) {
    out.reset();
    done_ = false;
    error_ = {};
    irq_enable_ = irq_status_ = 0;
    counters_ = {};
    return;
  }
  const bool abort = access(in);
  const bool clear = out.read().clear;
  if (out.read().running) {
    count(in);
    watch_errors(abort);
    finish();
  } else if (sequencer->cause_valid) {
    count(in);
  }
  if (clear) ring_doorbell();
  const std::uint32_t irq = irq_status_ & irq_enable_;
  if (irq != out.next().irq) out.set().irq = irq;
}

template <class Shape>
void Control<Shape>::ring_doorbell() {
  ControlOutputs& next = out.set();
  next.clear = next.stop = false;
  next.running = true;
  next.pending = next.active = 0;
  done_ = false;
  error_ = {};
  irq_status_ = 0;
  counters_ = {};
}

template <class Shape>
void Control<Shape>::count(const arch::Inputs<Shape>& in) {
  const SequencerOutputs& issue = sequencer.read();
  if (issue.cause_valid) {
    ++counters_[arch::kCounterTotal];
    ++counters_[arch::kCounterCause + static_cast<std::uint32_t>(issue.cause)];
  }
  if (in.fetch_r.valid) ++counters_[arch::kCounterFetchBeats];
  if (in.load_r.valid) ++counters_[arch::kCounterLoadBeats];
  if (store->w.valid && in.store_wready) ++counters_[arch::kCounterStoreBeats];
  count_commands();
}

template <class Shape>
void Control<Shape>::count_commands() {
  const std::array<bool, arch::kEngines> started{load->start.valid, sequencer->start.valid,
                                                 store->start.valid};
  const bool computed = compute_retirement(post.read(), pool.read()).valid;
  const std::array<bool, arch::kEngines> retired{load->retire.valid, computed, store->retire.valid};
  std::uint32_t starts = 0;
  std::uint32_t retirements = 0;
  for (std::uint32_t engine = 0; engine < arch::kEngines; ++engine) {
    starts += started[engine];
    retirements += retired[engine];
    counters_[arch::kCounterRetired + engine] += retired[engine];
  }
  const std::uint32_t dispatches = fetch->dispatch;
  if (dispatches + starts + retirements == 0) return;
  ControlOutputs& next = out.set();
  next.pending = next.pending + dispatches - starts;
  next.active = next.active + starts - retirements;
}

template <class Shape>
void Control<Shape>::watch_errors(bool abort) {
  if (error_.code != arch::ErrorCode::kNone) return;
  Fault aborted;
  if (abort) aborted.code = arch::ErrorCode::kAborted;
  for (const Fault& fault : {fetch->dispatch_fault, fetch->bus_fault, load->fault, store->fault,
                             tokens->fault, activation->fault, aborted}) {
    if (fault.code == arch::ErrorCode::kNone) continue;
    error_ = fault;
    out.set().stop = true;
    return;
  }
}

template <class Shape>
void Control<Shape>::finish() {
  const ControlOutputs& now = out.read();
  if (now.active != 0 || fetch->outstanding != 0) return;
  if (!now.stop && !(fetch->ended && now.pending == 0)) return;
  if (load->start.valid || sequencer->start.valid || store->start.valid) return;
  out.set().running = false;
  done_ = error_.code == arch::ErrorCode::kNone;
  irq_status_ = 1;
}

template <class Shape>
bool Control<Shape>::access(const arch::Inputs<Shape>& in) {
  const ControlOutputs& now = out.read();
  if (!(now.arready | now.rvalid | in.lite_arvalid | now.awready | now.bvalid | in.lite_awvalid)) {
    return false;
  }
  ControlOutputs& next = out.set();
  next.arready = in.lite_arvalid && !now.arready && !now.rvalid;
  if (now.arready) {
    next.rvalid = 1;
    next.rresp = read_register(in.lite_araddr, next.rdata) ? 0 : registers::kSlaveError;
  } else if (now.rvalid && in.lite_rready) {
    next.rvalid = next.rresp = next.rdata = 0;
  }
  bool abort = false;
  next.awready = in.lite_awvalid && in.lite_wvalid && !now.bvalid && !now.awready;
  if (now.awready) {
    next.bvalid = 1;
    next.bresp = 0;
    abort = write_register(in.lite_awaddr, in.lite_wdata);
  } else if (now.bvalid && in.lite_bready) {
    next.bvalid = next.bresp = 0;
  }
  return abort;
}

template <class Shape>
bool Control<Shape>::write_register(std::uint32_t address, std::uint32_t data) {
  using namespace registers;
  ControlOutputs& next = out.set();
  const bool running = out.read().running;
  const bool guarded =
      address == kProgramAddress || address == kProgramCount || address == kMemoryLimit;
  if (guarded && running) {
    next.bresp = kSlaveError;
    return false;
  }
  switch (address) {
    case kControl:
      if ((data & 1) != 0 && !running) next.clear = true;
      return (data & 2) != 0 && running;
    case kProgramAddress:
      next.program_address = data;
      break;
    case kProgramCount:
      next.program_count = data & arch::kMostCommands;
      break;
    case kMemoryLimit:
      next.memory_limit = data;
      break;
    case kIrqEnable:
      irq_enable_ = data & 1;
      break;
    case kIrqStatus:
      irq_status_ &= ~data;
      break;
    default:
      next.bresp = kSlaveError;
  }
  return false;
}

template <class Shape>
bool Control<Shape>::read_register(std::uint32_t address, std::uint32_t& data) const {
  using namespace registers;
  const ControlOutputs& now = out.read();
  data = 0;
  if (address % 4 == 0 && address >= kCounterBase && address < kCounterBase + 8 * arch::kCounters) {
    const std::uint64_t value = counters_[(address - kCounterBase) / 8];
    data = static_cast<std::uint32_t>(address % 8 == 0 ? value : value >> 32);
    return true;
  }
  switch (address) {
    case kId:
      data = kIdValue;
      break;
    case kShape:
      data = Shape::kRows | Shape::kColumns << 8 | Shape::kBusBytes << 16;
      break;
    case kControl:
      break;
    case kStatus:
      data = status();
      break;
    case kProgramAddress:
      data = now.program_address;
      break;
    case kProgramCount:
      data = now.program_count;
      break;
    case kMemoryLimit:
      data = now.memory_limit;
      break;
    case kErrorCode:
      data = static_cast<std::uint32_t>(error_.code);
      break;
    case kErrorIndex:
      data = error_.index;
      break;
    case kIrqEnable:
      data = irq_enable_;
      break;
    case kIrqStatus:
      data = irq_status_;
      break;
    case kLoadState:
      data = load_state();
      break;
    case kComputeState:
      data = compute_state();
      break;
    case kStoreState:
      data = store_state();
      break;
    case kFetchState:
      data = fetch_state();
      break;
    default:
      return false;
  }
  return true;
}

template <class Shape>
std::uint32_t Control<Shape>::status() const {
  const bool running = out.read().running;
  const bool error = !running && error_.code != arch::ErrorCode::kNone;
  return (running ? 1U : 0U) | (done_ ? 2U : 0U) | (error ? 4U : 0U);
}

/// A LOAD_STATE, COMPUTE_STATE or STORE_STATE of a command that is present.
[[nodiscard]] inline std::uint32_t head_state(std::uint32_t wait, std::uint32_t available,
                                              std::uint32_t index) {
  return (wait & ~available & 0xFF) | 1U << 8 | index << arch::kStateIndex;
}

template <class Shape>
std::uint32_t Control<Shape>::load_state() const {
  const std::uint32_t working = load->working ? 1U << 9 : 0U;
  if (loads_.empty()) return working;
  const auto& head = loads_.front();
  return working | head_state(head.command.common.wait, tokens->available[0], head.index);
}

template <class Shape>
std::uint32_t Control<Shape>::compute_state() const {
  const SequencerOutputs& issue = sequencer.read();
  const std::uint32_t working = issue.in_flight != 0 ? 1U << 9 : 0U;
  if (!issue.slot_full) return working;
  return working | head_state(issue.slot_wait, tokens->available[1], issue.slot_index);
}

template <class Shape>
std::uint32_t Control<Shape>::store_state() const {
  const std::uint32_t working = store->working ? 1U << 9 : 0U;
  if (stores_.empty()) return working;
  const auto& head = stores_.front();
  return working | head_state(head.command.common.wait, tokens->available[2], head.index);
}

template <class Shape>
std::uint32_t Control<Shape>::fetch_state() const {
  const FetchOutputs& now = fetch.read();
  const std::array<bool, arch::kEngines> full{loads_.full(), computes_.full(), stores_.full()};
  const bool waiting = now.at_queue && full[static_cast<std::uint32_t>(now.engine)];
  return (now.ended ? 1U : 0U) | (waiting ? 2U : 0U) | now.index << arch::kStateIndex;
}

}  // namespace hb::cycle
