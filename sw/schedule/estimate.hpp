// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a tiling costs, coarsely: enough to tell good ones from bad ones.
#pragma once

#include <cstdint>

#include "model/arch/machine.hpp"
#include "sw/schedule/tiling.hpp"

namespace hb::schedule {

/// Cycles from command to command when only their fetch is slow, roughly; what each costs beside
/// that, so that near ties go to fewer; a memory latency, for what cannot overlap.
inline constexpr std::uint64_t kFetchCycles = 30;
inline constexpr std::uint64_t kCommandCycles = 4;
inline constexpr std::uint64_t kLatency = 100;

/// Coarse cycles of a layer under a tiling that fits: the longest of compute, load and store, plus
/// what cannot overlap.
[[nodiscard]] std::uint64_t estimate_cycles(const ConvLayer& layer, const Tiling& tiling,
                                            const arch::Machine& machine);

}  // namespace hb::schedule
