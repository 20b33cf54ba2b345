// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Whose are a run's toggles, and is a difference seen and named?
#include <doctest/doctest.h>

#include <array>

#include "model/arch/shapes.hpp"
#include "sim/activity.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"

namespace {

using hb::arch::Engine;
using hb::arch::Toggle;
using hb::arch::Toggles;
using Shape = hb::arch::shapes::tiny;
using Outputs = hb::arch::Outputs<Shape>;

/// Three CONVs, of layers 0, 1 and 1.
hb::arch::Program three_commands() {
  std::vector<hb::arch::CommandWords> commands;
  for (const std::uint16_t layer : std::array<std::uint16_t, 3>{0, 1, 1}) {
    hb::arch::Conv conv;
    conv.common.layer = layer;
    commands.push_back(hb::arch::encode(conv));
  }
  hb::arch::Program program = hb::test::make_program(hb::test::machine_of<Shape>(), commands);
  program.layers.resize(2);
  return program;
}

/// A cycle of the run, and all counters.
struct Cycle {
  Outputs outputs{};
  Toggles now;
  explicit Cycle(std::uint64_t bits) {
    outputs.running = 1;
    now.bits.fill(bits);
  }
  Cycle& start(Engine engine, std::uint32_t index) {
    outputs.start[static_cast<std::size_t>(engine)] = {1, index};
    return *this;
  }
  Cycle& retire(Engine engine, std::uint32_t index) {
    outputs.retire[static_cast<std::size_t>(engine)] = {1, index};
    return *this;
  }
  Cycle& stopped() {
    outputs.running = 0;
    return *this;
  }
};

hb::arch::RunToggles log(const hb::arch::Program& program, const std::vector<Cycle>& cycles) {
  hb::sim::ActivityLog log(program);
  for (const Cycle& cycle : cycles) log.step(cycle.outputs, cycle.now);
  return log.finish();
}

}  // namespace

TEST_CASE(
    "the array's toggles are the command's that started last, an output's the next to retire") {
  const hb::arch::RunToggles toggles =
      log(three_commands(),
          {Cycle(3).stopped(),  // before the run
           Cycle(5), Cycle(7).start(Engine::kCompute, 0), Cycle(20).start(Engine::kCompute, 1),
           Cycle(22).retire(Engine::kCompute, 0), Cycle(30).start(Engine::kCompute, 2),
           Cycle(31).retire(Engine::kCompute, 1), Cycle(40).retire(Engine::kCompute, 2),
           Cycle(43).stopped(), Cycle(50), Cycle(60).stopped()});  // after it
  CHECK(toggles.total[Toggle::kOperand] == 43 - 5);
  CHECK(toggles.layers[0][Toggle::kOperand] == 20 - 5);
  CHECK(toggles.layers[1][Toggle::kOperand] == 43 - 20);
  CHECK(toggles.layers[0][Toggle::kOutputWrite] == 22 - 5);
  CHECK(toggles.layers[1][Toggle::kOutputWrite] == 43 - 22);
  // No LOAD retired: nobody's, and in the total.
  CHECK(toggles.layers[0][Toggle::kWeightLoad] == 0);
  CHECK(toggles.total[Toggle::kWeightLoad] == 43 - 5);
}

TEST_CASE("what LOAD and STORE move is the command's that retires next") {
  const hb::arch::RunToggles toggles =
      log(three_commands(), {Cycle(0), Cycle(4).retire(Engine::kLoad, 0),
                             Cycle(9).retire(Engine::kStore, 0), Cycle(11).retire(Engine::kLoad, 1),
                             Cycle(15).retire(Engine::kStore, 2), Cycle(15).stopped()});
  CHECK(toggles.layers[0][Toggle::kParameterLoad] == 4);
  CHECK(toggles.layers[1][Toggle::kParameterLoad] == 15 - 4);
  CHECK(toggles.layers[0][Toggle::kStoreRead] == 9);
  CHECK(toggles.layers[1][Toggle::kStoreRead] == 15 - 9);
}

TEST_CASE("a counter that differs is a divergence with its name and both values") {
  const hb::arch::Program program = three_commands();
  hb::sim::Violations violations;
  const hb::sim::Recorder recorder(violations);
  const hb::sim::Tags tags(program);
  Toggles expected;
  expected.bits.fill(12);
  Toggles actual = expected;
  CHECK(!hb::sim::compare({expected, actual, 9}, recorder, tags));
  actual[Toggle::kAccumulator] = 13;
  const auto divergence = hb::sim::compare({expected, actual, 9}, recorder, tags);
  REQUIRE(divergence);
  CHECK(divergence->signal.find("accumulator") != std::string::npos);
  CHECK(divergence->expected == "12");
  CHECK(divergence->actual == "13");
  CHECK(divergence->cycle == 9);
}
