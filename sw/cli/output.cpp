// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <system_error>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

constexpr std::chrono::milliseconds kTerminalPeriod(200);
constexpr std::chrono::seconds kLogPeriod(10);

Error cannot_write(const std::string& path) {
  return bad_input(path, "cannot be written", "a file in a directory that exists, with room");
}

bool write_whole(const std::filesystem::path& path, const std::string& text) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << text;
  stream.close();
  return stream.good();
}

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  std::error_code error;
  const auto status = std::filesystem::status(path_, error);
  const bool in_place =
      std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  if (path_ == "-" || (in_place && !std::filesystem::is_directory(status))) {
    return;
  }
  const std::filesystem::path beside = path_ + fmt::format(".{}.tmp", ::getpid());
  if (in_place || !write_whole(beside, "")) {
    throw cannot_write(path_);
  }
  temporary_ = beside;
}

OutputFile::~OutputFile() {
  if (!temporary_.empty()) {
    std::error_code ignored;
    std::filesystem::remove(temporary_, ignored);
  }
}

void OutputFile::write(const std::string& text) {
  if (path_ == "-") {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
        std::fflush(stdout) != 0) {
      throw cannot_write("standard output");
    }
    return;
  }
  if (temporary_.empty()) {
    if (!write_whole(path_, text)) {
      throw cannot_write(path_);
    }
    return;
  }
  std::error_code error;
  if (write_whole(temporary_, text)) {
    std::filesystem::rename(temporary_, path_, error);
    if (!error) {
      temporary_.clear();
      return;
    }
  }
  throw cannot_write(path_);
}

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
