// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// docs/timing.md as registers and clock cycles, without data: slow, plain, and written without a
// look at sw/cost.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"

namespace hb::cost::test {

using arch::Cycles;

/// A read channel of the deterministic memory: always takes an address, answers in order.
class ReadChannel {
 public:
  explicit ReadChannel(const arch::MemoryTiming& timing) : timing_(timing) {}
  void handshake(Cycles now, std::uint32_t beats) { bursts_.push_back({now, beats}); }
  struct Beat {
    bool valid = false;
    bool last = false;
  };
  /// What is visible in `now`; called once in every cycle.
  Beat cycle(Cycles now);

 private:
  struct Burst {
    Cycles accepted;
    std::uint32_t beats_left;
  };
  arch::MemoryTiming timing_;
  std::deque<Burst> bursts_;
  Cycles next_beat_ = 0;
};

/// Walks a transfer's bursts.
struct BurstWalker {
  std::uint32_t segment = 0;
  std::uint32_t beat = 0;  ///< of the segment
  bool done = false;
};

struct Pulse {
  bool valid = false;
  std::uint32_t index = 0;
};

enum class Stage { kA, kB, kC, kD, kHalted };

/// Everything that is a register.
struct Registers {
  // fetch and dispatch
  bool fetch_ar = false;
  std::uint32_t requests = 0, credits = 4, outstanding = 0, received = 0, left = 0;
  Stage stage = Stage::kA;
  bool ended = false;
  std::array<bool, 3> dispatch{};
  std::array<std::uint32_t, 3> pushed{}, popped{};
  // control
  std::array<Pulse, 3> start{}, retire{};
  std::array<std::array<std::uint32_t, 8>, 3> tokens{};
  std::uint32_t pending = 0, active = 0;
  // load
  bool load_working = false, load_ar = false;
  std::uint32_t load_ar_beats = 0, load_outstanding = 0, load_back = 0;
  std::uint64_t load_back_beats = 0;
  BurstWalker load_walker;
  // store
  bool store_working = false;
  BurstWalker store_walker;
  std::uint32_t store_outstanding = 0, store_ahead = 0;
  std::uint64_t words_requested = 0;
  bool word_request = false, word_at_bank = false;
  std::uint32_t words_in_fifo = 0, word_beat = 0;
  bool w_valid = false, w_last = false;
  std::uint32_t sending_left = 0;  ///< beats of the burst at the sender's head, 0: not begun
  std::uint32_t store_back = 0, answers = 0;
  // compute
  bool slot = false, issuing = false, mode_known = false;
  std::uint32_t slot_command = 0, in_flight = 0;
  bool pooled = false;  ///< the last command started is a POOL
  std::uint64_t steps_left = 0;
  Cycles last_step = 0;  ///< of the last CONV
  arch::Precision mode = arch::Precision::kInt8;
};

class Stepper {
 public:
  Stepper(const std::vector<arch::CommandWords>& commands, const arch::Machine& machine,
          const arch::MemoryTiming& memory);
  /// Runs to the end; gives up (total 0) after `limit` cycles.
  [[nodiscard]] arch::Timeline run(Cycles limit);

 private:
  struct Command {
    std::uint32_t index;
    arch::CommandWords words;
    arch::Common common;
    std::uint32_t bursts = 0;      ///< STORE: B answers it gets
    std::uint64_t beats = 0;       ///< LOAD, STORE
    std::uint64_t words_read = 0;  ///< STORE
    std::uint64_t steps = 0;       ///< CONV, POOL
    Cycles drain = 0;              ///< CONV, POOL: last step to retirement
    bool pool = false;
  };

  [[nodiscard]] Command describe(std::uint32_t index) const;
  void describe_conv(Command& command) const;
  void describe_pool(Command& command) const;
  void describe_transfer(Command& command) const;
  [[nodiscard]] std::uint32_t segment_beats(const arch::Transfer& command) const;
  std::uint32_t next_burst(const arch::Transfer& command, BurstWalker& walker) const;
  [[nodiscard]] const Command& head(arch::Engine engine) const;
  [[nodiscard]] bool tokens_there(arch::Engine engine, const arch::Common& common) const;
  [[nodiscard]] bool token_missing(arch::Engine from) const;

  void step_fetch();
  void step_dispatch();
  void step_load();
  void step_store_front();
  void step_store_sender();
  void step_store_answers();
  void step_compute();
  void step_tokens();
  void step_control();
  void start(arch::Engine engine, std::uint32_t index);
  void retire(arch::Engine engine, std::uint32_t index);
  [[nodiscard]] arch::Cause cause() const;
  [[nodiscard]] bool slot_blocked_by_post(const Command& command) const;
  [[nodiscard]] bool slot_blocked_by_mode(const Command& command) const;
  [[nodiscard]] bool finishes() const;
  void record(arch::Cause cause);

  const std::vector<arch::CommandWords>& commands_;
  const arch::Machine& machine_;
  arch::MemoryTiming memory_;
  std::array<std::vector<Command>, 3> lists_;  ///< by engine
  ReadChannel fetch_channel_, load_channel_;
  Cycles next_w_ = 0;
  std::deque<Cycles> answers_at_;                          ///< B
  std::deque<std::uint32_t> store_bursts_;                 ///< beats, visible to the sender
  std::deque<std::uint32_t> new_bursts_;                   ///< visible in the next cycle
  std::deque<std::pair<Cycles, std::uint32_t>> draining_;  ///< retirement's decision, index
  Registers r_, n_;
  Cycles now_ = 0;
  arch::Timeline timeline_;
};

}  // namespace hb::cost::test
