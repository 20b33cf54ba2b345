// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Executables without waves. The wave executables have sim/wave_machine.cpp.in instead.
#include "model/arch/error.hpp"
#include "sim/wave.hpp"

namespace hb::sim {

std::string_view wave_machine() { return {}; }

RunResult run_wave(const arch::Program& program, const RunOptions& /*options*/) {
  HB_ASSERT(false, "no waves of machine {} in this executable", program.machine.name);
}

}  // namespace hb::sim
