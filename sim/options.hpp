// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a caller may ask of a run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"

namespace hb::sim {

using arch::Cycles;

/// Who computes: the RTL, the SystemC reference, or both, compared in every cycle (the RTL drives
/// the memory).
enum class View : std::uint8_t { kRtl, kSystemC, kLockstep };

enum class Port : std::uint8_t { kFetch, kLoad, kStore };
inline constexpr std::uint32_t kPorts = 3;

/// Answers beat number `beat` (from 0, over the whole run) of a read port, or write response number
/// `beat` of the store port, with `response` instead of OKAY.
struct BusFault {
  Port port = Port::kLoad;
  std::uint64_t beat = 0;
  std::uint32_t response = 2;
};

/// Waves of the RTL. Cycle 0 is the first in which the machine runs; cycles after the run, in which
/// the host reads registers, count on.
struct WaveOptions {
  std::filesystem::path file;
  Cycles first = 0;
  Cycles last = std::numeric_limits<Cycles>::max();
};

struct RunOptions {
  View view = View::kLockstep;
  arch::MemoryModelOptions memory;
  /// What SRAMs and unreset registers hold at first, differently on the two sides; 0: follows from
  /// the program.
  std::uint64_t garbage_seed = 0;
  Cycles watchdog = 0;  ///< cycles without progress that count as a hang; 0: default_watchdog()
  std::vector<BusFault> faults;
  /// Goes on with the machine as the run before left it, without a reset. That run was of the same
  /// machine and view, and came to its end.
  bool warm = false;
  std::optional<Cycles> abort;      ///< writes CONTROL.abort in or soon after this cycle of the run
  std::optional<WaveOptions> wave;  ///< only where sim::wave_machine() is the program's machine
  bool activity = false;            ///< only where sim::activity_machine() is that
  std::function<void(Cycles)> progress;  ///< called about every million cycles
};

/// The watchdog's patience when `options` leaves it open.
[[nodiscard]] constexpr Cycles default_watchdog(const arch::MemoryModelOptions& memory) {
  return 100'000 + Cycles{50} * memory.timing.latency * memory.timing.cycles_per_beat;
}

}  // namespace hb::sim
