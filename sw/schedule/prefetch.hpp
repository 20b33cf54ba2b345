// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Loads that run ahead of the layers that need them.
#pragma once

#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// Brings `commands` (without tokens or END; right when executed one at a time) into the order in
/// which they would start if fetch and queues cost nothing: then no command waits in a queue behind
/// one that starts later. CONVs and POOLs keep their order, and so do STOREs; a LOAD may overtake
/// others whose data it does not touch, across layers, as soon as its buffer words are free and its
/// memory is written. What depends on what stays in order, so the result is right as well.
/// Precondition: all that is loaded is read before something else is loaded in its place.
[[nodiscard]] std::vector<Command> prefetch(std::vector<Command> commands,
                                            const arch::Machine& machine,
                                            const arch::MemoryTiming& memory = {});

}  // namespace hb::schedule
