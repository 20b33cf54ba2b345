// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/divergence.hpp"

#include <fmt/format.h>

namespace hb::sim {

std::string describe(const Place& place) {
  std::string text;
  const auto add = [&text](std::string_view name, const auto& value) {
    if (value) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, *value);
    }
  };
  add("command", place.command);
  add("layer", place.layer);
  add("tile", place.tile);
  add("pixel", place.pixel);
  add("row", place.row);
  add("column", place.column);
  return text;
}

std::string Divergence::describe() const {
  const std::string where = sim::describe(place);
  return fmt::format("cycle {}{}: {}: SystemC {}, RTL {}{}{}", cycle,
                     running ? "" : " after reset (not running)", signal, expected, actual,
                     where.empty() ? "" : "; ", where);
}

}  // namespace hb::sim
