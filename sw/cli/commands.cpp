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

Exit presets() {
  std::vector<arch::Machine> machines = built_in_machines();
  std::sort(machines.begin(), machines.end(), [](const arch::Machine& a, const arch::Machine& b) {
    return a.rows * a.columns < b.rows * b.columns;
  });
  arch::OutputFile("-").write(machines_text(machines));
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
  arch::OutputFile("-").write(disassemble(resolve_model(options).program));
  return Exit::kGood;
}

}  // namespace

Exit dispatch(const Options& options) {
  switch (options.action) {
    case Action::kPresets:
      return presets();
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
    case Action::kSweep:
      return sweep(options);
  }
  HB_ASSERT(false, "action {}", static_cast<int>(options.action));
}

}  // namespace hb::cli
