// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/engines.hpp"

#include <vector>

#include "model/arch/error.hpp"
#include "sim/artefact.hpp"
#include "sw/cost/timing.hpp"

namespace hb::cli {

arch::Timeline play_formulas(const arch::Program& program) {
  HB_ASSERT(program.memory_model.stall_seed == 0, "stalls by seed {}",
            program.memory_model.stall_seed);
  const arch::ErrorCode doorbell = program.check_doorbell();
  if (doorbell != arch::ErrorCode::kNone) {
    throw bad_input("the program", arch::name(doorbell),
                    "an address that is a multiple of 128, all commands below memory_limit");
  }
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    commands.push_back(program.command(i));
    const arch::ErrorCode error =
        arch::check(commands.back(), program.machine, program.memory_limit);
    if (error != arch::ErrorCode::kNone) {
      throw bad_input(fmt::format("command {}", i), arch::name(error), "a legal command");
    }
  }
  return cost::play(commands, program.machine, program.memory_model.timing);
}

Prediction predict(const arch::Program& program) {
  if (program.memory_model.stall_seed != 0) {
    return {std::nullopt, "the memory stalls at random"};
  }
  try {
    return {play_formulas(program), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};  // the machine will say what is wrong with it
  }
}

sim::RunOptions run_options(const arch::Program& program, sim::View view) {
  sim::RunOptions options;
  options.view = view;
  options.memory = program.memory_model;
  options.garbage_seed = sim::fingerprint(program, program.memory_model);
  return options;
}

}  // namespace hb::cli
