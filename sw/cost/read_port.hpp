// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// An AXI read channel on deterministic memory (docs/timing.md sections 3 and 5).
#pragma once

#include <algorithm>

#include "sw/cost/terms.hpp"

namespace hb::cost {

/// Bursts are answered in order: first beat L after the address handshake, beats k cycles apart.
class ReadPort {
 public:
  explicit ReadPort(const arch::MemoryTiming& memory) : memory_(memory) {}

  /// Cycle of the last beat of the next burst, whose address enters the AR register in `decided`.
  [[nodiscard]] Cycles last_beat(Cycles decided, std::uint32_t beats) {
    const Cycles first = std::max(decided + 1 + memory_.latency, next_beat_);
    const Cycles last = first + Cycles{beats - 1} * memory_.cycles_per_beat;
    next_beat_ = last + memory_.cycles_per_beat;
    return last;
  }

 private:
  arch::MemoryTiming memory_;
  Cycles next_beat_ = 0;  ///< the memory gives no beat before
};

}  // namespace hb::cost
