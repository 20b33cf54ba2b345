// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/reference/reference.hpp"

#include <fmt/format.h>

#include "model/arch/error.hpp"
#include "sw/reference/operators.hpp"
#include "sw/reference/rules.hpp"

namespace hb::reference {
namespace {

std::string text(std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  return fmt::format("{}x{}x{}", channels, height, width);
}

void check_input(const graph::NamedTensor& input, const graph::Tensor& tensor,
                 const arch::Tensor& given) {
  if (given.channels != tensor.channels || given.height != tensor.height ||
      given.width != tensor.width || given.codes.size() != tensor.values()) {
    throw bad_input(input.name,
                    fmt::format("{} codes of {}", given.codes.size(),
                                text(given.channels, given.height, given.width)),
                    text(tensor.channels, tensor.height, tensor.width));
  }
  for (const std::int8_t code : given.codes) {
    if (tensor.range.holds(code + tensor.offset())) continue;
    throw bad_input(input.name, fmt::format("code {}", code + tensor.offset()),
                    fmt::format("{}..{}", tensor.range.low, tensor.range.high));
  }
}

void set_inputs(const std::vector<arch::Tensor>& inputs, Run& run) {
  const std::vector<graph::NamedTensor>& names = run.graph.inputs;
  if (inputs.size() != names.size()) {
    throw bad_input(run.graph.name, fmt::format("{} inputs given", inputs.size()),
                    fmt::format("{}", names.size()));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    check_input(names[i], run.shape(names[i].tensor), inputs[i]);
    run.tensors.at(names[i].tensor.index) = inputs[i];
  }
}

}  // namespace

std::vector<arch::Tensor> run(const graph::Graph& graph, arch::Contract contract,
                              const std::vector<arch::Tensor>& inputs) {
  return run(graph, contract, inputs, right_rules());
}

std::vector<arch::Tensor> run(const graph::Graph& graph, arch::Contract contract,
                              const std::vector<arch::Tensor>& inputs, const Rules& rules) {
  Run state{graph, contract, rules, std::vector<arch::Tensor>(graph.tensors.size())};
  set_inputs(inputs, state);
  for (const graph::Node& node : graph.nodes) {
    for (const graph::TensorId id : graph::inputs_of(node)) {
      HB_ASSERT(!state.codes(id).codes.empty(), "{} reads {} before it is written", node.name,
                graph.tensor(id).name);
    }
    std::visit([&](const auto& op) { apply(node.name, op, state); }, node.op);
  }
  return state.tensors;
}

}  // namespace hb::reference
