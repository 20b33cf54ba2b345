// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/names.hpp"

#include <algorithm>
#include <cstddef>

namespace hb::import {
namespace {

constexpr std::size_t kLongestShown = 120;
constexpr std::size_t kLongestName = 1000;

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7F; }

/// Bytes that follow the first of an UTF-8 sequence, or -1 if `first` begins none.
int continuation_bytes(unsigned char first) {
  if (first < 0x80) return 0;
  if (first >= 0xC2 && first < 0xE0) return 1;
  if (first >= 0xE0 && first < 0xF0) return 2;
  if (first >= 0xF0 && first < 0xF5) return 3;
  return -1;
}

/// The second byte excludes overlong forms, surrogates and values past U+10FFFF.
bool second_is_good(unsigned char first, unsigned char second) {
  switch (first) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second < 0xA0;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second < 0x90;
    default:
      return true;
  }
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = continuation_bytes(first);
    if (more < 0 || text.size() - i <= static_cast<std::size_t>(more)) return false;
    for (int k = 1; k <= more; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]);
      if (byte < 0x80 || byte > 0xBF || (k == 1 && !second_is_good(first, byte))) return false;
    }
    i += static_cast<std::size_t>(more);
  }
  return true;
}

}  // namespace

std::string shown(std::string_view name) {
  std::string text(name.substr(0, kLongestShown));
  const bool utf8 = is_utf8(name) && name.size() <= kLongestShown;
  std::replace_if(
      text.begin(), text.end(),
      [utf8](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return is_control(byte) || (!utf8 && byte >= 0x80);
      },
      '?');
  return "'" + text + (name.size() > kLongestShown ? "...'" : "'");
}

std::string list(const std::vector<std::int64_t>& values) {
  std::string text = "[";
  for (const std::int64_t value : values) {
    text += fmt::format("{}{}", text.size() == 1 ? "" : ", ", value);
    if (text.size() > kLongestShown) return text + ", ...]";
  }
  return text + "]";
}

bool is_clean(std::string_view name) {
  return name.size() <= kLongestName && is_utf8(name) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return is_control(static_cast<unsigned char>(c)); });
}

}  // namespace hb::import
