// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Strict reading of JSON: what is unknown, missing, repeated or of another type is an hb::Error
// that says where.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace hb::arch {

using Json = nlohmann::ordered_json;

/// Parses `text`; a key twice in one object is an error like any other.
[[nodiscard]] Json parse_json(const std::string& text, const std::string& origin);

/// Throws unless `object` is a JSON object with exactly these keys, in any order.
void require_keys(const Json& object, std::initializer_list<std::string_view> keys,
                  const std::string& where);

/// Value of `object[key]`, an integer of `low`..`high`.
[[nodiscard]] std::uint64_t read_integer(const Json& object, const char* key, std::uint64_t low,
                                         std::uint64_t high, const std::string& where);
[[nodiscard]] std::string read_string(const Json& object, const char* key,
                                      const std::string& where);
/// `object[key]`, an array.
[[nodiscard]] const Json& read_array(const Json& object, const char* key, const std::string& where);

}  // namespace hb::arch
