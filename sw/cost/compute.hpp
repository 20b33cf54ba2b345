// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The compute engine's next slot, start decision and steps (docs/timing.md section 7).
#pragma once

#include <optional>

#include "sw/cost/load.hpp"
#include "sw/cost/places.hpp"
#include "sw/cost/tokens.hpp"

namespace hb::cost {

/// What held a CONV's or POOL's start back, and when it ran. All but `last_step` are the first
/// cycle of the state that is named.
struct Issue {
  Cycles queued = 0;        ///< visible in the compute queue
  Cycles in_slot = 0;       ///< visible in the next slot
  Cycles load_tokens = 0;   ///< there
  Cycles store_tokens = 0;  ///< there
  Cycles post = 0;          ///< in_flight low enough
  Cycles mode = 0;          ///< mode change over
  Times times;              ///< the decision is one cycle before `start`, which is the first step
  Cycles last_step = 0;
};

class ComputeEngine {
 public:
  explicit ComputeEngine(const arch::Machine& machine) : machine_(machine) {}

  /// Run the next command, visible in the compute queue from `queued` on.
  [[nodiscard]] Issue run(const arch::Conv& command, Cycles queued, const TokenTimes& tokens);
  [[nodiscard]] Issue run(const arch::Pool& command, Cycles queued, const TokenTimes& tokens);

 private:
  /// A command's cycles by itself, and whether in_flight must be 0 when it starts.
  struct Work {
    Cycles steps;
    Cycles drain;
    bool alone;
  };
  /// `mode` is the first cycle in which a mode change is over.
  [[nodiscard]] Issue issue(const Work& work, Cycles mode, Cycles queued, const TokenTimes& tokens);

  const arch::Machine& machine_;
  Places<kSlots> in_flight_;
  Cycles slot_free_ = 0;                 ///< first cycle in which the next slot is visibly empty
  Cycles drained_ = 0;                   ///< first cycle with in_flight = 0 after the last command
  Cycles last_step_ = 0;                 ///< of the last command
  Cycles conv_step_ = 0;                 ///< last step of the last CONV
  bool pooled_ = false;                  ///< the last command is a POOL
  std::optional<arch::Precision> mode_;  ///< of the last CONV
};

}  // namespace hb::cost
