// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/run.hpp"

#include <fmt/format.h>

#include <string>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"
#include "sim/activity.hpp"
#include "sim/machines.hpp"
#include "sim/wave.hpp"

namespace hb::sim {
namespace {

template <class Shape>
bool is_machine(const arch::Machine& machine) {
  return machine.rows == Shape::kRows && machine.columns == Shape::kColumns &&
         machine.bus_bytes == Shape::kBusBytes && machine.activation_banks == Shape::kBanks &&
         machine.activation_bytes == Shape::kActivationWords * Shape::kWordBytes &&
         machine.weight_bytes == Shape::kWeightRows * Shape::kRowBytes &&
         machine.parameter_tiles == Shape::kParameterTiles;
}

}  // namespace

void claim_systemc(std::string_view machine) {
  static std::string elaborated;
  if (!elaborated.empty() && elaborated != machine) {
    throw bad_input(fmt::format("machine {}", machine),
                    fmt::format("SystemC is elaborated for machine {} in this process", elaborated),
                    "one machine per process");
  }
  elaborated = machine;
}

std::string_view compiled_machine(const arch::Machine& machine) {
#define HB_TRY_NAME(name)                        \
  if (is_machine<arch::shapes::name>(machine)) { \
    return arch::shapes::name::kName;            \
  }
  HB_FOR_EACH_MACHINE(HB_TRY_NAME)
#undef HB_TRY_NAME
  throw bad_input(fmt::format("machine {}", machine.name), "is not compiled in",
                  "a build with `make MACHINE=file`, where file describes it");
}

RunResult run(const arch::Program& program, const RunOptions& options) {
  if (options.memory.timing.latency == 0 || options.memory.timing.cycles_per_beat == 0) {
    throw bad_input("memory timing", "latency or cycles per beat is 0", "at least 1");
  }
  const std::string_view machine = compiled_machine(program.machine);
  if (options.wave) {
    HB_ASSERT(machine == wave_machine(),
              "waves of machine {} in an executable with those of \"{}\"", machine, wave_machine());
    return run_wave(program, options);
  }
  if (options.activity) {
    HB_ASSERT(machine == activity_machine(),
              "toggles of machine {} in an executable that counts those of \"{}\"", machine,
              activity_machine());
    return run_activity(program, options);
  }
#define HB_TRY_RUN(name)                      \
  if (machine == arch::shapes::name::kName) { \
    return run_##name(program, options);      \
  }
  HB_FOR_EACH_MACHINE(HB_TRY_RUN)
#undef HB_TRY_RUN
  HB_ASSERT(false, "machine {}", machine);
}

}  // namespace hb::sim
