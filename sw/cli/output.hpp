// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Progress of a simulation, on standard error.
#pragma once

#include <chrono>
#include <optional>

#include "model/arch/events.hpp"

namespace hb::cli {

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
