// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The table of toggled bits: how much of what could toggle did, and energy by toggles beside energy
// by counts.
#pragma once

#include <string>

#include "sw/report/report.hpp"

namespace hb::report {

/// At most 100 columns wide; empty where toggles were not counted.
[[nodiscard]] std::string activity_table(const Report& report);

}  // namespace hb::report
