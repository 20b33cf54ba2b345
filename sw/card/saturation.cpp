// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/card/saturation.hpp"

#include <variant>

#include "sw/costmodel/network.hpp"

namespace hb::card {

EndCounter::EndCounter(const graph::Graph& graph) : graph_(graph) {}

void EndCounter::add(const std::vector<arch::Tensor>& tensors) {
  ++images_;
  for (const graph::Node& node : graph_.nodes) {
    if (const auto* conv = std::get_if<graph::Conv>(&node.op)) {
      for (const graph::Operand& output : conv->outputs) count(node.name, output, tensors);
    } else if (const auto* sum = std::get_if<graph::Add>(&node.op)) {
      count(node.name, sum->output, tensors);
    }
  }
}

void EndCounter::count(const std::string& node, const graph::Operand& output,
                       const std::vector<arch::Tensor>& tensors) {
  const graph::TensorId id = costmodel::kept(graph_, output.tensor);
  const graph::Tensor& tensor = graph_.tensor(id);
  const graph::CodeRange range = tensor.stored_range();
  const bool low_is_zero = range.low == output.affine.zero_point - tensor.offset();
  EndCodes& counts = counts_[node];
  for (const std::int8_t code : tensors.at(id.index).codes) {
    ++counts.values;
    counts.low += code == range.low && !low_is_zero ? 1 : 0;
    counts.high += code == range.high ? 1 : 0;
  }
}

}  // namespace hb::card
