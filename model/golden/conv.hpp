// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One CONV command on the buffers' bytes (docs/commands.md section 3).
#pragma once

#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "model/golden/buffers.hpp"

namespace hb::golden {

/// Runs the CONV that is command `index` of its program; it has passed arch::check(). Reads the
/// whole input before it writes: a command whose output overlaps its own input or residual has no
/// untimed meaning. A partial CONV leaves its sums in the buffers' array_sums(), where the next one
/// finds them.
void run_conv(const arch::Machine& machine, const arch::Conv& conv, std::uint32_t index,
              Buffers& buffers);

}  // namespace hb::golden
