// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy as tables show it.
#pragma once

#include <string>

namespace hb::report {

/// A unit of energy: the one in which the total has at most six digits.
struct EnergyUnit {
  const char* name;
  double picojoules;
};

/// For a table whose total is `total` pJ.
[[nodiscard]] EnergyUnit energy_unit(double total);

/// Four digits or more, at most three of them behind the point.
[[nodiscard]] std::string digits(double value);

}  // namespace hb::report
