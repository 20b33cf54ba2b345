// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Runs the halfbyte command, in a folder that goes away with the test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hb::test {

struct Outcome {
  int exit_code = -1;  ///< -1: ended by a signal
  std::string out;
  std::string err;
};

class Sandbox {
 public:
  Sandbox();
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// `halfbyte arguments...` in the sandbox; its standard output goes to the file `output`.
  [[nodiscard]] Outcome halfbyte(const std::vector<std::string>& arguments,
                                 const std::string& output = "stdout") const;
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] std::string read(const std::string& name) const;
  void write(const std::string& name, const std::string& bytes) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace hb::test
