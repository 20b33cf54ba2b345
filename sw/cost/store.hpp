// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The store engine (docs/timing.md section 6).
#pragma once

#include "sw/cost/load.hpp"
#include "sw/cost/places.hpp"

namespace hb::cost {

/// Words that are read ahead, and beats that leave through the W register.
class StoreSender {
 public:
  StoreSender(const arch::Machine& machine, const arch::MemoryTiming& memory)
      : word_beats_(machine.word_bytes() / machine.bus_bytes),
        cycles_per_beat_(memory.cycles_per_beat) {}

  /// A command starts: its first word is requested in `cycle` at the earliest.
  void start(Cycles cycle) { next_read_ = cycle; }
  /// Handshake of the last of the next `beats` beats, whose burst is visible to the sender from
  /// `visible` on.
  [[nodiscard]] Cycles send(Cycles visible, std::uint32_t beats);
  /// First cycle after the last word's read request was decided.
  [[nodiscard]] Cycles walked() const { return next_read_; }

 private:
  void send_beat(Cycles visible);
  void end_word(Cycles popped);
  [[nodiscard]] std::uint32_t skip(std::uint32_t beats_left);

  std::uint32_t word_beats_;
  Cycles cycles_per_beat_;
  Places<kStoreWords> ahead_;
  Cycles next_read_ = 0;
  Cycles word_ = 0;            ///< the current word is at the FIFO's head
  std::uint32_t beat_ = 0;     ///< of the current word
  Cycles handshake_ = 0;       ///< of the last beat; the W register is free from then on
  Cycles next_handshake_ = 0;  ///< the memory takes no beat before
  // The last whole word: how far it moved everything, and how many words in a row moved it as far.
  Cycles last_read_ = 0;
  Cycles last_popped_ = 0;
  Cycles last_handshake_ = 0;
  Cycles period_ = 0;
  std::uint32_t alike_ = 0;
};

class StoreEngine {
 public:
  StoreEngine(const arch::Machine& machine, const arch::MemoryTiming& memory)
      : machine_(machine), latency_(memory.latency), sender_(machine, memory) {}

  /// Runs the next STORE, which is at the queue's head with its tokens there from cycle `ready` on.
  [[nodiscard]] Times run(const arch::Transfer& command, Cycles ready);
  /// First cycle in which the front is visibly idle.
  [[nodiscard]] Cycles idle() const { return idle_; }
  [[nodiscard]] std::uint64_t beats() const { return beats_; }

 private:
  const arch::Machine& machine_;
  Cycles latency_;
  StoreSender sender_;
  Places<kBursts> outstanding_;
  Cycles idle_ = 0;
  std::uint64_t beats_ = 0;
};

}  // namespace hb::cost
