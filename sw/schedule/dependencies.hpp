// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What each command of a sequence must wait for, whatever order LOADs then run in.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// Command `later` starts after command `earlier` has retired.
struct Dependency {
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
};

/// Dependencies among `commands`, each once. Complete for engines of which compute and store keep
/// their order and load need not; orders that follow from compute's and store's own are left out.
/// Precondition: as prefetch().
[[nodiscard]] std::vector<Dependency> dependencies(const std::vector<Command>& commands,
                                                   const arch::Machine& machine);

}  // namespace hb::schedule
