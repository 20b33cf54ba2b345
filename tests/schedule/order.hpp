// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A second opinion on tokens: which pairs of commands conflict, word by word, and which are
// ordered, by a graph.
#pragma once

#include <string>
#include <vector>

#include "model/arch/program.hpp"

namespace hb::test {

/// Two commands that docs/commands.md section 1 wants ordered, and that engines and tokens leave
/// unordered; or twice one command that conflicts with itself.
struct Unordered {
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
  std::string what;
};

/// Every such pair of a program. Knows commands from their words only.
[[nodiscard]] std::vector<Unordered> unordered_pairs(const arch::Program& program);

/// Tokens in the whole program.
[[nodiscard]] std::uint32_t count_tokens(const arch::Program& program);

}  // namespace hb::test
