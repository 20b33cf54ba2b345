// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do bits, work and maps come from a graph's codes, whatever its operators are?
#include <doctest/doctest.h>

#include <stdexcept>
#include "sw/costmodel/network.hpp"

using namespace hb;             // NOLINT: a test
using namespace hb::costmodel;  // NOLINT
using graph::CodeType;
using graph::TensorId;

namespace {

/// A graph without data.
class Shapes {
 public:
  TensorId tensor(CodeType type, std::uint32_t channels, std::uint32_t size) {
    graph::Tensor tensor;
    tensor.name = "t" + std::to_string(graph.tensors.size());
    tensor.channels = channels;
    tensor.height = tensor.width = size;
    tensor.type = type;
    tensor.range = graph::range_of(type);
    graph.tensors.push_back(tensor);
    return {graph.tensors.size() - 1};
  }
  void conv(TensorId input, std::vector<TensorId> outputs, arch::Precision weights) {
    graph::Conv conv;
    conv.input.tensor = input;
    for (const TensorId output : outputs) conv.outputs.push_back({output, {}});
    conv.output_channels = graph.tensor(outputs.front()).channels;
    conv.window.kernel_height = 3;
    conv.window.kernel_width = 2;
    conv.weight_precision = weights;
    conv.weights = []() -> std::vector<std::int8_t> { throw std::logic_error("weights"); };
    add(conv);
  }
  void clamp(TensorId input, TensorId output) {
    add(graph::Requantize{{input, {0.5F, 1}}, {output, {0.5F, 1}}});
  }
  void add(graph::Operator op) {
    graph.nodes.push_back({"node" + std::to_string(graph.nodes.size()), std::move(op)});
  }

  graph::Graph graph;
};

}  // namespace

TEST_CASE("a layer's work is that of its shapes, its bits those of its codes") {
  Shapes shapes;
  const TensorId input = shapes.tensor(CodeType::kUint8, 5, 7);
  const TensorId output = shapes.tensor(CodeType::kInt8, 11, 4);
  shapes.conv(input, {output}, arch::Precision::kInt4);
  const auto only = [&] { return analyze(shapes.graph).layers.at(0); };
  CHECK(only().work.weights == 3 * 2 * 5 * 11);
  CHECK(only().work.macs == 3 * 2 * 5 * 11 * 4 * 4);
  CHECK(only().bits == Bits{4, 8});
  shapes.graph.tensors[input.index].range = {0, 15};  // all that can occur
  CHECK(only().bits == Bits{4, 4});
  shapes.graph.tensors[input.index].range = {0, 16};
  CHECK(only().bits == Bits{4, 8});
  std::get<graph::Conv>(shapes.graph.nodes[0].op).weight_precision = arch::Precision::kInt8;
  CHECK(only().bits == Bits{8, 8});
}

TEST_CASE("of clamped values only the clamped ones are kept, unless somebody else reads them") {
  Shapes shapes;
  const TensorId input = shapes.tensor(CodeType::kInt8, 1, 4);
  const TensorId sums = shapes.tensor(CodeType::kUint8, 1, 4);
  const TensorId clipped = shapes.tensor(CodeType::kUint8, 1, 4);
  shapes.graph.tensors[clipped.index].range = {0, 15};
  shapes.conv(input, {sums}, arch::Precision::kInt4);
  shapes.clamp(sums, clipped);
  CHECK(kept(shapes.graph, sums).index == clipped.index);
  CHECK(analyze(shapes.graph).average_activation_bits() == 4);
  Shapes read_twice = shapes;
  const TensorId more = read_twice.tensor(CodeType::kUint8, 1, 4);
  read_twice.add(graph::MaxPool{sums, more, {}});
  CHECK(kept(read_twice.graph, sums).index == sums.index);
  CHECK(analyze(read_twice.graph).average_activation_bits() == 8);
  Shapes shown = shapes;
  shown.graph.outputs.push_back({"sums", sums, false, {}});
  CHECK(kept(shown.graph, sums).index == sums.index);
  Shapes rescaled = shapes;
  std::get<graph::Requantize>(rescaled.graph.nodes[1].op).output.affine.scale = 2;
  CHECK(kept(rescaled.graph, sums).index == sums.index);
}

TEST_CASE("values that are kept twice count once, at the wider of their bits") {
  for (const bool wide_first : {true, false}) {
    Shapes shapes;
    const TensorId input = shapes.tensor(CodeType::kInt8, 1, 4);
    const TensorId wide = shapes.tensor(CodeType::kInt8, 2, 4);
    const TensorId narrow = shapes.tensor(CodeType::kInt4, 2, 4);
    shapes.conv(input, wide_first ? std::vector{wide, narrow} : std::vector{narrow, wide},
                arch::Precision::kInt8);
    const Network network = analyze(shapes.graph);
    REQUIRE(network.maps.size() == 1);
    CHECK(network.maps[0].bits == 8);
    CHECK(network.maps[0].values == 2 * 4 * 4);
  }
}

TEST_CASE(
    "sums count as maps, pools and requantizations don't, and the peak is the map of most bits") {
  Shapes shapes;
  const TensorId a = shapes.tensor(CodeType::kInt8, 2, 4);
  const TensorId b = shapes.tensor(CodeType::kInt4, 3, 4);
  const TensorId c = shapes.tensor(CodeType::kInt8, 2, 4);
  const TensorId d = shapes.tensor(CodeType::kInt8, 100, 4);
  shapes.conv(a, {b}, arch::Precision::kInt4);        // 48 values, 192 bits
  shapes.add(graph::Add{{a, {}}, {a, {}}, {c, {}}});  // 32 values, 256 bits
  shapes.add(graph::MaxPool{a, d, {}});
  const Network network = analyze(shapes.graph);
  REQUIRE(network.maps.size() == 2);
  CHECK(network.average_activation_bits() == doctest::Approx((48.0 * 4 + 32 * 8) / 80));
  CHECK(network.most_activation_bits() == 8);
  CHECK(network.most_weight_bits() == 4);
  CHECK(network.peak()->name == shapes.graph.tensor(c).name);
}

TEST_CASE("of a network without layers nothing is claimed") {
  const Network network = analyze(graph::Graph{});
  CHECK(network.average_weight_bits() == 0);
  CHECK(network.average_activation_bits() == 0);
  CHECK(network.peak() == nullptr);
}
