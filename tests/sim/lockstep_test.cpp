// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do RTL, SystemC, golden model and formulas agree on a whole layer, and on what a hang waits for?

#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "sim/verify.hpp"
#include "sw/cost/timing.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"
#include "tests/sim/timelines.hpp"

namespace hb::test {
namespace {

const arch::Machine kMachine = chosen_machine();

TEST_CASE("one layer: three views give one timeline and one memory, and the formulas give it too") {
  const arch::Program program = layer_program(kMachine);
  sim::RunOptions options = with_memory(30);
  const sim::VerifyResult lockstep = sim::verify(program, options);
  CHECK(lockstep.describe() == "");
  for (const sim::View view : {sim::View::kRtl, sim::View::kSystemC}) {
    options.view = view;
    const sim::RunResult run = sim::run(program, options);
    CHECK(run.good());
    CHECK(timeline_difference(lockstep.run.timeline, run.timeline) == "");
    CHECK(run.memory == lockstep.run.memory);
  }
  const arch::Timeline formula = cost::play(whole_layer(kMachine), kMachine, options.memory.timing);
  CHECK(timeline_difference(formula, lockstep.run.timeline) == "");
}

TEST_CASE("a replay with stalls gives the same timeline, another seed another one") {
  const arch::Program program = layer_program(kMachine);
  const auto timeline = [&](std::uint64_t seed) {
    return sim::run(program, with_memory(30, seed)).timeline;
  };
  CHECK(timeline_difference(timeline(7), timeline(7)) == "");
  CHECK(timeline_difference(timeline(7), timeline(8)) != "");
}

TEST_CASE("a program that waits for a token that never comes is a hang that names it") {
  std::vector<arch::CommandWords> commands = whole_layer(kMachine);
  arch::Transfer load = load_weights(kMachine);
  load.common.signal = 0x08;  // not the token that the CONV waits for
  commands[1] = arch::encode_load(load);
  const arch::Program program = make_program(kMachine, commands);
  for (const sim::View view : {sim::View::kRtl, sim::View::kSystemC, sim::View::kLockstep}) {
    sim::RunOptions options = with_memory(20);
    options.view = view;
    options.watchdog = 2000;
    const sim::RunResult run = sim::run(program, options);
    CHECK_FALSE(run.divergence);
    REQUIRE(run.hang);
    CHECK(*run.hang ==
          "no progress for 2000 cycles\n"
          "  load: idle, no command waits\n"
          "  compute: idle, command 3 (layer 0) waits for token 1 from load\n"
          "  store: idle, command 4 (layer 0) waits for token 0 from compute\n"
          "  fetch: ended, next command 5\n");
  }
  CHECK(sim::verify(layer_program(kMachine), with_memory(20))
            .good());  // after a reset all is well again
}

TEST_CASE("a second machine in one process is refused once SystemC is elaborated") {
  (void)sim::run(layer_program(kMachine), with_memory(20));
  const std::vector<arch::Machine> machines = compiled_machines();
  for (const arch::Machine& machine : machines) {
    if (!(machine.name == kMachine.name)) {
      const arch::Program program = make_program(machine, whole_layer(machine));
      CHECK_THROWS_AS((void)sim::run(program, with_memory(20)), hb::Error);
    }
  }
}

}  // namespace
}  // namespace hb::test
