// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Strict reading of YAML (and so of JSON): every error names the file and the line.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/arch/error.hpp"

namespace hb::energy {

/// A text's YAML, for errors in it.
struct Document {
  std::string origin;  ///< the file, for messages
  YAML::Node root{};
};

/// Throws hb::Error for anything that is not one YAML document, or has a key twice in one map.
[[nodiscard]] Document parse_yaml(const std::string& text, const std::string& origin);

/// "FILE, line 7".
[[nodiscard]] std::string place_of(const Document& document, const YAML::Node& node);
/// `place_of: what (expected ...)`.
[[nodiscard]] Error bad_node(const Document& document, const YAML::Node& node,
                             std::string_view what, std::string_view expected);

/// Throws unless `node` is a map with all keys of `required` and none beyond these and `optional`.
void require_map(const Document& document, const YAML::Node& node, const std::string& what,
                 const std::vector<std::string_view>& required,
                 const std::vector<std::string_view>& optional);
/// `map[key]`, a text that is not empty.
[[nodiscard]] std::string read_text(const Document& document, const YAML::Node& map,
                                    const char* key, const std::string& what);
/// Largest number of a table: so that no sum leaves the range of a double.
inline constexpr double kMostAmount = 1e12;

/// `map[key]`, a finite number, 0..kMostAmount.
[[nodiscard]] double read_amount(const Document& document, const YAML::Node& map, const char* key,
                                 const std::string& what);

}  // namespace hb::energy
