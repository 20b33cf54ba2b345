// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/compute.hpp"

#include <algorithm>

namespace hb::cost {

Issue ComputeEngine::run(const arch::Conv& command, Cycles queued, const TokenTimes& tokens) {
  const bool mode_differs = mode_ && *mode_ != command.precision;
  Issue issue;
  issue.queued = queued;
  issue.in_slot = std::max(queued, slot_free_) + 1;
  issue.load_tokens = tokens[static_cast<std::size_t>(arch::Engine::kLoad)];
  issue.store_tokens = tokens[static_cast<std::size_t>(arch::Engine::kStore)];
  issue.post = command.common.fence ? drained_ : in_flight_.room();
  issue.mode = mode_differs ? last_step_ + mode_change(machine_) : 0;

  const Cycles decision = std::max(
      {issue.in_slot, issue.load_tokens, issue.store_tokens, issue.post, issue.mode, last_step_});
  issue.times.start = decision + 1;
  issue.last_step = decision + conv_steps(command, machine_);
  issue.times.retire = issue.last_step + drain(machine_);

  slot_free_ = issue.times.start;
  drained_ = issue.times.retire + 1;
  in_flight_.use(drained_);
  last_step_ = issue.last_step;
  mode_ = command.precision;
  return issue;
}

}  // namespace hb::cost
