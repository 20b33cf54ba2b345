// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Waves of the RTL. Only an executable of its own has a machine's waves compiled in
// (halfbyte_wave_NAME, beside halfbyte); it is built when waves are first asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/arch/program.hpp"
#include "sim/artefact.hpp"
#include "sim/options.hpp"
#include "sim/run.hpp"
#include "sw/cli/options.hpp"

namespace hb::cli {

/// "A:B" or "A:" as cycles of the run, both ends included. Empty if `text` is neither, or B < A.
[[nodiscard]] std::optional<sim::WaveRange> parse_cycles(std::string_view text);

/// What `options` ask for. Where that is waves and this executable has none of `program`'s machine,
/// does not return: builds the executable that has them and becomes it, with the same arguments.
/// Throws hb::Error if that cannot be, or the wave file cannot be written.
[[nodiscard]] std::optional<sim::WaveOptions> wave_options(const Options& options,
                                                           const arch::Program& program);

/// Writes the waves of the last cycles before `divergence` beside `artefact`, by replaying it in
/// the executable that has waves, and says so on standard error. `result` is the run that diverged.
void keep_waves(const sim::Artefact& artefact, const arch::Program& program,
                const sim::RunResult& result, bool quiet);

/// For people: what is in the file of `options`.
[[nodiscard]] std::string wave_text(const Options& options, const sim::WaveRange& range);

}  // namespace hb::cli
