// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Errors that come from outside a legal program: bad responses of the bus, and aborts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sim/options.hpp"
#include "tests/support/illegal_command.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

enum class FaultKind : std::uint8_t {
  kFetchSlave,
  kFetchDecode,
  kLoadSlave,
  kLoadDecode,
  kStoreSlave,
  kStoreDecode,
  kTwoPorts,  ///< bad responses at two ports in one run
  kAbort,
};
inline constexpr std::uint32_t kFaultKinds = 8;

/// "SLVERR at load" and the like.
[[nodiscard]] std::string fault_name(FaultKind kind);

/// Errors of which the run may end with any one: two faults race.
using ExpectedErrors = std::vector<ExpectedError>;

/// Puts bus faults of `kind` into `options`: at any beat (or write response) of the run of the
/// legal `program`, its first and last rather often. None where the program leaves the port alone.
[[nodiscard]] ExpectedErrors inject(Random& random, FaultKind kind, const arch::Program& program,
                                    sim::RunOptions& options);

/// Puts an abort into one of the first `cycles` cycles of a run.
[[nodiscard]] ExpectedErrors inject_abort(Random& random, sim::Cycles cycles,
                                          sim::RunOptions& options);

/// The memory after `run` of `program` was stopped: the golden model's, of the commands that
/// started.
[[nodiscard]] std::vector<std::uint8_t> memory_after_stop(const arch::Program& program,
                                                          const arch::Timeline& run);

}  // namespace hb::test
