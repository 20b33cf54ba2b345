// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// When a program's commands start and retire on deterministic memory: docs/timing.md as
// recurrences, no data.
#pragma once

#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"

namespace hb::cost {

/// Plays `commands` on `machine`, exact to the cycle. Preconditions: every command passes
/// arch::check(), and no two accesses meet at a bank's port. Throws hb::Error naming the command if
/// END is missing or not the last, an opcode is illegal, a command waits for a token that no
/// earlier command gives, or a token counter overflows.
[[nodiscard]] arch::Timeline play(const std::vector<arch::CommandWords>& commands,
                                  const arch::Machine& machine, const arch::MemoryTiming& memory);

}  // namespace hb::cost
