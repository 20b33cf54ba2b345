// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A timed run in Chrome's trace event format, which Perfetto and chrome://tracing show.
#pragma once

#include <string>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/report/report.hpp"

namespace hb::report {

/// A program, and how it was played.
struct Played {
  const arch::Program* program;
  const arch::Timeline* timeline;
};

/// What is drawn: parts that ran one after another (or the one program), and the report of them
/// all.
struct Run {
  std::string model;
  std::vector<Played> parts;
  const Report& report;
};

/// The JSON object form; 1 cycle is 1 us. One process, the machine, whose threads are the layers
/// (the cycles that they own), the causes and the units; counters beside them. On a thread no two
/// spans overlap: a span begins where the one before it ends, if its command started earlier. It
/// says nothing of the engine, so the same run is the same bytes from every view.
[[nodiscard]] std::string to_trace(const Run& run);

}  // namespace hb::report
