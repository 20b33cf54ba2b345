// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a tiling costs, coarsely: enough to tell good ones from bad ones.
#pragma once

#include <cstdint>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/tiling.hpp"

namespace hb::schedule {

/// Cycles from command to command when only their fetch is slow, roughly; what each costs beside
/// that, so that near ties go to fewer.
inline constexpr std::uint64_t kFetchCycles = 30;
inline constexpr std::uint64_t kCommandCycles = 4;

/// Beats that are worth a cycle: of ways that take about as long, the one that moves less is
/// better.
inline constexpr std::uint64_t kBeatsPerCycle = 256;

/// Cycles that a word of the activation buffer takes on the bus.
[[nodiscard]] inline std::uint64_t word_cycles(const arch::Machine& machine,
                                               const arch::MemoryTiming& memory) {
  return std::uint64_t{machine.word_bytes() / machine.bus_bytes} * memory.cycles_per_beat;
}

/// Coarse cycles of a layer under a tiling that fits: the longest of compute, load and store, plus
/// what cannot overlap.
[[nodiscard]] std::uint64_t estimate_cycles(const ConvLayer& layer, const Tiling& tiling,
                                            const arch::Machine& machine,
                                            const arch::MemoryTiming& memory);

}  // namespace hb::schedule
