// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a real network imported, the same from both of its forms?

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <set>

#include "sw/import/onnx.hpp"
#include "tests/import/compare.hpp"

namespace hb::test {
namespace {

const std::filesystem::path kFolder = "../shared/data/resnet8";

bool is_absent() {
  const bool absent = !std::filesystem::exists(kFolder);
  if (absent) MESSAGE("skipped: no " << kFolder);
  return absent;
}

std::size_t count_weights(const graph::Graph& graph) {
  std::size_t count = 0;
  for (const graph::Node& node : graph.nodes) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv != nullptr) count += conv->weights().size();
  }
  return count;
}

TEST_CASE("the trained ResNet-8's QLinear form has its published layers and weights") {
  if (is_absent()) return;
  const graph::Graph graph = import::read_onnx(kFolder / "resnet8_int8_qlinear.onnx");
  std::array<std::size_t, std::variant_size_v<graph::Operator>> kinds{};
  for (const graph::Node& node : graph.nodes) ++kinds[node.op.index()];
  CHECK(kinds[graph::Operator(graph::Conv{}).index()] == 9 + 1);
  CHECK(kinds[graph::Operator(graph::Add{}).index()] == 3);
  CHECK(kinds[graph::Operator(graph::GlobalAverage{}).index()] == 1);
  CHECK(graph.nodes.size() == 14);
  CHECK(count_weights(graph) == 77360);
  std::set<std::string> names;
  for (const graph::Tensor& tensor : graph.tensors) names.insert(tensor.name);
  for (const graph::NamedTensor& alias : graph.aliases) names.insert(alias.name);
  for (int i = 22; i <= 36; ++i) CHECK(names.count("t" + std::to_string(i)) == 1);
}

TEST_CASE("the trained ResNet-8's QDQ form is the same graph") {
  if (is_absent()) return;
  CHECK(describe(import::read_onnx(kFolder / "resnet8_int8_qdq.onnx")) ==
        describe(import::read_onnx(kFolder / "resnet8_int8_qlinear.onnx")));
}

}  // namespace
}  // namespace hb::test
