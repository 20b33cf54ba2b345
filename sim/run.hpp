// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Runs a program on a machine that is compiled in. No header of SystemC or Verilator is needed to
// call this.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sim/divergence.hpp"
#include "sim/options.hpp"

namespace hb::sim {

/// Cycles that a wave file holds, both ends included.
struct WaveRange {
  Cycles first = 0;
  Cycles last = 0;
};

struct RunResult {
  arch::Timeline timeline;
  std::vector<std::uint8_t> memory;      ///< after the run
  std::optional<Divergence> divergence;  ///< the run stopped there
  std::optional<std::string> hang;       ///< what each engine waits for; the run stopped there
  std::vector<std::string> violations;   ///< of bus protocol, registers and counters
  std::optional<WaveRange> wave;         ///< what was written of RunOptions::wave
  double cpu_seconds = 0;
  double wall_seconds = 0;

  /// Nothing wrong with the machine; `timeline.error` says whether the program was.
  [[nodiscard]] bool good() const { return !divergence && !hang && violations.empty(); }
};

/// Name of the machine that is compiled in and has `machine`'s figures, whatever its name there.
/// Throws hb::Error if none has.
[[nodiscard]] std::string_view compiled_machine(const arch::Machine& machine);

/// Throws hb::Error if `program.machine` is not compiled in. SystemC elaborates once per process:
/// every run with SystemC in it must be of the same machine, else hb::Error. An RTL-only run needs
/// no SystemC.
[[nodiscard]] RunResult run(const arch::Program& program, const RunOptions& options);

}  // namespace hb::sim
