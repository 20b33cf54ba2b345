// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One POOL command on the buffers' bytes (docs/commands.md section 4).
#pragma once

#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/golden/buffers.hpp"

namespace hb::golden {

/// Runs the POOL that is command `index` of its program; it has passed arch::check(). A command
/// whose output overlaps its own input has no untimed meaning.
void run_pool(const arch::Pool& pool, std::uint32_t index, Buffers& buffers);

}  // namespace hb::golden
