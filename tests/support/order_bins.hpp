// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bins for what a compute command has to do with those before it: whose words it reads, which mode
// and which partial sums it follows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::test {

/// Follows a program command by command.
class OrderBins {
 public:
  explicit OrderBins(const arch::Machine& machine);

  [[nodiscard]] static std::vector<std::string> names();
  /// The bins that the next command of the program hits.
  [[nodiscard]] std::vector<std::string> next(const arch::CommandWords& words);

 private:
  /// Who wrote a word of the activation buffer last.
  enum class Writer : std::uint8_t { kNobody, kLoad, kConv, kPool };
  /// `count` pieces of `length` words, `stride` apart.
  struct Words {
    std::uint32_t start = 0;
    std::uint32_t stride = 0;
    std::uint32_t count = 1;
    std::uint32_t length = 1;
  };

  void note(Writer writer, const Words& words);
  [[nodiscard]] Words words_of(const arch::Conv& conv, const arch::Output& output) const;
  [[nodiscard]] std::uint32_t banks_of(const Words& words) const;
  void add_conv(const arch::Conv& conv);
  void add_pool(const arch::Pool& pool);
  void add_residual(const arch::Conv& conv);
  void add_sums(const arch::Conv& conv);
  void hit_if(bool condition, const char* name) {
    if (condition) hits_.emplace_back(name);
  }

  arch::Machine machine_;
  std::vector<Writer> writers_;     ///< by word
  std::optional<arch::Conv> conv_;  ///< the latest CONV
  bool pool_since_ = false;         ///< a POOL came after it
  bool pool_last_ = false;          ///< the latest compute command was a POOL
  std::uint32_t links_ = 0;         ///< partial CONVs whose sums are in the array
  std::vector<std::string> hits_;
};

}  // namespace hb::test
