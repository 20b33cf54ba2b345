// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What each command of `halfbyte` does.
#pragma once

#include "sw/cli/options.hpp"

namespace hb::cli {

/// Exit codes of the process.
enum class Exit : int { kGood = 0, kMismatch = 1, kBadInput = 2, kStopped = 3 };

/// Does what `options` ask for. Throws hb::Error for bad input.
[[nodiscard]] Exit dispatch(const Options& options);

[[nodiscard]] Exit run(const Options& options);
[[nodiscard]] Exit verify(const Options& options);
[[nodiscard]] Exit estimate(const Options& options);
[[nodiscard]] Exit export_run(const Options& options);
[[nodiscard]] Exit card(const Options& options);
[[nodiscard]] Exit report_page(const Options& options);
[[nodiscard]] Exit sweep(const Options& options);

}  // namespace hb::cli
