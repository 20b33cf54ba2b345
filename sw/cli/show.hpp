// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A finished run as the user sees it: table on the terminal, JSON in a file.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/file.hpp"
#include "model/arch/program.hpp"
#include "sw/cli/commands.hpp"
#include "sw/report/json.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

/// The most memory that this process has had, in bytes.
[[nodiscard]] std::uint64_t peak_rss_bytes();

/// What ran, and what it took and got right.
struct Finished {
  const char* engine;  ///< as report::RunInfo
  std::optional<report::Accuracy> accuracy{};
  std::optional<report::Simulation> simulation{};
  std::size_t parts = 1;
  std::function<void(nlohmann::ordered_json&)> add{};  ///< puts more into the JSON; may be empty
};

/// Prints to standard output, or to standard error when that carries a report.
class Show {
 public:
  /// Throws hb::Error now if a file that is asked for cannot be written later.
  explicit Show(const Options& options);

  /// The table, unless --quiet.
  void table(const report::Report& report) const;
  /// JSON and CSV, if asked for.
  void document(const arch::Program& program, const report::Report& report, const Finished& run);
  /// Trace, if asked for, of programs that were played.
  void trace(const std::vector<const arch::Program*>& programs,
             const std::vector<arch::Timeline>& timelines, const report::Report& report);
  /// A line, unless --quiet.
  void line(const std::string& text) const;

 private:
  const Options& options_;
  std::optional<arch::OutputFile> json_;
  std::optional<arch::OutputFile> csv_;
  std::optional<arch::OutputFile> trace_;
};

/// How a run ended: with `error` at command `index`, or well.
struct Ending {
  arch::ErrorCode error;
  std::uint32_t index;
};

/// Adds to `complaint` that `who` (a model, maybe one image of it) stopped the machine (or the
/// golden model), if it did.
[[nodiscard]] Exit judge(const std::string& who, Ending ending, std::string& complaint);

/// "simulated in 1.20 s of processor time: 2.10 M cycles/s, 1.95 GMAC/s".
[[nodiscard]] std::string speed_text(arch::Cycles cycles, std::uint64_t macs, double cpu_seconds);

/// Share of cycles in which a CONV or POOL issued a step, from the first one's start to the last
/// one's retirement, of all `timelines` together; empty without any.
[[nodiscard]] std::optional<double> compute_busy(const std::vector<arch::Timeline>& timelines);

}  // namespace hb::cli
