// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/import/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <stdexcept>

namespace hb::test {
namespace {

/// Tensors by the order in which nodes name them first.
class Describer {
 public:
  explicit Describer(const graph::Graph& graph) : graph_(graph) {}

  std::string run() {
    for (const graph::NamedTensor& input : graph_.inputs) named("input", input);
    for (const graph::Node& node : graph_.nodes) {
      std::visit([&](const auto& op) { add(op); }, node.op);
      text_ += "\n";
    }
    for (const graph::NamedTensor& output : graph_.outputs) named("output", output);
    return text_;
  }

 private:
  void tensor(graph::TensorId id) {
    const auto [found, is_new] = numbers_.emplace(id.index, numbers_.size());
    text_ += fmt::format(" t{}", found->second);
    if (!is_new) return;
    const graph::Tensor& of = graph_.tensor(id);
    text_ += fmt::format("[{}x{}x{} {}..{} offset {}]", of.channels, of.height, of.width,
                         of.range.low, of.range.high, of.offset());
  }

  void operand(const graph::Operand& of) {
    tensor(of.tensor);
    text_ += fmt::format("({:a}, {})", of.affine.scale, of.affine.zero_point);
  }

  void named(const char* what, const graph::NamedTensor& of) {
    text_ += what;
    tensor(of.tensor);
    text_ += of.flat ? " flat" : "";
    if (of.real) text_ += fmt::format(" real ({:a}, {})", of.real->scale, of.real->zero_point);
    text_ += "\n";
  }

  void window(const graph::Window& w) {
    text_ += fmt::format(" {}x{} / {}x{} pads {} {} {} {}", w.kernel_height, w.kernel_width,
                         w.stride_y, w.stride_x, w.pad_top, w.pad_left, w.pad_bottom, w.pad_right);
  }

  void add(const graph::Conv& conv) {
    text_ += fmt::format("conv {} bits {} alpha {}", static_cast<int>(conv.kind),
                         static_cast<int>(conv.weight_precision), conv.alpha);
    operand(conv.input);
    for (const graph::Operand& output : conv.outputs) operand(output);
    window(conv.window);
    for (const float scale : conv.weight_scales) text_ += fmt::format(" {:a}", scale);
    for (const std::int32_t bias : conv.bias) text_ += fmt::format(" {}", bias);
    text_ += ":";
    for (const std::int8_t weight : conv.weights()) text_ += fmt::format(" {}", int{weight});
  }
  void add(const graph::Add& sum) {
    text_ += "add";
    operand(sum.a);
    operand(sum.b);
    operand(sum.output);
  }
  void add(const graph::MaxPool& pool) {
    text_ += "max";
    tensor(pool.input);
    tensor(pool.output);
    window(pool.window);
  }
  void add(const graph::GlobalAverage& mean) {
    text_ += "mean";
    operand(mean.input);
    operand(mean.output);
  }
  void add(const graph::Requantize& requantize) {
    text_ += "requantize";
    operand(requantize.input);
    operand(requantize.output);
  }

  const graph::Graph& graph_;
  std::map<std::size_t, std::size_t> numbers_;
  std::string text_;
};

std::size_t readers(const graph::Graph& graph, graph::TensorId id) {
  std::size_t count = 0;
  const auto is_it = [&](const auto& one) { return one.index == id.index; };
  for (const graph::Node& node : graph.nodes) {
    const auto inputs = graph::inputs_of(node);
    count += static_cast<std::size_t>(std::count_if(inputs.begin(), inputs.end(), is_it));
  }
  for (const graph::NamedTensor& output : graph.outputs) count += is_it(output.tensor) ? 1U : 0U;
  return count;
}

/// Makes the convolution that writes `from` write `to` instead.
bool redirect(graph::Graph& graph, graph::TensorId from, graph::TensorId to) {
  for (graph::Node& node : graph.nodes) {
    auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    for (graph::Operand& output : conv->outputs) {
      if (output.tensor.index != from.index) continue;
      output.tensor = to;
      return true;
    }
  }
  return false;
}

}  // namespace

std::string describe(const graph::Graph& graph) { return Describer(graph).run(); }

graph::Graph folded(graph::Graph graph) {
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const auto* clip = std::get_if<graph::Requantize>(&graph.nodes[i].op);
    if (clip == nullptr || !(clip->input.affine == clip->output.affine)) continue;
    const graph::TensorId from = clip->input.tensor;
    if (readers(graph, from) != 1 || !redirect(graph, from, clip->output.tensor)) continue;
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return graph;
}

const graph::Tensor& find_tensor(const graph::Graph& graph, const std::string& name) {
  for (const graph::Tensor& tensor : graph.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw std::runtime_error("no tensor " + name);
}

}  // namespace hb::test
