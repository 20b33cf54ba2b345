// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/report_options.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/cli/validators.hpp"

namespace hb::cli {

namespace {

constexpr const char* kFile = "a file, or - for standard output";

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
      ->check(not_empty(kFile));
}

void add_csv(CLI::App& command, Options& options) {
  command
      .add_option("--csv", options.csv, "write the table to this file as CSV (- for the terminal)")
      ->check(not_empty(kFile));
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

void check_files(const Options& options) {
  struct Named {
    const char* option;
    const std::string& name;
  };
  const bool file = options.action == Action::kCompile || options.action == Action::kCard ||
                    options.action == Action::kReport;
  const std::string none;
  const std::vector<Named> written = {{"--json", options.json},
                                      {"--csv", options.csv},
                                      {"--trace", options.trace},
                                      {"--wave", options.wave},
                                      {"--output", file ? options.output : none}};
  std::vector<Named> read = {
      {"the model", options.model}, {"--labels", options.labels},
      {"--energy", options.energy}, {"--ert", options.ert},
      {"--cfg", options.cfg},       {"--preset", options.preset ? *options.preset : none}};
  for (const std::string& one : options.reports) read.push_back({"a report", one});
  for (const std::string& one : options.diff) read.push_back({"--diff", one});
  for (const std::string& one : options.inputs) read.push_back({"--input", one});
  const auto place = [](const std::string& name) {
    std::error_code error;  // none of ours: whoever opens the file will say it
    return std::filesystem::weakly_canonical(std::filesystem::absolute(name, error), error);
  };
  const auto same = [&](const Named& a, const Named& b) {
    if (a.name.empty() || b.name.empty()) return false;
    if (a.name == "-" || b.name == "-") return a.name == b.name;
    const std::filesystem::path path = place(a.name);
    // A device takes any number of outputs.
    return path == place(b.name) &&
           (!std::filesystem::exists(path) || std::filesystem::is_regular_file(path));
  };
  for (std::size_t i = 0; i < written.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!same(written[i], written[j])) continue;
      throw bad_input(written[i].name,
                      fmt::format("given as {} and as {}", written[j].option, written[i].option),
                      "a file for each");
    }
    for (const Named& other : read) {
      if (other.name == "-" || !same(written[i], other)) continue;
      throw bad_input(written[i].name,
                      fmt::format("given as {} and as {}", other.option, written[i].option),
                      "another file to write to");
    }
  }
}

bool output_is_taken(const Options& options) { return streams(options) > 0; }

}  // namespace hb::cli
