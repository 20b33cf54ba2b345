// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/wave_file.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <set>
#include <system_error>

#include "model/arch/error.hpp"

namespace hb::sim {
namespace {

constexpr const char* kHierarchyEnding =
    ".hier";  ///< of the FST writer's own file, until it closes

Error cannot_write(const std::filesystem::path& file) {
  return bad_input(file.string(), "cannot be written",
                   "a file in a directory that exists, with room");
}

}  // namespace

/// The FST writer maps its files into memory, where a full disk is no error but SIGBUS: while this
/// lives, the signal removes the files and ends the process as bad input. One at a time.
class WaveFile::FullDisk {
 public:
  FullDisk(const std::filesystem::path& file, const std::filesystem::path& beside)
      : beside_(beside.string()), hierarchy_(beside_ + kHierarchyEnding) {
    HB_ASSERT(current_ == nullptr, "two wave files at once, the second {}", file.string());
    message_ = fmt::format("halfbyte: {}\n", cannot_write(file).what());
    current_ = this;
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigaction(SIGBUS, &action, &before_);
  }
  ~FullDisk() {
    ::sigaction(SIGBUS, &before_, nullptr);
    current_ = nullptr;
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  /// May neither allocate nor format.
  static void on_signal(int /*signal*/) {
    ::unlink(current_->beside_.c_str());
    ::unlink(current_->hierarchy_.c_str());
    const std::string& message = current_->message_;
    [[maybe_unused]] const ssize_t said = ::write(STDERR_FILENO, message.data(), message.size());
    constexpr int kBadInput = 2;  // as for every file that cannot be written
    ::_exit(kBadInput);
  }

  static FullDisk* current_;
  std::string beside_;
  std::string hierarchy_;
  std::string message_;
  struct sigaction before_ {};
};

WaveFile::FullDisk* WaveFile::FullDisk::current_ = nullptr;

namespace {

/// Kinds of FST blocks by their type byte; the variants differ in compression.
enum class Block : std::uint8_t { kHeader, kChanges, kGeometry, kHierarchy, kOther };

Block kind(int type) {
  switch (type) {
    case 0:
      return Block::kHeader;
    case 1:
    case 5:
    case 8:
      return Block::kChanges;
    case 3:
      return Block::kGeometry;
    case 4:
    case 6:
    case 7:
      return Block::kHierarchy;
    default:
      return Block::kOther;
  }
}

}  // namespace

bool is_whole_fst(const std::filesystem::path& file) {
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(file, error);
  std::ifstream stream(file, std::ios::binary);
  std::set<Block> seen;
  std::uint64_t at = 0;
  while (!error && at < size) {
    std::array<char, 9> head{};
    stream.seekg(static_cast<std::streamoff>(at));
    if (!stream.read(head.data(), head.size())) {
      return false;
    }
    std::uint64_t length = 0;
    for (std::size_t i = 1; i < head.size(); ++i) {
      length = length << 8 | static_cast<std::uint8_t>(head[i]);
    }
    if (length < 8 || length > size - at - 1) {
      return false;
    }
    seen.insert(kind(static_cast<std::uint8_t>(head[0])));
    at += 1 + length;
  }
  return seen ==
         std::set<Block>{Block::kHeader, Block::kChanges, Block::kGeometry, Block::kHierarchy};
}

WaveFile::WaveFile(const std::filesystem::path& file) : file_(file) {
  std::error_code error;
  target_ = std::filesystem::weakly_canonical(file_, error);
  const bool there = !error && std::filesystem::exists(target_, error);
  if (error || file_.empty() || (there && !std::filesystem::is_regular_file(target_, error))) {
    throw cannot_write(file_);
  }
  std::filesystem::path beside = target_;
  beside += fmt::format(".{}.tmp", ::getpid());
  if (!std::ofstream(beside, std::ios::binary)) {
    throw cannot_write(file_);
  }
  beside_ = beside;
  full_disk_ = std::make_unique<FullDisk>(file_, beside_);
}

WaveFile::~WaveFile() {
  if (beside_.empty()) {
    return;
  }
  std::error_code ignored;
  std::filesystem::remove(beside_, ignored);
  beside_ += kHierarchyEnding;
  std::filesystem::remove(beside_, ignored);
}

void WaveFile::commit() {
  std::error_code error;
  if (is_whole_fst(beside_)) {
    std::filesystem::rename(beside_, target_, error);
    if (!error) {
      beside_.clear();
      full_disk_.reset();
      return;
    }
  }
  throw cannot_write(file_);
}

}  // namespace hb::sim
