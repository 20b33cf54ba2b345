// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Waves of the RTL: which machine's are compiled in, and what RtlChip does without any. Waves cost
// compile time and speed, so each machine's have an executable of their own (halfbyte_wave_NAME).
#pragma once

#include <optional>
#include <string_view>

#include "model/arch/program.hpp"
#include "sim/options.hpp"
#include "sim/run.hpp"

namespace hb::sim {

/// The machine whose waves this executable can write; empty in all but the wave executables.
[[nodiscard]] std::string_view wave_machine();

/// As run(), with waves. Preconditions: `options.wave`, and `program` is for wave_machine().
[[nodiscard]] RunResult run_wave(const arch::Program& program, const RunOptions& options);

/// RtlChip's waves where none are compiled in: nothing. FstWave (fst_wave.hpp) has the same shape.
struct NoWave {
  static constexpr bool kOn = false;
  explicit NoWave(const std::optional<WaveOptions>& /*options*/) {}
};

}  // namespace hb::sim
