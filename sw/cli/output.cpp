// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace hb::cli {

namespace {

constexpr std::chrono::milliseconds kTerminalPeriod(200);
constexpr std::chrono::seconds kLogPeriod(10);

}  // namespace

Progress::Progress(std::optional<arch::Cycles> expected, bool quiet)
    : expected_(expected), quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() {
  if (line_open_) {
    fmt::print(stderr, "\r\x1b[K");
  }
}

void Progress::show(arch::Cycles cycles) {
  const Clock::time_point now = Clock::now();
  if (quiet_ || now - last_ < (terminal_ ? Clock::duration(kTerminalPeriod) : kLogPeriod)) {
    return;
  }
  last_ = now;
  const auto done = static_cast<double>(cycles);
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  std::string text = fmt::format("{:.1f} M cycles, {:.2f} M/s", done / 1e6, done / 1e6 / seconds);
  if (expected_) {
    const auto whole = static_cast<double>(*expected_ > cycles ? *expected_ : cycles);
    text = fmt::format("{:3.0f} %, {}", 100 * done / whole, text);
  }
  line_open_ = terminal_;
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", text, terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace hb::cli
