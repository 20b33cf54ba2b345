// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The named terms of docs/timing.md section 1 and the cycles of a command by itself (section 9).
#pragma once

#include "model/arch/commands.hpp"
#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"

namespace hb::cost {

using arch::Cycles;

inline constexpr std::uint32_t kFetchDepth = 4;    ///< commands fetched ahead of their dispatch
inline constexpr std::uint32_t kLoadQueue = 8;     ///< commands
inline constexpr std::uint32_t kComputeQueue = 4;  ///< commands
inline constexpr std::uint32_t kStoreQueue = 8;    ///< commands
inline constexpr std::uint32_t kSlots = 4;         ///< compute commands in flight
inline constexpr std::uint32_t kBursts = 16;       ///< bursts outstanding per engine
inline constexpr std::uint32_t kStoreWords = 4;    ///< words that STORE reads ahead
inline constexpr Cycles kCheck = 3;                ///< visible fetch head to dispatch decision
inline constexpr Cycles kFeedLatency = 3;          ///< step to operand at PE(0,0)
inline constexpr Cycles kPostLatency = 18;  ///< row at the post-processor to its copy's write
inline constexpr Cycles kPoolWrite = 4;     ///< step that ends a window to row 0's write
inline constexpr Cycles kWordLatency = 3;  ///< STORE's read decision to the word at the FIFO's head

/// Last step of one mode to the earliest start decision of the other.
[[nodiscard]] constexpr Cycles mode_change(const arch::Machine& machine) {
  return Cycles{machine.rows} + machine.columns - 2;
}

/// A tile's last step to row 0 of its sums at the post-processor: V(0) - e of section 7.
[[nodiscard]] constexpr Cycles sums_latency(const arch::Machine& machine) {
  return kFeedLatency + 1 + machine.columns;
}

/// A CONV's last step to its visible retirement.
[[nodiscard]] constexpr Cycles drain(const arch::Machine& machine) {
  return sums_latency(machine) + (machine.rows - 1) + kPostLatency;
}

/// A POOL's last step to its visible retirement.
[[nodiscard]] constexpr Cycles pool_drain(const arch::Machine& machine) {
  return kPoolWrite + machine.rows - 1;
}

/// Cycles in which a CONV issues steps: tiles * ceil(pixels / R) * T.
[[nodiscard]] Cycles conv_steps(const arch::Conv& command, const arch::Machine& machine);
/// Bytes of a row of `buffer`.
[[nodiscard]] std::uint32_t row_bytes(arch::Buffer buffer, const arch::Machine& machine);
/// Bytes that a LOAD or STORE moves.
[[nodiscard]] std::uint64_t transfer_bytes(const arch::Transfer& command,
                                           const arch::Machine& machine);

}  // namespace hb::cost
