// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/activity.hpp"

#include <fmt/format.h>

#include "model/arch/error.hpp"
#include "sim/activity.hpp"
#include "sw/cli/special_build.hpp"

namespace hb::cli {

void check_activity(const Options& options, const energy::Rates& rates) {
  if (!options.activity) return;
  if (options.engine == Engine::kGolden) {
    throw bad_input("--activity", "the golden model has no registers that toggle",
                    "--on rtl, systemc or lockstep");
  }
  if (!rates.toggles) {
    throw bad_input(options.ert.empty() ? options.energy : options.ert,
                    "no energy of toggles, which --activity needs",
                    "an energy table with the entries of docs/energy.md section 8");
  }
}

bool counts_activity(const Options& options, const arch::Program& program) {
  if (!options.activity) return false;
  const std::string_view machine = sim::compiled_machine(program.machine);
  if (machine == sim::activity_machine()) return true;
  become({"activity", fmt::format("counts the toggled bits of machine {}", machine)}, machine,
         options);
}

}  // namespace hb::cli
