// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The cheapest of several ways to run one layer, found by playing as few of them as will do.
#pragma once

#include <cstddef>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// No play() of `commands` has a lower Played::cost(): the loads that the first CONV or POOL needs,
/// the steps of all, and the stores of the last one's output follow one another, and neither load
/// nor store can be faster than their beats. Precondition: `commands` are a layer by itself, with a
/// CONV or POOL whose operands LOADs bring.
[[nodiscard]] arch::Cycles least_cost(const std::vector<Command>& commands,
                                      const arch::Machine& machine,
                                      const arch::MemoryTiming& memory);

/// Position of the way with the least Played::cost(), the first of equals. Ways whose least_cost()
/// is above another one's cost are not played. Not empty; precondition of each as least_cost().
[[nodiscard]] std::size_t cheapest(const std::vector<std::vector<Command>>& ways,
                                   const arch::Machine& machine, const arch::MemoryTiming& memory);

}  // namespace hb::schedule
