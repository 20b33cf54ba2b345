// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The energy table that a command uses.
#pragma once

#include "sw/cli/options.hpp"
#include "sw/energy/rates.hpp"

namespace hb::cli {

/// Of --energy, --ert or the built-in table, for `machine`. Throws hb::Error for a bad table.
[[nodiscard]] energy::Rates energy_rates(const Options& options, const arch::Machine& machine);

}  // namespace hb::cli
