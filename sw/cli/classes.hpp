// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The class that a network predicts, and the one that it should.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"

namespace hb::cli {

/// Whether the first output is one value per class, at least two.
[[nodiscard]] bool is_vector(const arch::Program& program);

/// Position of the largest value, the first of equals, of the first output. Precondition:
/// is_vector().
[[nodiscard]] std::uint32_t predicted_class(const arch::Program& program,
                                            const std::vector<std::uint8_t>& memory);

/// Counts what is right.
class Labels {
 public:
  /// None without --labels. Throws hb::Error naming the file unless it holds one class (0 or more)
  /// for each of the `images` of the input files.
  Labels(const Options& options, std::size_t images);

  [[nodiscard]] bool there() const { return !classes_.empty(); }
  /// "image 3  class 7  label 5  wrong": image `index`'s prediction, counted.
  [[nodiscard]] std::string judge(std::size_t index, std::uint32_t predicted);
  [[nodiscard]] std::uint64_t correct() const { return correct_; }

 private:
  std::vector<std::int64_t> classes_;
  std::uint64_t correct_ = 0;
};

}  // namespace hb::cli
