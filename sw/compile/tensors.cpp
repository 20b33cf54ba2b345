// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/tensors.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::compile {
namespace {

bool is_signed(graph::CodeType type) {
  return type == graph::CodeType::kInt8 || type == graph::CodeType::kInt4;
}

}  // namespace

bool Tensors::is_input(graph::TensorId id) const { return !names_of_input(id).empty(); }

std::vector<graph::NamedTensor> Tensors::names_of_input(graph::TensorId id) const {
  std::vector<graph::NamedTensor> names;
  for (const graph::NamedTensor& input : graph_.inputs) {
    if (input.tensor.index == id.index) names.push_back(input);
  }
  return names;
}

schedule::TensorId Tensors::read(const Port& port) {
  const auto found = places_.find({port.tensor.index, port.precision});
  if (found != places_.end()) return found->second;
  const graph::Tensor& tensor = graph_.tensor(port.tensor);
  const schedule::TensorId id =
      add_input(port, {tensor.channels, tensor.height, tensor.width, {}}, std::nullopt);
  places_[{port.tensor.index, port.precision}] = id;
  first_.emplace(port.tensor.index, id);
  return id;
}

schedule::TensorId Tensors::read_lowered(const Port& port, const schedule::ConvLayer& layer) {
  arch::Lowering lowering;
  lowering.channels = layer.input_channels;
  lowering.height = layer.input_height;
  lowering.width = layer.input_width;
  lowering.kernel_height = layer.kernel_height;
  lowering.kernel_width = layer.kernel_width;
  lowering.stride_y = layer.stride_y;
  lowering.stride_x = layer.stride_x;
  lowering.pad_top = layer.pad_top;
  lowering.pad_left = layer.pad_left;
  lowering.pad_code = layer.pad_code;
  const std::uint32_t channels = layer.input_channels * layer.kernel_height * layer.kernel_width;
  return add_input(port, {channels, layer.output_height(), layer.output_width(), {}}, lowering);
}

schedule::TensorId Tensors::add_input(const Port& port, const arch::Tensor& shape,
                                      std::optional<arch::Lowering> lowering) {
  arch::Tensor zeros = shape;
  zeros.codes.assign(std::size_t{shape.channels} * shape.height * shape.width, 0);
  inputs_.push_back({port.tensor, lowering});
  return builder_.add_input(graph_.tensor(port.tensor).name, port.precision, zeros);
}

schedule::TensorId Tensors::write(const Port& port) {
  const graph::Tensor& tensor = graph_.tensor(port.tensor);
  const schedule::TensorId id = builder_.add_tensor(
      {tensor.name, 0, tensor.channels, tensor.height, tensor.width, port.precision});
  places_[{port.tensor.index, port.precision}] = id;
  first_.emplace(port.tensor.index, id);
  return id;
}

void Tensors::add_input_outputs() {
  for (const graph::NamedTensor& output : graph_.outputs) {
    if (is_input(output.tensor) && first_.count(output.tensor.index) == 0) {
      static_cast<void>(read({output.tensor, {}, arch::Precision::kInt8}));
    }
  }
}

arch::Border Tensors::codes(graph::TensorId id, bool flat) const {
  const graph::Tensor& tensor = graph_.tensor(id);
  arch::Border border;
  border.dims = {tensor.channels, tensor.height, tensor.width};
  if (flat) border.dims = {static_cast<std::uint32_t>(tensor.values())};
  border.type = is_signed(tensor.type) ? arch::ElementType::kInt8 : arch::ElementType::kUint8;
  border.offset = tensor.offset();
  border.low = tensor.range.low;
  border.high = tensor.range.high;
  return border;
}

arch::Border Tensors::border(const graph::NamedTensor& named) const {
  arch::Border result = codes(named.tensor, named.flat);
  if (named.real) {
    result.type = arch::ElementType::kFloat32;
    result.scale = named.real->scale;
    result.zero_point = named.real->zero_point;
  }
  return result;
}

std::optional<arch::TensorPlace> Tensors::place(graph::TensorId id) const {
  const auto found = first_.find(id.index);
  if (found == first_.end()) return std::nullopt;
  return builder_.place(found->second);
}

void Tensors::describe_inputs(arch::Program& program) const {
  HB_ASSERT(program.inputs.size() == inputs_.size(), "{} inputs, {} known", program.inputs.size(),
            inputs_.size());
  std::vector<arch::TensorPlace> all;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    std::vector<graph::NamedTensor> names = names_of_input(inputs_[i].tensor);
    // Of a program that begins in the middle: a tensor that a layer before it writes.
    if (names.empty()) names.push_back({program.inputs[i].name, inputs_[i].tensor, false, {}});
    for (const graph::NamedTensor& name : names) {
      all.push_back(program.inputs[i]);
      all.back().name = name.name;
      all.back().border = border(name);
      all.back().border->lowering = inputs_[i].lowering;
    }
  }
  program.inputs = std::move(all);
}

void Tensors::describe(arch::Program& program, const std::vector<graph::TensorId>& needed) const {
  describe_inputs(program);
  const auto add = [&](std::vector<arch::TensorPlace>& list, const graph::NamedTensor& named) {
    std::optional<arch::TensorPlace> found = place(named.tensor);
    if (!found) return;
    found->name = named.name;
    found->border = border(named);
    list.push_back(std::move(*found));
  };
  for (const graph::NamedTensor& output : graph_.outputs) {
    const auto found = place(output.tensor);
    if (found && (found->layer || is_input(output.tensor))) add(program.outputs, output);
  }
  const auto listed = [&](const std::string& name) {
    const auto same = [&](const arch::TensorPlace& one) { return one.name == name; };
    return std::any_of(program.outputs.begin(), program.outputs.end(), same) ||
           std::any_of(program.inputs.begin(), program.inputs.end(), same) ||
           std::any_of(program.tensors.begin(), program.tensors.end(), same);
  };
  for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
    const std::string& name = graph_.tensors[i].name;
    const auto found = place({i});
    if (!found || listed(name)) continue;
    const bool later = std::any_of(needed.begin(), needed.end(),
                                   [&](graph::TensorId id) { return id.index == i; });
    add(found->layer && later ? program.outputs : program.tensors, {name, {i}, false, {}});
  }
  for (const graph::NamedTensor& alias : graph_.aliases) {
    if (!listed(alias.name)) add(program.tensors, alias);
  }
}

}  // namespace hb::compile
