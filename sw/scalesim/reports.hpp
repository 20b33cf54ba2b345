// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run as SCALE-Sim reports it: docs/scale-sim.md says what each column means here.
#pragma once

#include <string>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/report/report.hpp"

namespace hb::scalesim {

/// A run of `program` that ended well, and its report.
struct Run {
  const arch::Program& program;
  const arch::Timeline& timeline;
  const report::Report& report;
};

/// COMPUTE_REPORT.csv: a line per layer, LayerID from 0.
[[nodiscard]] std::string compute_report(const Run& run);
/// BANDWIDTH_REPORT.csv, in words per cycle; a word is one value of the layer's bits.
[[nodiscard]] std::string bandwidth_report(const Run& run);

}  // namespace hb::scalesim
