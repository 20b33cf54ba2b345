// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/report_options.hpp"

#include <algorithm>
#include <array>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

CLI::Validator a_file() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? "an empty name (expected a file, or - for standard output)" : "";
      },
      "", "file");
}

/// How many reports are asked for on standard output.
std::ptrdiff_t streams(const Options& options) {
  const std::array<const std::string*, 3> files = {&options.json, &options.csv, &options.trace};
  return std::count_if(files.begin(), files.end(), [](const auto* file) { return *file == "-"; });
}

}  // namespace

void add_trace(CLI::App& command, Options& options) {
  command
      .add_option("--trace", options.trace,
                  "write when each unit worked, and for what, to this file (Chrome's trace events: "
                  "for Perfetto)")
      ->check(a_file());
}

void add_csv(CLI::App& command, Options& options) {
  command
      .add_option("--csv", options.csv, "write the table to this file as CSV (- for the terminal)")
      ->check(a_file());
}

void check_reports(const Options& options) {
  const bool untimed = options.action == Action::kRun && options.engine == Engine::kGolden;
  if (untimed && !options.trace.empty()) {
    throw bad_input("--trace", "given for the golden model, which has no cycles",
                    "--on rtl, systemc or lockstep");
  }
  if (streams(options) > 1) {
    throw bad_input("-", "asked of several of --json, --csv and --trace",
                    "one of them on standard output");
  }
}

bool output_is_taken(const Options& options) { return streams(options) > 0; }

}  // namespace hb::cli
