// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/builder.hpp"

#include <algorithm>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr std::uint32_t kMostSide = 65535;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 31;
/// Numbers that nodes make of constants: a small file can use one constant very often.
constexpr std::uint64_t kMostNumbers = std::uint64_t{1} << 24;

/// Sets what an operator writes.
struct SetOutput {
  graph::Operand output;

  void operator()(graph::Conv& conv) const { conv.outputs = {output}; }
  void operator()(graph::Add& add) const { add.output = output; }
  void operator()(graph::MaxPool& pool) const { pool.output = output.tensor; }
  void operator()(graph::GlobalAverage& mean) const { mean.output = output; }
  void operator()(graph::Requantize& requantize) const { requantize.output = output; }
};

}  // namespace

const Value& Builder::value(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) {
    throw Refusal("reads " + shown(name) + ", an optional output", "an operator's first output");
  }
  if (std::holds_alternative<Unknown>(found->second)) throw Consequence{};
  return found->second;
}

void Builder::charge(std::uint64_t numbers) {
  numbers_ += numbers;
  if (numbers_ > kMostNumbers) {
    throw Refusal("constants used so often that they make more than 2^24 numbers",
                  "a network of reasonable size");
  }
}

void Builder::charge_quantization(const ConstantPointer& constant) {
  if (!quantized_.insert(constant).second) charge(constant->size());
}

Shape Builder::shape_of(graph::TensorId id, bool flat) const {
  const graph::Tensor& of = tensor(id);
  return {of.channels, of.height, of.width, flat};
}

graph::TensorId Builder::add_tensor(const Target& target, const Shape& shape) {
  const std::uint32_t side = std::max({shape.channels, shape.height, shape.width});
  const std::uint32_t least = std::min({shape.channels, shape.height, shape.width});
  if (least == 0 || side > kMostSide || shape.values() > kMostValues) {
    throw Refusal(fmt::format("{} is {}x{}x{}", shown(target.name), shape.channels, shape.height,
                              shape.width),
                  fmt::format("sides of 1..{} and at most 2^31 values", kMostSide));
  }
  graph_.tensors.push_back(
      {target.name, shape.channels, shape.height, shape.width, target.type, target.range});
  return {graph_.tensors.size() - 1};
}

void Builder::add_alias(const std::string& name, graph::TensorId id, bool flat) {
  graph_.aliases.push_back({name, id, flat, std::nullopt});
}

void Builder::add_input(graph::NamedTensor input) {
  input_tensors_.insert(input.tensor.index);
  graph_.inputs.push_back(std::move(input));
}

std::string Builder::unique_node_name(const std::string& name) {
  std::string unique = name;
  while (!node_names_.emplace(unique, 1).second) {
    unique = fmt::format("{}_{}", name, ++node_names_[name]);
  }
  return unique;
}

graph::Operand Builder::add_node(const std::string& name, graph::Operator op, const Target& target,
                                 const Shape& shape) {
  if (const auto* conv = std::get_if<graph::Conv>(&op)) charge(conv->output_channels);
  const graph::Operand output{add_tensor(target, shape), target.affine};
  std::visit(SetOutput{output}, op);
  graph_.nodes.push_back({name, std::move(op)});
  return output;
}

graph::Operand Builder::add_second_output(std::size_t node, const Target& target,
                                          const Shape& shape) {
  const graph::Operand output{add_tensor(target, shape), target.affine};
  std::get<graph::Conv>(graph_.nodes.at(node).op).outputs.push_back(output);
  return output;
}

void Builder::name_codes(const std::string& name, graph::TensorId id, bool flat) {
  if (nameless_.erase(id.index) != 0) {
    graph_.tensors.at(id.index).name = name;
  } else {
    add_alias(name, id, flat);
  }
}

}  // namespace hb::import
