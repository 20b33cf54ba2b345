// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How many random values a test tries.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace hb::rtl_test {

/// HB_MILLIONS million values if set (a long run), else `usual`.
[[nodiscard]] inline std::size_t random_values(std::size_t usual) {
  const char* millions = std::getenv("HB_MILLIONS");
  if (millions == nullptr) return usual;
  return std::size_t{1000000} * std::strtoull(millions, nullptr, 10);
}

}  // namespace hb::rtl_test
