// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/validators.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string>

namespace hb::cli {

CLI::Validator integer(std::uint64_t low, std::uint64_t high) {
  const std::string range =
      fmt::format("{} to {}", low, high == kMost64 ? "2^64-1" : std::to_string(high));
  const auto read = [=](std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size();
    if (!good || value < low || value > high) {
      return fmt::format("\"{}\" (expected an integer from {})", text, range);
    }
    text = std::to_string(value);
    return std::string();
  };
  return CLI::Validator(read, range, "integer");
}

CLI::Validator not_empty(const char* expected) {
  return CLI::Validator(
      [=](const std::string& text) {
        return text.empty() ? fmt::format("an empty name (expected {})", expected) : "";
      },
      "", "not empty");
}

CLI::Validator factor() {
  const auto read = [](const std::string& text) {
    float value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good =
        error == std::errc() && end == text.data() + text.size() && std::isnormal(value);
    return good && value > 0 ? std::string()
                             : fmt::format("\"{}\" (expected a number above 0, e.g. 0.5)", text);
  };
  return CLI::Validator(read, "NUMBER", "factor");
}

}  // namespace hb::cli
