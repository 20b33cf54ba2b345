// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What the machine did that it must never do, in words.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/arch/events.hpp"

namespace hb::sim {

/// Collects the first few violations of a run; more of them would say nothing new.
class Violations {
 public:
  static constexpr std::size_t kMost = 16;

  /// `t`: cycle since the start of reset.
  template <class... Args>
  void add(arch::Cycles t, fmt::format_string<Args...> format, Args&&... args) {
    if (list_.size() < kMost) {
      list_.push_back(
          fmt::format("cycle {}: {}", t, fmt::format(format, std::forward<Args>(args)...)));
    }
  }
  [[nodiscard]] bool empty() const { return list_.empty(); }
  [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

 private:
  std::vector<std::string> list_;
};

}  // namespace hb::sim
