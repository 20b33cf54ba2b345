// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// CONVs and POOLs on both sides of every rule of docs/commands.md sections 3 and 4.
#pragma once

#include <string>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::test {

struct EdgeCommand {
  std::string name;  ///< what is wrong, or just right
  arch::ErrorCode code = arch::ErrorCode::kNone;
  arch::CommandWords words{};
};

/// Commands made from the legal `conv` that each break one rule, and ones that keep it by one
/// (kNone). They are made for the checks alone: what they read need not be there.
[[nodiscard]] std::vector<EdgeCommand> edge_commands(const arch::Machine& machine,
                                                     const arch::Conv& conv);

}  // namespace hb::test
