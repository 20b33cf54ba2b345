// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arch/file.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <system_error>

#include "model/arch/error.hpp"

namespace hb::arch {

namespace {

constexpr int kMostLinks = 40;

Error cannot_write(const std::string& path) {
  return bad_input(path, "cannot be written", "a file in a directory that exists, with room");
}

bool write_whole(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  return stream.good();
}

/// Follows links by hand: the last one may name a file that is not there yet.
std::filesystem::path follow_links(std::filesystem::path path) {
  std::error_code error;
  for (int i = 0; i < kMostLinks && std::filesystem::is_symlink(path, error); ++i) {
    path = path.parent_path() / std::filesystem::read_symlink(path, error);
  }
  return path;
}

}  // namespace

std::string read_file(const std::filesystem::path& file, std::string_view expected) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw bad_input(file.string(), "cannot be read", expected);
  }
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = stream ? std::streamoff{stream.tellg()} : -1;
  if (size < 0) {
    throw bad_input(file.string(), "cannot be read", expected);
  }
  std::string bytes(static_cast<std::size_t>(size), '\0');
  stream.seekg(0);
  stream.read(bytes.data(), size);
  if (stream.gcount() != size) {
    throw bad_input(file.string(), "cannot be read to its end", expected);
  }
  return bytes;
}

OutputFile::OutputFile(std::string path) : path_(std::move(path)), target_(follow_links(path_)) {
  if (path_ == "-") {
    return;
  }
  std::error_code error;
  const auto status = std::filesystem::symlink_status(target_, error);
  const bool there = std::filesystem::exists(status);
  const bool folder = std::filesystem::is_directory(status);
  const bool endless = std::filesystem::is_symlink(status);
  if (path_.empty() || folder || endless) {
    throw cannot_write(path_);
  }
  if (there && !std::filesystem::is_regular_file(status)) {
    return;
  }
  std::filesystem::path beside = target_;
  beside += fmt::format(".{}.tmp", ::getpid());
  if (!write_whole(beside, "")) {
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

void OutputFile::write(const std::string& bytes) {
  if (path_ == "-") {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size() ||
        std::fflush(stdout) != 0) {
      throw cannot_write("standard output");
    }
    return;
  }
  if (temporary_.empty()) {
    if (!write_whole(target_, bytes)) {
      throw cannot_write(path_);
    }
    return;
  }
  std::error_code error;
  if (write_whole(temporary_, bytes)) {
    std::filesystem::rename(temporary_, target_, error);
    if (!error) {
      temporary_.clear();
      return;
    }
  }
  throw cannot_write(path_);
}

}  // namespace hb::arch
