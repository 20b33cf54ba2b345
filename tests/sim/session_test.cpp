// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a session run the machine through its registers, hold counters against what it saw, and
// notice a hang?
#include "sim/session.hpp"

#include <doctest/doctest.h>

#include "tests/sim/fake_machine.hpp"

namespace hb::test {
namespace {

arch::Program empty_program() {
  arch::Program program;
  program.machine = machine_of<Tiny>();
  program.count = 1;
  program.memory_limit = 4095;
  program.memory.resize(4096);
  return program;
}

sim::RunResult run_fake(FakeMachine& machine, const sim::RunOptions& options) {
  const arch::Program program = empty_program();
  sim::Session<Tiny> session(program, options);
  for (int guard = 0; !session.done(); ++guard) {
    REQUIRE(guard < 100000);
    const Inputs now = session.inputs();
    session.step(machine.outputs());
    machine.step(now);
  }
  return session.finish();
}

TEST_CASE("a run of 37 cycles is reported as 37 cycles with its cause, without a violation") {
  for (const std::uint64_t stall_seed : {0U, 5U}) {
    FakeMachine machine(37);
    sim::RunOptions options;
    options.memory.stall_seed = stall_seed;
    const sim::RunResult result = run_fake(machine, options);
    for (const std::string& violation : result.violations) {
      MESSAGE(violation);
    }
    CHECK(result.good());
    CHECK(result.timeline.total == 37);
    CHECK(result.timeline.error == arch::ErrorCode::kNone);
    CHECK(result.timeline.counters[arch::kCounterTotal] == 37);
    CHECK(result.timeline.causes == std::vector<arch::CauseSpan>{{0, arch::Cause::kFetch}});
  }
}

TEST_CASE("a counter that does not say what was seen is a violation") {
  FakeMachine machine(1000);
  const arch::Program program = empty_program();
  sim::Session<Tiny> session(program, {});
  while (!session.done()) {
    Outputs outputs = machine.outputs();
    outputs.cause_valid = 0;  // the harness sees no cause
    outputs.cause = 0;
    const Inputs now = session.inputs();
    session.step(outputs);
    machine.step(now);
  }
  const sim::RunResult result = session.finish();
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations[0].find("FETCH is 1000 (0 seen)") != std::string::npos);
}

TEST_CASE("a machine that makes no progress is a hang, and its state registers are put in words") {
  FakeMachine machine(0);
  machine.states = {0x00002122, 0x00003300, 0, 0xABCDE002};
  sim::RunOptions options;
  options.watchdog = 500;
  const sim::RunResult result = run_fake(machine, options);
  REQUIRE(result.hang);
  CHECK(*result.hang ==
        "no progress for 500 cycles\n"
        "  load: idle, command 2 (layer 0) waits for token 1 from compute, token 1 from store\n"
        "  compute: working, command 3 (layer 0) waits for the engine\n"
        "  store: idle, no command waits\n"
        "  fetch: a command waits for a full queue, next command 703710\n");
}

TEST_CASE("a machine that makes progress just before the watchdog's patience ends is no hang") {
  sim::Watchdog watchdog(10);
  for (int i = 0; i < 9; ++i) {
    CHECK(watchdog.step(false));
  }
  CHECK(watchdog.step(true));
  for (int i = 0; i < 9; ++i) {
    CHECK(watchdog.step(false));
  }
  CHECK_FALSE(watchdog.step(false));
}

TEST_CASE("a machine whose registers do not answer is a hang too") {
  FakeMachine machine(0);
  machine.answers = false;
  sim::RunOptions options;
  options.watchdog = 500;
  const sim::RunResult result = run_fake(machine, options);
  REQUIRE(result.hang);
  CHECK(result.hang->find("the machine's registers do not answer") != std::string::npos);
}

}  // namespace
}  // namespace hb::test
