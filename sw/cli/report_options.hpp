// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Options that write a run, or a table, for other programs.
#pragma once

#include <CLI/CLI.hpp>

#include "sw/cli/options.hpp"

namespace hb::cli {

/// --trace, of the commands that know cycles.
void add_trace(CLI::App& command, Options& options);
/// --csv, of the commands that print a table.
void add_csv(CLI::App& command, Options& options);

/// Throws hb::Error where they ask for what there cannot be: a trace without cycles, two files in
/// one stream.
void check_reports(const Options& options);
/// Throws hb::Error where two files that are written are one, or a file that is written is read.
void check_files(const Options& options);

/// Whether a report goes to standard output, so that the tables must go elsewhere.
[[nodiscard]] bool output_is_taken(const Options& options);

}  // namespace hb::cli
