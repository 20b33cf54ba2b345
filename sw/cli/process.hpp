// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Other programs, run as processes of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hb::cli {

/// Where a child's standard output and standard error go.
enum class ChildOutput {
  kStandardError,  ///< both to our standard error
  kFile,           ///< both to a file
};

/// Runs `arguments` (the program first; its path, or a name in PATH) and waits for it: its exit
/// code, or -1 if it could not be started or a signal ended it. With kFile, `file` receives what it
/// prints.
[[nodiscard]] int run_process(const std::vector<std::string>& arguments, ChildOutput output,
                              const std::filesystem::path& file = {});

/// Becomes `arguments`' program. Returns only if that cannot be.
void become(const std::vector<std::string>& arguments);

/// Holds the lock of `file`, made if missing, against other processes; waits for it.
class ProcessLock {
 public:
  /// Throws hb::Error if `file` cannot be written.
  explicit ProcessLock(const std::filesystem::path& file);
  ~ProcessLock();
  ProcessLock(const ProcessLock&) = delete;
  ProcessLock& operator=(const ProcessLock&) = delete;

 private:
  int descriptor_;
};

}  // namespace hb::cli
