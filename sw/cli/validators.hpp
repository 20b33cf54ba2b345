// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What values options may have.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <limits>

namespace hb::cli {

inline constexpr std::uint64_t kMost64 = std::numeric_limits<std::uint64_t>::max();
inline constexpr std::uint64_t kMostJobs = 1024;

/// Takes decimal integers only; CLI11's own reader wraps, and reads 010 as 8.
[[nodiscard]] CLI::Validator integer(std::uint64_t low, std::uint64_t high);
[[nodiscard]] CLI::Validator not_empty(const char* expected);
/// A positive decimal number that float32 holds.
[[nodiscard]] CLI::Validator factor();

}  // namespace hb::cli
