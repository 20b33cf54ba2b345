// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Command fetch and dispatch (docs/timing.md section 3).
#pragma once

#include "sw/cost/places.hpp"
#include "sw/cost/read_port.hpp"

namespace hb::cost {

/// Fetches and dispatches commands in program order.
class Fetch {
 public:
  Fetch(const arch::Machine& machine, const arch::MemoryTiming& memory);

  /// Decision of the next command's dispatch, leave(i), where `room` is the first cycle with room
  /// in its queue.
  [[nodiscard]] Cycles dispatch(Cycles room);
  [[nodiscard]] std::uint64_t beats() const { return beats_; }

 private:
  ReadPort port_;
  std::uint32_t command_beats_;
  std::uint64_t beats_ = 0;
  Cycles next_request_ = 0;
  Cycles next_head_ = 0;  ///< first cycle in which dispatch looks at the next command
  Places<kFetchDepth> credits_;
};

}  // namespace hb::cost
