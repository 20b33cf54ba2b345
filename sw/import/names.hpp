// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What stops a node from being imported, and how names appear in messages.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hb::import {

/// Why a node cannot be imported: what is wrong and what was expected. The importer says which node
/// it is and goes on, so that one message can list all.
class Refusal : public std::runtime_error {
 public:
  Refusal(std::string_view what, std::string_view expected)
      : std::runtime_error(fmt::format("{} (expected {})", what, expected)) {}
};

/// A node reads what an already refused node should have made: nothing new to say.
struct Consequence {};

/// `name` in quotes, shortened, without characters that could upset a terminal.
[[nodiscard]] std::string shown(std::string_view name);

/// "[1, 64, 8, 8]", shortened.
[[nodiscard]] std::string list(const std::vector<std::int64_t>& values);

/// Whether `name` is UTF-8 without control characters and not too long, so that tables, JSON and
/// file names can hold it.
[[nodiscard]] bool is_clean(std::string_view name);

}  // namespace hb::import
