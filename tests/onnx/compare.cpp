// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/onnx/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "model/arch/error.hpp"

namespace hb::test {
namespace {

const graph::NamedTensor* find_named(const graph::Graph& graph, const std::string& name) {
  for (const auto* list : {&graph.outputs, &graph.aliases, &graph.inputs}) {
    for (const graph::NamedTensor& named : *list) {
      if (named.name == name) return &named;
    }
  }
  return nullptr;
}

bool is_input(const graph::Graph& graph, graph::TensorId id) {
  return std::any_of(
      graph.inputs.begin(), graph.inputs.end(),
      [&](const graph::NamedTensor& input) { return input.tensor.index == id.index; });
}

/// Where value `index` of a tensor is, as [channel][y][x].
std::string place(const graph::Tensor& tensor, std::size_t index) {
  const std::size_t pixels = std::size_t{tensor.height} * tensor.width;
  return fmt::format("channel {}, y {}, x {}", index / pixels, index % pixels / tensor.width,
                     index % tensor.width);
}

std::string type_name(const compile::Values& values) {
  constexpr const char* kNames[] = {"int8", "uint8", "float32"};
  return kNames[values.index()];
}

/// Compares the arrays of `name`; `wrong` receives the first difference if it is empty.
Compared compare_values(const std::string& name, const graph::Tensor& tensor,
                        const compile::Values& expected, const compile::Values& actual,
                        std::string& wrong) {
  const std::string want = cli::bytes_of(expected), got = cli::bytes_of(actual);
  if (expected.index() != actual.index() || want.size() != got.size()) {
    throw bad_input(name, fmt::format("{} bytes of {}", got.size(), type_name(actual)),
                    fmt::format("{} bytes of {}", want.size(), type_name(expected)));
  }
  Compared compared{1, want.size(), 0};
  const std::size_t value_bytes = want.size() / tensor.values();
  for (std::size_t i = 0; i < want.size(); ++i) {
    if (want[i] == got[i]) continue;
    ++compared.differing;
    if (!wrong.empty()) continue;
    const std::size_t at = i / value_bytes;
    const auto value = [&](const auto& list) { return static_cast<double>(list.at(at)); };
    wrong = fmt::format("tensor {}: {}: {}, expected {}", name, place(tensor, at),
                        std::visit(value, actual), std::visit(value, expected));
  }
  return compared;
}

}  // namespace

graph::TensorId find_tensor(const graph::Graph& graph, const std::string& name) {
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    if (graph.tensors[i].name == name) return {i};
  }
  const graph::NamedTensor* named = find_named(graph, name);
  if (named == nullptr) throw bad_input(name, "is no tensor", "one of the network's");
  return named->tensor;
}

std::set<std::string> all_tensors(const graph::Graph& graph, const Arrays& expected) {
  std::set<std::string> names;
  for (const auto& [name, array] : expected) {
    if (!is_input(graph, find_tensor(graph, name))) names.insert(name);
  }
  return names;
}

std::set<std::string> outputs(const graph::Graph& graph, const Arrays& expected) {
  std::set<std::string> names;
  for (const graph::NamedTensor& output : graph.outputs) {
    if (expected.count(output.name) != 0) names.insert(output.name);
  }
  return names;
}

Comparison compare(const graph::Graph& graph, const Arrays& expected, const Arrays& actual,
                   const std::set<std::string>& required) {
  std::vector<std::pair<std::size_t, std::string>> order;  // by position in the graph, then name
  for (const auto& [name, array] : expected) {
    order.emplace_back(find_tensor(graph, name).index, name);
  }
  std::sort(order.begin(), order.end());
  Comparison result;
  for (const auto& [index, name] : order) {
    const auto found = actual.find(name);
    if (found != actual.end()) {
      result.compared.add(compare_values(name, graph.tensors[index], expected.at(name).values,
                                         found->second.values, result.wrong));
    } else if (required.count(name) != 0 && result.wrong.empty()) {
      result.wrong = fmt::format("tensor {}: not there", name);
    }
  }
  return result;
}

}  // namespace hb::test
