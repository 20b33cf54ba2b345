// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a compiled network compute, tensor by tensor, what its operators say one by one?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "sw/compile/compile.hpp"
#include "sw/graph/resnet.hpp"
#include "sw/reference/reference.hpp"
#include "tests/compile/compiled.hpp"
#include "tests/compile/random_graph.hpp"

using namespace hb;  // NOLINT: a test
using arch::Contract;

namespace {

/// Compares all tensors that the program has; all of the graph's must be there with `all`.
void compare(const graph::Graph& graph, const std::vector<arch::Tensor>& expected,
             const std::map<std::string, arch::Tensor>& actual, bool all) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    const std::string& name = graph.tensors[i].name;
    CAPTURE(name);
    const auto found = actual.find(name);
    if (found == actual.end()) {
      const bool input = graph.inputs[0].tensor.index == i;
      CHECK((!all || input));
      continue;
    }
    CHECK(found->second.codes == expected[i].codes);
  }
  for (const graph::NamedTensor& output : graph.outputs) CHECK(actual.count(output.name) == 1);
}

struct Case {
  graph::Graph graph;
  Contract contract = Contract::kOrt;
  std::vector<arch::Tensor> inputs;
};

void check_on(const arch::Machine& machine, const Case& one,
              const std::vector<arch::Tensor>& expected) {
  for (const bool fuse : {false, true}) {
    CAPTURE(machine.name);
    CAPTURE(fuse);
    compile::Options options;
    options.contract = one.contract;
    options.fuse = fuse;
    const arch::Program program = compile::compile(one.graph, machine, options);
    compare(one.graph, expected, test::run_compiled(one.graph, program, one.inputs), !fuse);
    options.image = schedule::Image::kCommands;
    const arch::Program commands = compile::compile(one.graph, machine, options);
    CHECK(commands.count == program.count);
    CHECK(commands.memory_limit == program.memory_limit);
  }
}

}  // namespace

TEST_CASE("random networks give every tensor, fused and not, on every machine") {
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(static_cast<int>(contract));
      CAPTURE(seed);
      test::Random random(seed);
      Case one;
      one.contract = contract;
      one.graph = test::random_graph(random, contract, static_cast<int>(random.pick(1, 9)));
      graph::check(one.graph);
      one.inputs = test::random_inputs(random, one.graph);
      const auto expected = reference::run(one.graph, contract, one.inputs);
      const auto machines = test::machines();
      check_on(machines[seed % machines.size()], one, expected);
    }
  }
}

TEST_CASE("residual networks of every precision and contract give every tensor on every machine") {
  using graph::Bits;
  for (const Bits bits : {Bits::kW8A8, Bits::kW4A8, Bits::kW4A4, Bits::kMostlyW4A4}) {
    for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
      for (const std::uint32_t depth : {18U, 50U}) {
        CAPTURE(static_cast<int>(bits));
        CAPTURE(static_cast<int>(contract));
        CAPTURE(depth);
        graph::ResnetOptions options;
        options.depth = depth;
        options.bits = bits;
        options.contract = contract;
        options.width = 0.25F;
        options.image = 32;
        if (depth == 18) options.residual = arch::Precision::kInt4;
        Case one;
        one.contract = contract;
        one.graph = graph::make_resnet(options);
        test::Random random(depth);
        one.inputs = test::random_inputs(random, one.graph);
        const auto expected = reference::run(one.graph, contract, one.inputs);
        const auto machines = test::machines();
        check_on(machines[(depth + static_cast<unsigned>(bits)) % machines.size()], one, expected);
      }
    }
  }
}
