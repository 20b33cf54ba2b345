// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/onnx/engines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/verify.hpp"
#include "sw/compile/border.hpp"
#include "sw/cost/timing.hpp"
#include "tests/onnx/compare.hpp"
#include "tests/sim/timelines.hpp"

namespace hb::test {
namespace {

/// QuantizeLinear for real values.
std::int32_t code_of(float value, const graph::NamedTensor& input, const graph::Tensor& tensor) {
  const graph::Affine& affine = *input.real;
  const float rounded = std::nearbyint(value / affine.scale);
  const float code = rounded + static_cast<float>(affine.zero_point);
  const auto low = static_cast<float>(tensor.range.low);
  const auto high = static_cast<float>(tensor.range.high);
  return static_cast<std::int32_t>(std::clamp(code, low, high));
}

arch::Tensor stored_input(const graph::Graph& graph, const graph::NamedTensor& input,
                          const compile::Array& array) {
  const graph::Tensor& tensor = graph.tensor(input.tensor);
  arch::Tensor stored{tensor.channels, tensor.height, tensor.width, {}};
  const auto store = [&](const auto& values) {
    for (const auto value : values) {
      const std::int32_t code = input.real ? code_of(static_cast<float>(value), input, tensor)
                                           : static_cast<std::int32_t>(value);
      stored.codes.push_back(static_cast<std::int8_t>(code - tensor.offset()));
    }
  };
  std::visit(store, array.values);
  return stored;
}

bool is_signed(graph::CodeType type) {
  return type == graph::CodeType::kInt8 || type == graph::CodeType::kInt4;
}

template <class Value, class ValueOf>
compile::Values values_of(const arch::Tensor& stored, const ValueOf& value_of) {
  std::vector<Value> values;
  for (const std::int32_t code : stored.codes) values.push_back(static_cast<Value>(value_of(code)));
  return values;
}

/// The values of `name` outside: codes, or what an output dequantizes them to.
compile::Values outside(const graph::Graph& graph, const std::string& name,
                        const arch::Tensor& stored) {
  const graph::Tensor& tensor = graph.tensor(find_tensor(graph, name));
  const std::int32_t offset = tensor.offset();
  for (const graph::NamedTensor& output : graph.outputs) {
    if (output.name != name || !output.real || tensor.name == name) continue;
    const graph::Affine& affine = *output.real;
    return values_of<float>(stored, [&](std::int32_t code) {
      return static_cast<float>(code + offset - affine.zero_point) * affine.scale;
    });
  }
  const auto code_outside = [&](std::int32_t code) { return code + offset; };
  return is_signed(tensor.type) ? values_of<std::int8_t>(stored, code_outside)
                                : values_of<std::uint8_t>(stored, code_outside);
}

arch::Program with_inputs(const arch::Program& program, const Case& one, std::size_t image) {
  arch::Program result = program;
  const Arrays inputs = one.inputs_of(image);
  for (const std::string& name : compile::input_names(program)) {
    const auto found = inputs.find(name);
    if (found == inputs.end()) throw bad_input(one.name, "no input " + name, "inputs/NAME.npy");
    compile::set_input(program, name, found->second, result.memory);
  }
  return result;
}

Arrays tensors_of(const arch::Program& program, const std::vector<std::uint8_t>& memory) {
  Arrays arrays;
  for (const auto* list : {&program.outputs, &program.tensors}) {
    for (const arch::TensorPlace& place : *list) {
      arrays.emplace(place.name, compile::get_tensor(program, place, memory));
    }
  }
  return arrays;
}

Outcome run_golden(const arch::Program& program) {
  std::vector<golden::Undefined> undefined;
  const golden::Result result = golden::execute(program, &undefined);
  Outcome outcome;
  if (result.error != arch::ErrorCode::kNone) {
    outcome.wrong =
        fmt::format("error {} at command {}", arch::name(result.error), result.error_index);
  } else if (!undefined.empty()) {
    outcome.wrong = fmt::format("command {} reads what was never written", undefined[0].command);
  } else {
    outcome.arrays = tensors_of(program, result.memory);
  }
  return outcome;
}

arch::Timeline play(const arch::Program& program) {
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return cost::play(commands, program.machine, program.memory_model.timing);
}

Outcome run_lockstep(const arch::Program& program) {
  sim::RunOptions options;
  options.view = sim::View::kLockstep;
  options.memory = program.memory_model;
  const sim::VerifyResult result = sim::verify(program, options);
  Outcome outcome;
  outcome.wrong = result.describe();
  const arch::Timeline& run = result.run.timeline;
  if (outcome.wrong.empty() && run.error != arch::ErrorCode::kNone) {
    outcome.wrong = fmt::format("error {} at command {}", arch::name(run.error), run.error_index);
  }
  if (outcome.wrong.empty()) outcome.wrong = timeline_difference(play(program), run);
  if (outcome.wrong.empty()) outcome.arrays = tensors_of(program, result.run.memory);
  return outcome;
}

}  // namespace

Arrays run_reference(const Case& one, std::size_t image, arch::Contract contract,
                     const reference::Rules& rules) {
  const Arrays given = one.inputs_of(image);
  std::vector<arch::Tensor> inputs;
  for (const graph::NamedTensor& input : one.graph.inputs) {
    const auto found = given.find(input.name);
    if (found == given.end()) {
      throw bad_input(one.name, "no input " + input.name, "inputs/NAME.npy");
    }
    inputs.push_back(stored_input(one.graph, input, found->second));
  }
  const std::vector<arch::Tensor> tensors = reference::run(one.graph, contract, inputs, rules);
  Arrays arrays;
  for (const auto& [name, npy] : one.expected) {
    const graph::TensorId id = find_tensor(one.graph, name);
    arrays.emplace(name, compile::Array{{}, outside(one.graph, name, tensors.at(id.index))});
  }
  return arrays;
}

Outcome run_program(const arch::Program& program, const Case& one, std::size_t image,
                    Engine engine) {
  const arch::Program whole = with_inputs(program, one, image);
  return engine == Engine::kGolden ? run_golden(whole) : run_lockstep(whole);
}

}  // namespace hb::test
