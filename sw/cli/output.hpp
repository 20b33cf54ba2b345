// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Progress of long work, on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "model/arch/events.hpp"

namespace hb::cli {

/// One line that changes on a terminal, a plain line now and then in a log.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Whether it is time for another one.
  [[nodiscard]] bool due() const;
  void print(const std::string& text);
  /// Makes room for a line of something else.
  void clear();
  /// Since this was made.
  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  bool quiet_;
  bool terminal_;
  bool line_open_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

/// "[######..................]  25 %".
[[nodiscard]] std::string progress_bar(double done, double all);

/// How far a simulation is.
class Progress {
 public:
  /// `expected`: cycles of each of `images`, if known.
  Progress(std::optional<arch::Cycles> expected, std::size_t images, bool quiet);

  /// `image` of them are done, and `cycles` of the others.
  void show(std::size_t image, arch::Cycles cycles);
  void clear() { line_.clear(); }

 private:
  [[nodiscard]] std::string text(std::size_t image, arch::Cycles cycles) const;

  std::optional<arch::Cycles> expected_;
  std::size_t images_;
  ProgressLine line_;
};

}  // namespace hb::cli
