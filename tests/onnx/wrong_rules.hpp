// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Formulas that look right and are not, to show that the random networks would tell.
#pragma once

#include <string>
#include <vector>

#include "sw/reference/rules.hpp"

namespace hb::test {

struct WrongRules {
  std::string name;
  std::string what;
  reference::Rules rules;
};

[[nodiscard]] std::vector<WrongRules> wrong_rules();

}  // namespace hb::test
