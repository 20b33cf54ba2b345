// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Options of `halfbyte sweep`.
#pragma once

#include <CLI/CLI.hpp>

#include "sw/cli/options.hpp"

namespace hb::cli {

/// All but the table of energy, which other commands have too. Without --jobs: a thread per core.
void add_sweep(CLI::App& sweep, Options& options);

}  // namespace hb::cli
