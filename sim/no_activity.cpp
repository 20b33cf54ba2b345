// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Executables that count no toggles. The activity executables have sim/activity_machine.cpp.in
// instead.
#include "model/arch/error.hpp"
#include "sim/activity.hpp"

namespace hb::sim {

std::string_view activity_machine() { return {}; }

RunResult run_activity(const arch::Program& program, const RunOptions& /*options*/) {
  HB_ASSERT(false, "no toggles of machine {} in this executable", program.machine.name);
}

}  // namespace hb::sim
