// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace hb::cli {

namespace {

constexpr std::chrono::milliseconds kTerminalPeriod(200);
constexpr std::chrono::seconds kLogPeriod(10);
constexpr std::size_t kBar = 24;  // columns

}  // namespace

Progress::Progress(std::optional<arch::Cycles> expected, std::size_t images, bool quiet)
    : expected_(expected),
      images_(images),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) != 0) {}

Progress::~Progress() { clear(); }

void Progress::clear() {
  if (line_open_) {
    fmt::print(stderr, "\r\x1b[K");
    line_open_ = false;
  }
}

std::string Progress::text(std::size_t image, arch::Cycles cycles, double seconds) const {
  const std::string images = images_ > 1 ? fmt::format("image {} of {}, ", image, images_) : "";
  if (!expected_) {
    return fmt::format("{}{:.1f} M cycles", images, static_cast<double>(cycles) / 1e6);
  }
  const auto whole = static_cast<double>(*expected_);
  const double done = whole * static_cast<double>(image) + static_cast<double>(cycles);
  const double all = std::max(whole * static_cast<double>(images_), done);
  std::string bar(static_cast<std::size_t>(kBar * done / all), '#');
  bar.resize(kBar, '.');
  return fmt::format("[{}] {:3.0f} %, {}{:.1f} of {:.1f} M cycles, {:.2f} M/s", bar,
                     100 * done / all, images, done / 1e6, all / 1e6, done / 1e6 / seconds);
}

void Progress::show(std::size_t image, arch::Cycles cycles) {
  const Clock::time_point now = Clock::now();
  if (quiet_ || image >= images_ ||
      now - last_ < (terminal_ ? Clock::duration(kTerminalPeriod) : kLogPeriod)) {
    return;
  }
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - begin_).count();
  line_open_ = terminal_;
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", text(image, cycles, seconds),
             terminal_ ? "" : "\n");
  std::fflush(stderr);
}

}  // namespace hb::cli
