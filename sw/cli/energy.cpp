// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy tables, and `halfbyte export`.
#include "sw/cli/energy.hpp"

#include <filesystem>
#include <list>
#include <vector>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "model/arch/json.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/engines.hpp"
#include "sw/energy/accelergy.hpp"
#include "sw/energy/table.hpp"

namespace hb::cli {

energy::Rates energy_rates(const Options& options, const arch::Machine& machine) {
  return options.ert.empty() ? energy::read_table_file(options.energy, machine)
                             : energy::read_ert_file(options.ert);
}

report::Report formula_report(const Options& options, const arch::Program& program) {
  const arch::Timeline timeline = play_formulas(program);
  report::Report report = report::make_report(program, &timeline);
  report::add_energy(report, program, timeline, energy_rates(options, program.machine));
  return report;
}

std::optional<energy::Picojoules> energy_of(const report::Row& row) {
  if (!row.energy_pj) return std::nullopt;
  return energy::sum(*row.energy_pj);
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
  std::list<arch::OutputFile> outputs;  // all of them sure to be writable before the first
  for (const energy::TextFile& file : files) outputs.emplace_back((folder / file.name).string());
  auto output = outputs.begin();
  for (const energy::TextFile& file : files) (output++)->write(file.text);
  return Exit::kGood;
}

}  // namespace hb::cli
