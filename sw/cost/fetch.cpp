// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/fetch.hpp"

#include <algorithm>

namespace hb::cost {

Fetch::Fetch(const arch::Machine& machine, const arch::MemoryTiming& memory)
    : port_(memory), command_beats_(arch::kCommandBytes / machine.bus_bytes) {}

Cycles Fetch::dispatch(Cycles room) {
  const Cycles request = std::max(next_request_, credits_.room());    // x(i)
  const Cycles last_beat = port_.last_beat(request, command_beats_);  // last(i)
  const Cycles head = std::max(last_beat + 1, next_head_);            // a(i)
  const Cycles leave = std::max(head + kCheck, room);
  credits_.use(leave + 1);
  next_request_ = request + 1;
  next_head_ = leave + 1;
  beats_ += command_beats_;
  return leave;
}

}  // namespace hb::cost
