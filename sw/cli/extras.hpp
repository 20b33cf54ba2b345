// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What `estimate` can put beside its table: cost models, SCALE-Sim's reports, notes.
#pragma once

#include "sw/cli/model.hpp"
#include "sw/cli/options.hpp"
#include "sw/cli/show.hpp"

namespace hb::cli {

/// Tells people, unless --quiet, what of the model's files means something else here.
void show_notes(const Options& options, const Model& model);

/// Throws hb::Error where the options ask for what a network cut into parts has not: one timeline.
void refuse_extras(const Options& options);

/// Shows and writes what the options ask for, of the model's whole program played to `timeline`;
/// what belongs into the JSON is left in `finished`.
void add_extras(const Options& options, const Model& model, const arch::Timeline& timeline,
                const report::Report& report, const Show& show, Finished& finished);

}  // namespace hb::cli
