// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The one stream of events that RTL, SystemC and the formulas produce alike; reports are made from
// nothing else.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/activity.hpp"
#include "model/arch/commands.hpp"

namespace hb::arch {

using Cycles = std::uint64_t;

/// When a command's `start` and `retire` pulses were visible (cycle 0 = first running cycle).
struct CommandTimes {
  std::uint32_t index = 0;  ///< in the program
  Engine engine = Engine::kLoad;
  Cycles start = 0;
  Cycles retire = 0;
  [[nodiscard]] bool operator==(const CommandTimes& o) const {
    return index == o.index && engine == o.engine && start == o.start && retire == o.retire;
  }
};

/// Cycles first, first + 1, ... up to the next span (or the end) had this cause.
struct CauseSpan {
  Cycles first = 0;
  Cause cause = Cause::kFetch;
  [[nodiscard]] bool operator==(const CauseSpan& o) const {
    return first == o.first && cause == o.cause;
  }
};

/// A finished (or stopped) run as every timed view reports it. Commands in program order, those
/// that started.
struct Timeline {
  std::vector<CommandTimes> commands;
  std::vector<CauseSpan> causes;  ///< neighbours differ
  Cycles total = 0;
  ErrorCode error = ErrorCode::kNone;
  std::uint32_t error_index = 0;
  std::array<std::uint64_t, kCounters> counters{};
  std::optional<RunToggles> toggles;  ///< of activity builds
};

/// Longest latency that a user may ask for, in cycles.
inline constexpr std::uint32_t kMostLatency = 1'000'000;

/// Deterministic memory timing: `latency` from address handshake to first beat (at least 1), then
/// one beat every `cycles_per_beat`.
struct MemoryTiming {
  std::uint32_t latency = 100;
  std::uint32_t cycles_per_beat = 1;
};

}  // namespace hb::arch
