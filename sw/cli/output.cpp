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

ProgressLine::ProgressLine(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::clear() {
  if (line_open_) {
    fmt::print(stderr, "\r\x1b[K");
    line_open_ = false;
  }
}

double ProgressLine::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

bool ProgressLine::due() const {
  return !quiet_ &&
         Clock::now() - last_ >= (terminal_ ? Clock::duration(kTerminalPeriod) : kLogPeriod);
}

void ProgressLine::print(const std::string& text) {
  last_ = Clock::now();
  line_open_ = terminal_;
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\x1b[K" : "", text, terminal_ ? "" : "\n");
  std::fflush(stderr);
}

std::string progress_bar(double done, double all) {
  std::string bar(static_cast<std::size_t>(kBar * done / all), '#');
  bar.resize(kBar, '.');
  return fmt::format("[{}] {:3.0f} %", bar, 100 * done / all);
}

Progress::Progress(std::optional<arch::Cycles> expected, std::size_t images, bool quiet)
    : expected_(expected), images_(images), line_(quiet) {}

std::string Progress::text(std::size_t image, arch::Cycles cycles) const {
  const std::string images = images_ > 1 ? fmt::format("image {} of {}, ", image, images_) : "";
  if (!expected_) {
    return fmt::format("{}{:.1f} M cycles", images, static_cast<double>(cycles) / 1e6);
  }
  const auto whole = static_cast<double>(*expected_);
  const double done = whole * static_cast<double>(image) + static_cast<double>(cycles);
  const double all = std::max(whole * static_cast<double>(images_), done);
  return fmt::format("{}, {}{:.1f} of {:.1f} M cycles, {:.2f} M/s", progress_bar(done, all), images,
                     done / 1e6, all / 1e6, done / 1e6 / line_.seconds());
}

void Progress::show(std::size_t image, arch::Cycles cycles) {
  if (image < images_ && line_.due()) line_.print(text(image, cycles));
}

}  // namespace hb::cli
