// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// SCALE-Sim's files on the command line.
#pragma once

#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"
#include "sw/report/report.hpp"
#include "sw/scalesim/program.hpp"

namespace hb::cli {

/// Whether MODEL is named like a topology file.
[[nodiscard]] bool is_topology(const std::string& file);

struct TopologyModel {
  arch::Program program;           ///< commands alone, with the memory's timing
  std::vector<std::string> notes;  ///< for people: what of the files means something else here
};

/// Reads options.model and options.cfg. `memory` holds where the latter doesn't say otherwise.
/// Throws hb::Error naming file and line for what is wrong in them.
[[nodiscard]] TopologyModel read_topology(const Options& options, const arch::Machine& machine,
                                          const scalesim::Format& format,
                                          arch::MemoryTiming memory);

/// Writes COMPUTE_REPORT.csv and BANDWIDTH_REPORT.csv into the folder options.scalesim, if it is
/// given. Throws hb::Error if it can't.
void write_scalesim(const Options& options, const arch::Program& program,
                    const arch::Timeline& timeline, const report::Report& report);

}  // namespace hb::cli
