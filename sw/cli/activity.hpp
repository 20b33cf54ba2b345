// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Toggled bits of a run: only an executable of its own counts a machine's (halfbyte_activity_NAME,
// beside halfbyte); it is built when toggles are first asked for.
#pragma once

#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"
#include "sw/energy/rates.hpp"

namespace hb::cli {

/// Throws hb::Error if `options` ask for toggles and their energy is not in `rates`, or the engine
/// has none.
void check_activity(const Options& options, const energy::Rates& rates);

/// Whether `options` ask for toggles. Where this executable does not count those of `program`'s
/// machine, does not return: builds the one that does and becomes it, with the same arguments.
[[nodiscard]] bool counts_activity(const Options& options, const arch::Program& program);

}  // namespace hb::cli
