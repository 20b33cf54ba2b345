// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Programs that one illegal command, or a missing END, stops.
#pragma once

#include <cstdint>

#include "model/arch/program.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// How a program must end.
struct ExpectedError {
  arch::ErrorCode code = arch::ErrorCode::kNone;
  std::uint32_t index = 0;
};

/// Puts a command that fails check `code` (1 .. 8) at a random index of the legal `program`, in
/// place of what is there or before it; for TRUNCATED drops END. Commands up to there stay as they
/// are. Precondition: the commands are the end of the program's memory, as link() leaves them.
ExpectedError make_illegal(Random& random, arch::ErrorCode code, arch::Program& program);

}  // namespace hb::test
