// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The timed engines, with the memory that the program asks for.
#pragma once

#include "model/arch/program.hpp"
#include "sim/options.hpp"

namespace hb::cli {

/// Every cycle of `program` by formula. Precondition: its memory does not stall at random. Throws
/// hb::Error for a program that is not legal as a whole.
[[nodiscard]] arch::Timeline play_formulas(const arch::Program& program);

/// Options of a simulation of `program`.
[[nodiscard]] sim::RunOptions run_options(const arch::Program& program, sim::View view);

}  // namespace hb::cli
