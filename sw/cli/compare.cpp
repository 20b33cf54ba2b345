// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "sw/map/layout.hpp"

namespace hb::cli {

namespace {

/// Outputs and tensors, by the layer that writes them; those of no layer last.
std::vector<const arch::TensorPlace*> places_in_order(const arch::Program& program) {
  std::vector<const arch::TensorPlace*> places;
  for (const auto* list : {&program.outputs, &program.tensors}) {
    for (const arch::TensorPlace& place : *list) places.push_back(&place);
  }
  const auto key = [](const arch::TensorPlace* place) {
    return place->layer ? std::uint32_t{*place->layer} : ~std::uint32_t{0};
  };
  std::stable_sort(places.begin(), places.end(),
                   [&](const auto* a, const auto* b) { return key(a) < key(b); });
  return places;
}

/// Collects differences, tensor after tensor.
class Comparer {
 public:
  explicit Comparer(const arch::Program& program) : program_(program) {
    result_.by_layer.resize(program.layers.size());
  }

  void compare(const arch::TensorPlace& place, const arch::Tensor& expected,
               const arch::Tensor& actual) {
    ++result_.tensors;
    const std::uint64_t different = count(expected, actual);
    if (different == 0) {
      return;
    }
    if (result_.first.empty()) {
      result_.first = describe(place, expected, actual);
    }
    if (!counted_.insert(place.address).second) {
      return;  // another name of the same bytes
    }
    result_.total += different;
    if (place.layer) {
      result_.by_layer.at(*place.layer) += different;
    } else if (result_.by_layer.size() == 1) {
      result_.by_layer.front() += different;
    }
  }

  [[nodiscard]] Comparison take() { return std::move(result_); }

 private:
  static std::uint64_t count(const arch::Tensor& expected, const arch::Tensor& actual) {
    if (expected.codes.size() != actual.codes.size()) {
      return std::max(expected.codes.size(), actual.codes.size());
    }
    std::uint64_t different = 0;
    for (std::size_t i = 0; i < expected.codes.size(); ++i) {
      different += expected.codes[i] != actual.codes[i] ? 1 : 0;
    }
    return different;
  }

  [[nodiscard]] std::string describe(const arch::TensorPlace& place, const arch::Tensor& expected,
                                     const arch::Tensor& actual) const {
    std::string text = "tensor " + place.name;
    if (place.layer) {
      text += " of layer " + program_.layers.at(*place.layer).name;
    }
    if (expected.codes.size() != actual.codes.size()) {
      return text +
             fmt::format(": {} codes, expected {}", actual.codes.size(), expected.codes.size());
    }
    const auto [want, have] =
        std::mismatch(expected.codes.begin(), expected.codes.end(), actual.codes.begin());
    const auto index = static_cast<std::uint64_t>(want - expected.codes.begin());
    const std::int32_t offset = place.border ? place.border->offset : 0;
    return text + fmt::format(": channel {}, y {}, x {}: expected {}, actual {}",
                              index / place.width / place.height,
                              index / place.width % place.height, index % place.width,
                              *want + offset, *have + offset);
  }

  const arch::Program& program_;
  Comparison result_;
  std::set<std::uint32_t> counted_;  ///< addresses
};

/// The graph's tensors by all names that a program may have for them.
std::map<std::string, graph::TensorId> tensor_names(const graph::Graph& graph) {
  std::map<std::string, graph::TensorId> names;
  for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
    names.emplace(graph.tensors[i].name, graph::TensorId{i});
  }
  for (const auto* list : {&graph.outputs, &graph.aliases}) {
    for (const graph::NamedTensor& named : *list) names.emplace(named.name, named.tensor);
  }
  return names;
}

}  // namespace

Comparison compare_with_graph(const arch::Program& program, const graph::Graph& graph,
                              const std::vector<arch::Tensor>& expected,
                              const std::vector<std::uint8_t>& actual) {
  const std::map<std::string, graph::TensorId> names = tensor_names(graph);
  Comparer comparer(program);
  for (const arch::TensorPlace* place : places_in_order(program)) {
    const auto tensor = names.find(place->name);
    if (tensor != names.end()) {
      comparer.compare(*place, expected.at(tensor->second.index),
                       map::unpack_tensor(program.machine, *place, actual));
    }
  }
  return comparer.take();
}

Comparison compare_memories(const arch::Program& program, const std::vector<std::uint8_t>& expected,
                            const std::vector<std::uint8_t>& actual) {
  Comparer comparer(program);
  for (const arch::TensorPlace* place : places_in_order(program)) {
    comparer.compare(*place, map::unpack_tensor(program.machine, *place, expected),
                     map::unpack_tensor(program.machine, *place, actual));
  }
  return comparer.take();
}

}  // namespace hb::cli
