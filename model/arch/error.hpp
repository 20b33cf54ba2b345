// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Errors that a user can cause (hb::Error) and bugs of ours (HB_ASSERT).
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace hb {

/// Bad input: what is wrong, where (file, node or key) and what was expected. `main` turns it into
/// exit code 2.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// `where: what (expected ...)`, the one form of message for bad input.
[[nodiscard]] inline Error bad_input(std::string_view where, std::string_view what,
                                     std::string_view expected) {
  return Error(fmt::format("{}: {} (expected {})", where, what, expected));
}

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line,
                                   const std::string& message);

}  // namespace hb

/// Always on, release builds too: `HB_ASSERT(a == b, "a {} b {}", a, b)`. A failure is a bug, never
/// bad input.
#define HB_ASSERT(condition, ...)                                                       \
  do {                                                                                  \
    if (!(condition)) [[unlikely]]                                                      \
      ::hb::assertion_failed(#condition, __FILE__, __LINE__, fmt::format(__VA_ARGS__)); \
  } while (false)
