// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Puts wait, signal and fence into commands, so that every hazard of docs/commands.md section 1 is
// ordered.
#pragma once

#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// Fills wait, signal and fence (empty before) of `commands`, a sequence that is right when
/// executed one at a time. Tokens are given only where an order is needed and not implied by
/// others; only colour 0 of each pair is used, and no counter can pass 255. A POOL gets no fence,
/// nor does the command after it. Throws hb::Error for a CONV or POOL that conflicts with itself
/// (accesses()).
void assign_tokens(std::vector<Command>& commands, const arch::Machine& machine);

}  // namespace hb::schedule
