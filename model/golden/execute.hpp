// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Untimed execution of a program: what the bytes of the memory must be (docs/commands.md).
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/program.hpp"
#include "model/golden/buffers.hpp"

namespace hb::golden {

struct Result {
  arch::ErrorCode error = arch::ErrorCode::kNone;
  std::uint32_t error_index = 0;
  /// The program's image after its stores, longer than before if they went beyond it (zeros in
  /// between).
  std::vector<std::uint8_t> memory;
};

/// Runs the commands one at a time in program order. Bytes that the image does not hold read as 0;
/// commands are fetched from the image as given, whatever the program stores there.
///
/// Errors: doorbell, failed checks and TRUNCATED (codes 1 to 9) are the machine's own. All commands
/// before the error count as executed; a machine may stop earlier, since commands that wait when it
/// stops never start: compare memory after an error only with the stores that started there.
/// TOKEN_OVERFLOW is reported when the sequential order overflows a counter. The other codes need
/// time and never come from here.
///
/// Throws hb::Error naming the command if a wait does not find its token: the program breaks the
/// sequential rule.
///
/// `undefined` (optional) receives reads of bytes that the program never wrote, the first row per
/// command and buffer. A program with such reads has no defined result.
[[nodiscard]] Result execute(const arch::Program& program,
                             std::vector<Undefined>* undefined = nullptr);

}  // namespace hb::golden
