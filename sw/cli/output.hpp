// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What the command leaves behind: files written whole or not at all, and progress on stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "model/arch/events.hpp"

namespace hb::cli {

/// A file that appears under its name only when it is complete.
class OutputFile {
 public:
  /// Makes sure now, before any work, that `path` can be written; "-" is standard output. Throws
  /// hb::Error if it cannot.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws hb::Error if the text cannot be written whole.
  void write(const std::string& text);

 private:
  std::string path_;
  std::filesystem::path temporary_;  ///< empty: written in place (standard output, a pipe)
};

/// How far a simulation is: one line that changes on a terminal, a plain line now and then in a
/// log.
class Progress {
 public:
  /// `expected`: cycles of the whole run, if known.
  Progress(std::optional<arch::Cycles> expected, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(arch::Cycles cycles);

 private:
  using Clock = std::chrono::steady_clock;

  std::optional<arch::Cycles> expected_;
  bool quiet_;
  bool terminal_;
  bool line_open_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace hb::cli
