// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/sweep_options.hpp"

#include <algorithm>
#include <thread>

#include "sw/cli/validators.hpp"

namespace hb::cli {

void add_sweep(CLI::App& sweep, Options& options) {
  sweep.add_option("SWEEP.yaml", options.model, "what to vary (docs/sweep.md)")
      ->required()
      ->check(not_empty("a file"));
  sweep
      .add_option("-o,--output", options.output,
                  "the folder for sweep.csv, sweep.json and the machines' files")
      ->required()
      ->check(not_empty("a folder"));
  CLI::Option* jobs = sweep.add_option("--jobs", options.jobs, "threads (default: one per core)")
                          ->transform(integer(1, kMostJobs));
  sweep.add_flag("--quiet", options.quiet, "print errors only");
  sweep.callback([&options, jobs] {
    options.action = Action::kSweep;
    if (jobs->count() == 0) options.jobs = std::max(1U, std::thread::hardware_concurrency());
  });
}

}  // namespace hb::cli
