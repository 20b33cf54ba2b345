// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A finished run as the user sees it: table on the terminal, JSON in a file.
#pragma once

#include <optional>
#include <string>

#include "model/arch/file.hpp"
#include "model/arch/program.hpp"
#include "sw/cli/commands.hpp"
#include "sw/report/json.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

/// What this process has used of the computer; `wall_seconds` and `cpu_seconds` are the run's own.
[[nodiscard]] report::Simulation simulation_of(double wall_seconds, double cpu_seconds);

/// Prints to standard output, or to standard error when that carries the JSON.
class Show {
 public:
  /// Throws hb::Error now if the JSON file cannot be written later.
  explicit Show(const Options& options);

  /// Table (unless --quiet) and JSON (if asked for).
  void report(const arch::Program& program, const report::Report& report, const char* engine,
              const std::optional<report::Simulation>& simulation);
  /// A line, unless --quiet.
  void line(const std::string& text) const;

 private:
  const Options& options_;
  std::optional<arch::OutputFile> json_;
};

/// How a run ended: with `error` at command `index`, or well.
struct Ending {
  arch::ErrorCode error;
  std::uint32_t index;
};

/// Says on standard error that `model` stopped the machine (or the golden model), if it did.
[[nodiscard]] Exit judge(const std::string& model, Ending ending);

/// "simulated in 1.20 s of processor time: 2.10 M cycles/s".
[[nodiscard]] std::string speed_text(arch::Cycles cycles, double cpu_seconds);

/// Share of cycles in which a CONV or POOL issued a step, from the first one's start to the last
/// one's retirement; empty without any.
[[nodiscard]] std::optional<double> compute_busy(const arch::Timeline& timeline);

}  // namespace hb::cli
