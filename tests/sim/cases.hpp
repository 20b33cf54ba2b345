// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One seed's program, its memory, and how its run must end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sim/options.hpp"
#include "tests/sim/faults.hpp"
#include "tests/support/coverage.hpp"

namespace hb::test {

struct Case {
  arch::Program program;
  sim::RunOptions options;
  ExpectedErrors expected;  ///< empty: it ends well
  std::string name;         ///< of the error's bin
};

/// Of every twelve programs one is illegal, each code equally often, and two are stopped by a fault
/// from outside, each kind equally often with and without stalls.
[[nodiscard]] Case case_of(std::uint64_t seed, const arch::Machine& machine, Coverage& coverage);

/// Bins that need more than the commands of a legal program.
[[nodiscard]] std::vector<std::string> case_bins();

/// Counts in `coverage` that the error of `one` came, and in `recovered` that a program then ran on
/// the same machine.
void count_error(const Case& one, bool recovered, Coverage& coverage);

/// A program to follow on the machine that a run has stopped.
[[nodiscard]] arch::Program follower_of(std::uint64_t seed, const arch::Machine& machine);

/// The formulas' timeline of `program` on deterministic memory.
[[nodiscard]] arch::Timeline formula(const arch::Program& program, const sim::RunOptions& options);

}  // namespace hb::test
