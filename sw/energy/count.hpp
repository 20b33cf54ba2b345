// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Actions counted from commands and the one stream of events, whichever view it came from.
#pragma once

#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/energy/actions.hpp"

namespace hb::energy {

/// Of one run, without leakage.
struct RunCounts {
  std::vector<Counts> layers;  ///< as Program::layers
  Counts total;                ///< also of commands whose tag names no layer
};

/// Counts what the commands that started did (docs/energy.md section 2): exact, no data. Command
/// bytes that no started command accounts for (END) are the last layer's. Precondition: every
/// command that started is legal.
[[nodiscard]] RunCounts count_actions(const arch::Program& program, const arch::Timeline& timeline);

/// Leakage of `cycles`.
[[nodiscard]] Counts leakage_of(const arch::Machine& machine, arch::Cycles cycles);

}  // namespace hb::energy
