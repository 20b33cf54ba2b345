// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Files read whole, and files written whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace hb::arch {

/// Bytes of a regular file. Throws hb::Error, `expected` in its message, for anything else: a pipe
/// is not even opened, which could wait for ever.
[[nodiscard]] std::string read_file(const std::filesystem::path& file, std::string_view expected);

/// A file that appears under its name only when it is complete. Links are followed; what is there
/// and no regular file (a device, a pipe) is written in place.
class OutputFile {
 public:
  /// Makes sure now, before any work, that `path` can be written; "-" is standard output. Throws
  /// hb::Error if it cannot.
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws hb::Error if the bytes cannot be written whole.
  void write(const std::string& bytes);

 private:
  std::string path_;
  std::filesystem::path target_;     ///< what `path_` names, links followed
  std::filesystem::path temporary_;  ///< empty: written in place
};

}  // namespace hb::arch
