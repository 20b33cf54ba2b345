// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The end of a failed assertion.
#include "model/arch/error.hpp"

#include <cstdio>
#include <cstdlib>

namespace hb {

void assertion_failed(const char* condition, const char* file, int line,
                      const std::string& message) {
  fmt::print(stderr, "{}:{}: assertion failed: {}: {}\n", file, line, condition, message);
  std::fflush(stderr);
  std::abort();
}

}  // namespace hb
