// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy tables, and `halfbyte export`.
#include "sw/cli/energy.hpp"

#include <filesystem>
#include <vector>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "model/arch/json.hpp"
#include "sw/cli/commands.hpp"
#include "sw/energy/accelergy.hpp"
#include "sw/energy/table.hpp"

namespace hb::cli {

energy::Rates energy_rates(const Options& options, const arch::Machine& machine) {
  return options.ert.empty() ? energy::read_table_file(options.energy, machine)
                             : energy::read_ert_file(options.ert);
}

Exit export_run(const Options& options) {
  const arch::Json report =
      arch::parse_json(arch::read_file(options.model, "a --json report"), options.model);
  const std::vector<energy::TextFile> files = energy::accelergy_files(report, options.model);
  const std::filesystem::path folder = options.output;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw bad_input(options.output, "cannot be made: " + error.message(), "a folder");
  }
  for (const energy::TextFile& file : files) {
    arch::OutputFile((folder / file.name).string()).write(file.text);
  }
  return Exit::kGood;
}

}  // namespace hb::cli
