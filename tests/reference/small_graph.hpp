// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Graphs of a few codes, written down in a line or two.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"
#include "sw/reference/rules.hpp"

namespace hb::test {

using Codes = std::vector<std::int32_t>;

/// A graph under construction. Codes go in and come out as the model has them, offsets included.
class SmallGraph {
 public:
  graph::TensorId tensor(graph::CodeType type, std::uint32_t channels, std::uint32_t height,
                         std::uint32_t width) {
    graph::Tensor tensor;
    tensor.name = "t" + std::to_string(graph_.tensors.size());
    tensor.channels = channels;
    tensor.height = height;
    tensor.width = width;
    tensor.type = type;
    tensor.range = graph::range_of(type);
    graph_.tensors.push_back(std::move(tensor));
    return {graph_.tensors.size() - 1};
  }
  graph::TensorId row(std::uint32_t width, graph::CodeType type = graph::CodeType::kInt8) {
    return tensor(type, 1, 1, width);
  }
  /// The codes that can occur, fewer than the type's.
  void limit(graph::TensorId id, std::int32_t low, std::int32_t high) {
    graph_.tensors.at(id.index).range = {low, high};
  }
  /// `codes` become an input of the network.
  graph::TensorId give(graph::TensorId id, const Codes& codes) {
    const graph::Tensor& tensor = graph_.tensor(id);
    graph_.inputs.push_back({tensor.name, id, false, {}});
    arch::Tensor stored{tensor.channels, tensor.height, tensor.width, {}};
    for (const std::int32_t code : codes) {
      stored.codes.push_back(static_cast<std::int8_t>(code - tensor.offset()));
    }
    inputs_.push_back(std::move(stored));
    return id;
  }
  void add(graph::Operator op) {
    graph_.nodes.push_back({"node" + std::to_string(graph_.nodes.size()), std::move(op)});
  }
  [[nodiscard]] Codes run(arch::Contract contract, graph::TensorId wanted,
                          const reference::Rules& rules = reference::right_rules()) const {
    const std::vector<arch::Tensor> tensors = reference::run(graph_, contract, inputs_, rules);
    Codes codes;
    for (const std::int8_t code : tensors.at(wanted.index).codes) {
      codes.push_back(code + graph_.tensor(wanted).offset());
    }
    return codes;
  }

 private:
  graph::Graph graph_;
  std::vector<arch::Tensor> inputs_;
};

/// A convolution of scale 1 and one output channel; the tests change what they are about.
[[nodiscard]] inline graph::Conv make_conv(graph::TensorId input, graph::TensorId output,
                                           std::vector<std::int8_t> weights) {
  graph::Conv conv;
  conv.input = {input, {}};
  conv.outputs = {{output, {}}};
  conv.weight_scales = {1.0F};
  conv.bias = {0};
  conv.weights = [weights] { return weights; };
  return conv;
}

}  // namespace hb::test
