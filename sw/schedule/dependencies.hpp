// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What each command of a sequence must wait for, whatever order LOADs then run in.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// For each of `commands` the earlier ones that must have retired before it starts. Complete for
/// engines of which compute and store keep their order and load need not; orders that follow from
/// compute's and store's own are left out. Precondition: as prefetch().
[[nodiscard]] std::vector<std::vector<std::uint32_t>> dependencies(
    const std::vector<Command>& commands, const arch::Machine& machine);

}  // namespace hb::schedule
