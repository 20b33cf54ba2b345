// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the commands of a program that is made without data those of the program with data?
#include <doctest/doctest.h>

#include "sw/cost/timing.hpp"
#include "tests/support/random_network.hpp"

using namespace hb;  // NOLINT: a test

namespace {

std::vector<arch::CommandWords> commands_of(const arch::Program& program) {
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return commands;
}

test::Network without_data(test::Network network) {
  network.input.codes.clear();
  for (test::NetworkLayer& node : network.layers) {
    node.weights = {};
    node.parameters = {};
  }
  return network;
}

}  // namespace

TEST_CASE("without data a program has the same commands, and takes the same time") {
  test::Coverage coverage;
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      test::Random random(seed);
      const test::Network network = test::random_network(random, machine, coverage);
      const arch::Program whole = test::compile(network, machine);
      const arch::Program commands =
          test::compile(without_data(network), machine, schedule::Image::kCommands);
      REQUIRE(commands_of(commands) == commands_of(whole));
      REQUIRE(commands.memory_limit == whole.memory_limit);
      REQUIRE(commands.memory.size() == commands.count * std::size_t{arch::kCommandBytes});
      REQUIRE(cost::play(commands_of(commands), machine, {}).total ==
              cost::play(commands_of(whole), machine, {}).total);
    }
  }
}

TEST_CASE("a layer with gigabytes of data is timed from its commands alone") {
  const arch::Machine base = arch::read_machines("config/machines.json").back();
  test::Network network;
  schedule::ConvLayer layer;
  layer.name = "huge";
  layer.input_channels = layer.output_channels = 256;
  layer.input_height = layer.input_width = 2048;
  network.input.channels = layer.input_channels;
  network.input.height = network.input.width = layer.input_width;
  network.layers.push_back({layer, {}, {}, {}, false});
  const arch::Program program = test::compile(network, base, schedule::Image::kCommands);
  const arch::Timeline timeline = cost::play(commands_of(program), base, {});
  CHECK(program.memory_limit > 2147483648U);  // input and output, 1 GiB each
  CHECK(timeline.total * base.rows * base.columns * 4 >= layer.macs());
}
