// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which bytes of the buffers a CONV or POOL reads: reads of bytes that nobody wrote are noted.
#pragma once

#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "model/golden/buffers.hpp"

namespace hb::golden {

/// Input words that some output pixel meets, the bytes of the residual that belong to the output,
/// weight rows, and the parameter rows that the command's contract and outputs need.
void note_reads(const arch::Machine& machine, const arch::Conv& conv, std::uint32_t index,
                Buffers& buffers);

/// Input words inside the window of some output pixel.
void note_reads(const arch::Pool& pool, std::uint32_t index, Buffers& buffers);

}  // namespace hb::golden
