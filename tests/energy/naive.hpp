// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Actions counted the slow way: every step, every row, every byte, every cycle, from
// docs/commands.md and the registers of rtl/hb_array.sv.
#pragma once

#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/energy/actions.hpp"

namespace hb::energy::test {

/// By layer, commands without one in the last place; without leakage.
[[nodiscard]] std::vector<Counts> naive_counts(const arch::Program& program,
                                               const arch::Timeline& timeline);

}  // namespace hb::energy::test
