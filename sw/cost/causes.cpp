// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/causes.hpp"

namespace hb::cost {

using arch::Cause;

void Causes::fill(Cause cause, Cycles end) {
  if (end <= next_) {
    return;
  }
  if (spans_.empty() || spans_.back().cause != cause) {
    spans_.push_back({next_, cause});
  }
  cycles_[static_cast<std::size_t>(cause)] += end - next_;
  next_ = end;
}

// Every state here lasts from some cycle on, so the cause that comes first in the table's order
// holds until its state ends, then the next: filling in that order is the table. END comes after
// the last CONV or POOL: until that is visible in the queue the program has not ended.
void Causes::add(const Issue& issue) {
  fill(Cause::kFetch, issue.queued);
  fill(Cause::kStart, issue.in_slot);
  fill(Cause::kWaitLoad, issue.load_tokens);
  fill(Cause::kWaitStore, issue.store_tokens);
  fill(Cause::kWaitPost, issue.post);
  fill(Cause::kModeChange, issue.mode);
  fill(Cause::kStart, issue.times.start);
  fill(Cause::kBusy, issue.last_step + 1);
}

void Causes::finish(const Ending& ending) {
  fill(Cause::kFetch, ending.ended);
  fill(Cause::kDrain, ending.drained);
  fill(Cause::kTransfer, ending.settled);
  fill(Cause::kFinish, ending.total);
}

}  // namespace hb::cost
