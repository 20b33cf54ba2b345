// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/load.hpp"

#include <algorithm>

#include "sw/cost/bursts.hpp"

namespace hb::cost {

Times LoadEngine::run(const arch::Transfer& command, Cycles ready) {
  Times times;
  times.start = std::max(ready, idle_) + 1;
  Cycles next_address = times.start;
  Cycles last_beat = 0;
  Bursts bursts(command, machine_);
  while (!bursts.done()) {
    const Cycles decided = std::max(next_address, outstanding_.room());  // x(j)
    last_beat = port_.last_beat(decided, bursts.next());                 // last(j)
    outstanding_.use(last_beat + 1);
    next_address = decided + 1;
  }
  idle_ = next_address;
  beats_ += bursts.total_beats();
  times.retire = last_beat + 1;
  return times;
}

}  // namespace hb::cost
