// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/compile/compiled.hpp"

#include <doctest/doctest.h>

#include "model/golden/execute.hpp"
#include "sw/compile/border.hpp"
#include "sw/map/layout.hpp"

namespace hb::test {
namespace {

/// Stored codes as the codes that the model has.
compile::Array outside(const graph::Graph& graph, graph::TensorId id, const arch::Tensor& stored) {
  const graph::Tensor& tensor = graph.tensor(id);
  compile::Array array;
  array.dims = {tensor.channels, tensor.height, tensor.width};
  const auto fill = [&](auto values) {
    for (const std::int8_t code : stored.codes) {
      values.push_back(static_cast<typename decltype(values)::value_type>(code + tensor.offset()));
    }
    array.values = std::move(values);
  };
  if (graph::range_of(tensor.type).low < 0) {
    fill(std::vector<std::int8_t>());
  } else {
    fill(std::vector<std::uint8_t>());
  }
  return array;
}

}  // namespace

std::vector<arch::Machine> machines() { return arch::read_machines("config/machines.json"); }

std::map<std::string, arch::Tensor> run_compiled(const graph::Graph& graph,
                                                 const arch::Program& program,
                                                 const std::vector<arch::Tensor>& inputs) {
  arch::Program filled = program;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const graph::NamedTensor& input = graph.inputs[i];
    compile::set_input(program, input.name, outside(graph, input.tensor, inputs[i]), filled.memory);
  }
  std::vector<golden::Undefined> undefined;
  const golden::Result result = golden::execute(filled, &undefined);
  REQUIRE(result.error == arch::ErrorCode::kNone);
  CHECK(undefined.empty());
  std::map<std::string, arch::Tensor> tensors;
  for (const auto* places : {&program.outputs, &program.tensors}) {
    for (const arch::TensorPlace& place : *places) {
      tensors[place.name] = map::unpack_tensor(program.machine, place, result.memory);
    }
  }
  return tensors;
}

}  // namespace hb::test
