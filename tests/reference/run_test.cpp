// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a graph run as a whole: inputs, order, and each of the rules that tests may replace?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "sw/reference/reference.hpp"
#include "tests/reference/small_graph.hpp"

namespace {

using namespace hb;
using arch::Contract;
using graph::CodeType;
using graph::TensorId;
using test::Codes;
using test::make_conv;
using test::SmallGraph;

graph::Graph one_clamp() {
  graph::Graph graph;
  graph.name = "model";
  graph.tensors = {{"x", 1, 1, 2, CodeType::kUint8, {0, 15}},
                   {"y", 1, 1, 2, CodeType::kUint8, {3, 15}}};
  graph.inputs = {{"x", {0}, false, {}}};
  graph.nodes = {{"clamp", graph::Requantize{{{0}, {}}, {{1}, {}}}}};
  return graph;
}

TEST_CASE("all tensors come back, codes minus their offset") {
  const std::vector<arch::Tensor> tensors =
      reference::run(one_clamp(), Contract::kOrt, {{1, 1, 2, {-8, 2}}});
  REQUIRE(tensors.size() == 2);
  CHECK(tensors[0].codes == std::vector<std::int8_t>{-8, 2});
  CHECK(tensors[1].codes == std::vector<std::int8_t>{3 - 8, 2});
}

TEST_CASE("inputs that are not the graph's are refused by name") {
  const auto message = [](const std::vector<arch::Tensor>& inputs) -> std::string {
    try {
      (void)reference::run(one_clamp(), Contract::kOrt, inputs);
    } catch (const Error& error) {
      return error.what();
    }
    return "none";
  };
  CHECK(message({}) == "model: 0 inputs given (expected 1)");
  CHECK(message({{1, 2, 1, {0, 0}}}) == "x: 2 codes of 1x2x1 (expected 1x1x2)");
  CHECK(message({{1, 1, 2, {0}}}) == "x: 1 codes of 1x1x2 (expected 1x1x2)");
  CHECK(message({{1, 1, 2, {0, 8}}}) == "x: code 16 (expected 0..15)");
}

TEST_CASE("a residual block runs node after node") {
  SmallGraph small;
  const TensorId x = small.give(small.row(2), {10, -20});
  const TensorId branch = small.row(2), sum = small.row(2), clamped = small.row(2);
  small.limit(clamped, 0, 127);
  small.add(make_conv(x, branch, {3}));
  small.add(graph::Add{{branch, {}}, {x, {}}, {sum, {}}});
  small.add(graph::Requantize{{sum, {}}, {clamped, {}}});
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    CHECK(small.run(contract, branch) == Codes{30, -60});
    CHECK(small.run(contract, sum) == Codes{40, -80});
    CHECK(small.run(contract, clamped) == Codes{40, 0});
  }
}

/// A padded convolution of (5, 5) to 2 * 5 + 5 and 5, halves of which are ties, an average, and an
/// addition.
struct RuledGraph {
  SmallGraph small;
  TensorId conv, average, sum;

  RuledGraph() {
    const TensorId x = small.give(small.row(2), {5, 5});
    conv = small.row(2);
    average = small.row(1);
    sum = small.row(2);
    graph::Conv layer = make_conv(x, conv, {1, 2});
    layer.window.kernel_width = 2;
    layer.window.pad_right = 1;
    layer.input.affine = {0.5F, 4};
    small.add(layer);
    small.add(graph::GlobalAverage{{conv, {}}, {average, {}}});
    small.add(graph::Add{{conv, {}}, {conv, {}}, {sum, {}}});
  }
  [[nodiscard]] Codes run(TensorId id, const reference::Rules& rules,
                          Contract contract = Contract::kOrt) const {
    return small.run(contract, id, rules);
  }
};

TEST_CASE("each rule decides what it is for under ort, and nothing under tflite") {
  const RuledGraph graph;
  const reference::Rules right = reference::right_rules();
  CHECK(graph.run(graph.conv, right) == Codes{2, 0});  // 1 + 2 = 3 and 1: 1.5 and 0.5 to even
  CHECK(graph.run(graph.average, right) == Codes{1});
  CHECK(graph.run(graph.sum, right) == Codes{4, 0});

  reference::Rules wrong = right;
  wrong.scale = [](float, float, float) { return 1.0F; };
  CHECK(graph.run(graph.conv, wrong) == Codes{3, 1});
  CHECK(graph.run(graph.conv, wrong, Contract::kTflite) == Codes{2, 1});

  wrong = right;
  wrong.requantize = [](std::int32_t accumulator, float, const golden::Range&) {
    return -accumulator;
  };
  CHECK(graph.run(graph.conv, wrong) == Codes{-3, -1});
  CHECK(graph.run(graph.average, wrong) == Codes{4});

  wrong = right;
  wrong.padding = [](const graph::Affine&) { return 0; };
  CHECK(graph.run(graph.conv, wrong) == Codes{2, -4});  // 1 + 2 * (0 - 4) = -7, halved to even
  CHECK(graph.run(graph.conv, wrong, Contract::kTflite) == Codes{2, 1});

  wrong = right;
  wrong.add = [](const golden::QuantizedTensor& a, const golden::QuantizedTensor&,
                 const golden::Quantization&, const golden::Limits&) { return a.tensor; };
  CHECK(graph.run(graph.sum, wrong) == Codes{2, 0});
}

}  // namespace
