// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Lists in messages.
#pragma once

#include <fmt/format.h>

#include <string>

namespace hb::cli {

/// "a, b, c". (fmt::join() makes g++ 12 warn of fmt's own code.)
template <class List>
[[nodiscard]] std::string list_text(const List& list, const char* between = ", ") {
  std::string text;
  for (const auto& item : list) {
    text += fmt::format("{}{}", text.empty() ? "" : between, item);
  }
  return text;
}

}  // namespace hb::cli
