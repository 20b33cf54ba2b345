// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Progress of a simulation, on standard error.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include "model/arch/events.hpp"

namespace hb::cli {

/// How far a simulation is: one line that changes on a terminal, a plain line now and then in a
/// log.
class Progress {
 public:
  /// `expected`: cycles of each of `images`, if known.
  Progress(std::optional<arch::Cycles> expected, std::size_t images, bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// `image` of them are done, and `cycles` of the others.
  void show(std::size_t image, arch::Cycles cycles);
  /// Makes room for a line of something else.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  [[nodiscard]] std::string text(std::size_t image, arch::Cycles cycles, double seconds) const;

  std::optional<arch::Cycles> expected_;
  std::size_t images_;
  bool quiet_;
  bool terminal_;
  bool line_open_ = false;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};

}  // namespace hb::cli
