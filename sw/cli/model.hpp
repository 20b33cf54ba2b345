// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From the user's MODEL to the program that the machine runs.
#pragma once

#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"

namespace hb::cli {

/// The program, with the memory's timing and stalls that hold for this run; to estimate a built-in
/// layer its commands alone. Throws hb::Error for anything that is no model, a layer that does not
/// fit the machine, or options that do not go with it.
[[nodiscard]] arch::Program resolve_model(const Options& options);

}  // namespace hb::cli
