// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The load engine (docs/timing.md section 5).
#pragma once

#include "sw/cost/places.hpp"
#include "sw/cost/read_port.hpp"

namespace hb::cost {

/// When a command's start and retirement are visible.
struct Times {
  Cycles start = 0;
  Cycles retire = 0;
};

class LoadEngine {
 public:
  LoadEngine(const arch::Machine& machine, const arch::MemoryTiming& memory)
      : machine_(machine), port_(memory) {}

  /// Runs the next LOAD, which is at the queue's head with its tokens there from cycle `ready` on.
  [[nodiscard]] Times run(const arch::Transfer& command, Cycles ready);
  /// First cycle in which the front is visibly idle.
  [[nodiscard]] Cycles idle() const { return idle_; }
  [[nodiscard]] std::uint64_t beats() const { return beats_; }

 private:
  const arch::Machine& machine_;
  ReadPort port_;
  Places<kBursts> outstanding_;
  Cycles idle_ = 0;
  std::uint64_t beats_ = 0;
};

}  // namespace hb::cost
