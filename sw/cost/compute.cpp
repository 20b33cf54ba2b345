// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/compute.hpp"

#include <algorithm>

namespace hb::cost {

Issue ComputeEngine::run(const arch::Conv& command, Cycles queued, const TokenTimes& tokens) {
  const bool mode_differs = mode_ && *mode_ != command.precision;
  const Cycles mode = mode_differs ? conv_step_ + mode_change(machine_) : 0;
  const Work work{conv_steps(command, machine_), drain(machine_), command.common.fence || pooled_};
  const Issue result = issue(work, mode, queued, tokens);
  mode_ = command.precision;
  conv_step_ = result.last_step;
  pooled_ = false;
  return result;
}

Issue ComputeEngine::run(const arch::Pool& command, Cycles queued, const TokenTimes& tokens) {
  const Work work{command.steps(machine_), pool_drain(machine_), true};
  pooled_ = true;
  return issue(work, 0, queued, tokens);
}

Issue ComputeEngine::issue(const Work& work, Cycles mode, Cycles queued, const TokenTimes& tokens) {
  Issue issue;
  issue.queued = queued;
  issue.in_slot = std::max(queued, slot_free_) + 1;
  issue.load_tokens = tokens[static_cast<std::size_t>(arch::Engine::kLoad)];
  issue.store_tokens = tokens[static_cast<std::size_t>(arch::Engine::kStore)];
  issue.post = work.alone ? drained_ : in_flight_.room();
  issue.mode = mode;

  const Cycles decision = std::max(
      {issue.in_slot, issue.load_tokens, issue.store_tokens, issue.post, issue.mode, last_step_});
  issue.times.start = decision + 1;
  issue.last_step = decision + work.steps;
  issue.times.retire = issue.last_step + work.drain;

  slot_free_ = issue.times.start;
  drained_ = issue.times.retire + 1;
  in_flight_.use(drained_);
  last_step_ = issue.last_step;
  return issue;
}

}  // namespace hb::cost
