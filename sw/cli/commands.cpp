// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Commands that run nothing, and the choice among all of them.
#include "sw/cli/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/cli/disasm.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/machines.hpp"
#include "sw/cli/model.hpp"

namespace hb::cli {

namespace {

/// Prints `text`, and writes the CSV if it is asked for; on standard output in place of the text.
template <class MakeCsv>
void print(const Options& options, const std::string& text, MakeCsv make_csv) {
  std::optional<arch::OutputFile> csv;
  if (!options.csv.empty()) csv.emplace(options.csv);
  if (options.csv != "-") arch::OutputFile("-").write(text);
  if (csv) csv->write(make_csv());
}

Exit presets(const Options& options) {
  std::vector<arch::Machine> machines = built_in_machines();
  std::sort(machines.begin(), machines.end(), [](const arch::Machine& a, const arch::Machine& b) {
    return a.rows * a.columns < b.rows * b.columns;
  });
  print(options, machines_text(machines), [&] { return machines_csv(machines); });
  return Exit::kGood;
}

/// With the first image in its inputs, so that it runs without any.
Exit compile(const Options& options) {
  const Model model = resolve_model(options);
  const Images images(options, model);
  arch::write_program(images.program(0), options.output);
  return Exit::kGood;
}

Exit disasm(const Options& options) {
  const Model model = resolve_model(options);
  print(options, disassemble(model.program), [&] { return disassemble_csv(model.program); });
  return Exit::kGood;
}

}  // namespace

Exit dispatch(const Options& options) {
  switch (options.action) {
    case Action::kPresets:
      return presets(options);
    case Action::kRun:
      return run(options);
    case Action::kVerify:
      return verify(options);
    case Action::kEstimate:
      return estimate(options);
    case Action::kCompile:
      return compile(options);
    case Action::kDisasm:
      return disasm(options);
    case Action::kExport:
      return export_run(options);
    case Action::kCard:
      return card(options);
    case Action::kReport:
      return report_page(options);
    case Action::kSweep:
      return sweep(options);
  }
  HB_ASSERT(false, "action {}", static_cast<int>(options.action));
}

}  // namespace hb::cli
