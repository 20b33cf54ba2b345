// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The machines that are compiled in: one function each, defined by a generated source.
#pragma once

#include <string_view>

#include "model/arch/program.hpp"
#include "model/arch/shapes.hpp"
#include "sim/run.hpp"

namespace hb::sim {

#define HB_DECLARE_RUN(name) \
  RunResult run_##name(const arch::Program& program, const RunOptions& options);
HB_FOR_EACH_MACHINE(HB_DECLARE_RUN)
#undef HB_DECLARE_RUN

/// Throws hb::Error if SystemC was elaborated for another machine in this process.
void claim_systemc(std::string_view machine);

}  // namespace hb::sim
