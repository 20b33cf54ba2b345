// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a widened network the one that would have been made at w8a8?
#include <doctest/doctest.h>

#include <algorithm>

#include "sw/compile/compile.hpp"
#include "sw/cost/timing.hpp"
#include "sw/costmodel/network.hpp"
#include "sw/costmodel/widen.hpp"
#include "tests/compile/random_graph.hpp"
#include "tests/graph/resnets.hpp"
#include "tests/support/seed.hpp"

using namespace hb;             // NOLINT: a test
using namespace hb::costmodel;  // NOLINT
using NetworkBits = graph::Bits;

namespace {

arch::Machine tiny() {
  const auto machines = arch::read_machines("config/machines.json");
  return *std::find_if(machines.begin(), machines.end(),
                       [](const arch::Machine& machine) { return machine.name == "tiny"; });
}

/// Start and end of every command.
arch::Timeline timeline(const graph::Graph& graph, arch::Contract contract) {
  compile::Options how;
  how.contract = contract;
  how.image = schedule::Image::kCommands;
  const arch::Program program = compile::compile(graph, tiny(), how);
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return cost::play(commands, program.machine, program.memory_model.timing);
}

}  // namespace

TEST_CASE("widened, a built-in network takes every cycle of its w8a8 form, from whatever bits") {
  graph::ResnetOptions options;
  options.depth = 18;
  options.image = 64;
  options.width = 0.25F;
  for (const arch::Contract contract : test::kBothContracts) {
    options.contract = contract;
    options.bits = NetworkBits::kW8A8;
    const arch::Timeline expected = timeline(graph::make_resnet(options), contract);
    for (const NetworkBits bits : test::kAllBits) {
      for (const arch::Precision residual : test::kBothPrecisions) {
        options.bits = bits;
        options.residual = residual;
        CAPTURE(test::describe(options));
        const arch::Timeline wide = timeline(widened(graph::make_resnet(options)), contract);
        CHECK(wide.total == expected.total);
        CHECK(wide.commands == expected.commands);
      }
    }
  }
}

TEST_CASE("widened, everything has 8 bits and no work is lost") {
  graph::ResnetOptions options;
  options.bits = NetworkBits::kMostlyW4A4;
  const graph::Graph graph = graph::make_resnet(options);
  const Network before = analyze(graph);
  const Network after = analyze(widened(graph));
  CHECK(after.work.macs == before.work.macs);
  CHECK(after.work.weights == before.work.weights);
  CHECK(after.average_weight_bits() == 8);
  CHECK(after.average_activation_bits() == 8);
  for (const Layer& layer : after.layers) CHECK(layer.bits == costmodel::Bits{8, 8});
}

TEST_CASE("of two outputs of the same sums the narrower goes, and its readers read the wider") {
  graph::Graph graph;
  for (const char* name : {"x", "wide", "narrow", "y"}) {
    graph::Tensor tensor;
    tensor.name = name;
    const bool narrow = tensor.name == "narrow";
    tensor.type = narrow ? graph::CodeType::kInt4 : graph::CodeType::kInt8;
    tensor.range = graph::range_of(tensor.type);
    graph.tensors.push_back(tensor);
  }
  graph::Conv first;
  first.input = {{0}, {}};
  first.outputs = {{{2}, {3.0F, 0}}, {{1}, {0.25F, 1}}};
  graph::Conv second;
  second.input = {{2}, {3.0F, 0}};
  second.outputs = {{{3}, {}}};
  graph.nodes = {{"first", first}, {"second", second}};
  graph.outputs = {{"narrow", {2}, false, graph::Affine{3.0F, 0}}};
  const graph::Graph wide = widened(graph);
  const auto& outputs = std::get<graph::Conv>(wide.nodes.at(0).op).outputs;
  REQUIRE(outputs.size() == 1);
  CHECK(outputs[0].tensor.index == 1);
  CHECK(std::get<graph::Conv>(wide.nodes.at(1).op).input.tensor.index == 1);
  CHECK(std::get<graph::Conv>(wide.nodes.at(1).op).input.affine == graph::Affine{3.0F, 0});
  CHECK(wide.outputs.at(0).tensor.index == 1);
  CHECK(*wide.outputs.at(0).real == graph::Affine{0.25F, 1});
}

TEST_CASE("widened, random networks of every operator and type keep their work and run") {
  const std::uint64_t seed = test::run_seed();
  CAPTURE(seed);
  test::Random random(seed);
  std::size_t narrow = 0;
  for (int i = 0; i < 200; ++i) {
    CAPTURE(i);
    const arch::Contract contract = test::kBothContracts.at(random.below(2));
    const graph::Graph graph = test::random_graph(random, contract, random.range(1, 12));
    const Network before = analyze(graph);
    const graph::Graph wide = widened(graph);
    const Network after = analyze(wide);
    CHECK(after.work.macs == before.work.macs);
    CHECK(after.work.weights == before.work.weights);
    CHECK(after.layers.size() == before.layers.size());
    CHECK((after.maps.empty() || after.average_activation_bits() == 8));
    narrow += before.average_activation_bits() < 8 ? 1 : 0;
    CHECK(timeline(wide, contract).error == arch::ErrorCode::kNone);
  }
  CHECK(narrow > 20);
}
