// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A wave file (FST) on its way: written beside its name, and there only when it is whole.
#pragma once

#include <filesystem>
#include <memory>

namespace hb::sim {

class WaveFile {
 public:
  /// Makes sure now, before any work, that `file` can be written. Throws hb::Error if it cannot, or
  /// is there and no regular file. One at a time.
  explicit WaveFile(const std::filesystem::path& file);
  /// Leaves nothing of a file that commit() did not see; nor does a disk that fills up meanwhile,
  /// which ends the process with exit code 2.
  ~WaveFile();
  WaveFile(const WaveFile&) = delete;
  WaveFile& operator=(const WaveFile&) = delete;

  /// Where the waves are to be written.
  [[nodiscard]] const std::filesystem::path& beside() const { return beside_; }

  /// Gives the closed file its name. Throws hb::Error if it is not whole: the writer of Verilator
  /// does not say when the disk is full.
  void commit();

 private:
  class FullDisk;

  std::filesystem::path file_;
  std::filesystem::path target_;  ///< `file_`, links followed
  std::filesystem::path beside_;
  std::unique_ptr<FullDisk> full_disk_;
};

/// Whether `file` is a chain of whole FST blocks that holds a header, geometry, hierarchy and value
/// changes. A block is a type byte and a section; the section's first 8 bytes are its length, high
/// byte first.
[[nodiscard]] bool is_whole_fst(const std::filesystem::path& file);

}  // namespace hb::sim
