// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/costmodel/widen.hpp"

#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace hb::costmodel {
namespace {

using graph::CodeType;
using graph::Operand;

CodeType wide(CodeType type) {
  if (type == CodeType::kInt4) return CodeType::kInt8;
  return type == CodeType::kUint4 ? CodeType::kUint8 : type;
}

class Widen {
 public:
  explicit Widen(graph::Graph graph) : graph_(std::move(graph)) {}

  graph::Graph run() {
    std::vector<graph::Node> nodes = std::move(graph_.nodes);
    graph_.nodes.clear();
    for (graph::Node& node : nodes) {
      std::visit([&](auto& op) { rewire(op); }, node.op);
      if (auto* conv = std::get_if<graph::Conv>(&node.op)) merge_outputs(*conv);
      const auto* copy = std::get_if<graph::Requantize>(&node.op);
      if (copy != nullptr && narrows(copy->input, copy->output)) {
        replaced_[copy->output.tensor.index] = copy->input;
      } else {
        graph_.nodes.push_back(std::move(node));
      }
    }
    for (auto* names : {&graph_.inputs, &graph_.outputs, &graph_.aliases}) {
      for (graph::NamedTensor& name : *names) rewire(name);
    }
    for (graph::Tensor& tensor : graph_.tensors) {
      tensor.type = wide(tensor.type);
      tensor.range = graph::range_of(tensor.type);
    }
    return std::move(graph_);
  }

 private:
  [[nodiscard]] bool narrows(const Operand& from, const Operand& to) const {
    return !graph_.tensor(from.tensor).fits_int4() && graph_.tensor(to.tensor).fits_int4();
  }

  /// The reader's own affine stays where the other tensor's codes can have it.
  void rewire(Operand& operand) const {
    const auto& instead = replaced_[operand.tensor.index];
    if (!instead) return;
    const CodeType type = wide(graph_.tensor(instead->tensor).type);
    operand.tensor = instead->tensor;
    if (!graph::range_of(type).holds(operand.affine.zero_point)) operand.affine = instead->affine;
  }
  /// Where codes stayed as they are (a clamp, a tflite average) they still do.
  template <class Op>
  void rewire_pair(Op& op) const {
    const bool same = op.input.affine == op.output.affine;
    rewire(op.input);
    if (same) op.input.affine = op.output.affine = graph::Affine{};
  }
  void rewire(graph::TensorId& id) const {
    if (const auto& instead = replaced_[id.index]) id = instead->tensor;
  }
  void rewire(graph::NamedTensor& name) const {
    const auto& instead = replaced_[name.tensor.index];
    if (!instead) return;
    name.tensor = instead->tensor;
    if (name.real) name.real = instead->affine;
  }
  void rewire(graph::Conv& conv) const {
    rewire(conv.input);
    conv.weight_precision = arch::Precision::kInt8;
  }
  void rewire(graph::Add& add) const {
    rewire(add.a);
    rewire(add.b);
  }
  void rewire(graph::MaxPool& pool) const { rewire(pool.input); }
  void rewire(graph::GlobalAverage& average) const { rewire_pair(average); }
  void rewire(graph::Requantize& requantize) const { rewire_pair(requantize); }

  /// Of two outputs of the same sums, one of fewer bits is not needed.
  void merge_outputs(graph::Conv& conv) {
    if (conv.outputs.size() != 2) return;
    for (const std::size_t small : {0U, 1U}) {
      const Operand output = conv.outputs[1 - small];
      if (!narrows(output, conv.outputs[small])) continue;
      replaced_[conv.outputs[small].tensor.index] = output;
      conv.outputs = {output};
      return;
    }
  }

  graph::Graph graph_;
  /// By tensor: what is read instead of it.
  std::vector<std::optional<Operand>> replaced_ =
      std::vector<std::optional<Operand>>(graph_.tensors.size());
};

}  // namespace

graph::Graph widened(graph::Graph graph) { return Widen(std::move(graph)).run(); }

}  // namespace hb::costmodel
