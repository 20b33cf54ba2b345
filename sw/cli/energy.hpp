// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The energy table that a command uses, and a program's energy by formula.
#pragma once

#include <optional>

#include "sw/cli/options.hpp"
#include "sw/energy/rates.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

/// Of --energy, --ert or the built-in table, for `machine`. Throws hb::Error for a bad table.
[[nodiscard]] energy::Rates energy_rates(const Options& options, const arch::Machine& machine);

/// Cycles and energy of `program` by formula.
[[nodiscard]] report::Report formula_report(const Options& options, const arch::Program& program);
/// All of a row's energy, where it is known.
[[nodiscard]] std::optional<energy::Picojoules> energy_of(const report::Row& row);

}  // namespace hb::cli
