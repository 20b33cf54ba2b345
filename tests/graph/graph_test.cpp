// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does check() find what is wrong with a graph, and do ranges and bounds come out right?
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/graph/graph.hpp"

using namespace hb;  // NOLINT: a test

namespace {

constexpr std::int32_t kMost = std::numeric_limits<std::int32_t>::max();

graph::Tensor tensor(graph::CodeType type, graph::CodeRange range) {
  return {"t", 1, 1, 1, type, range};
}

graph::Conv pointwise(std::size_t input, std::size_t output, std::uint32_t channels) {
  graph::Conv conv;
  conv.input = {{input}, {}};
  conv.outputs = {{{output}, {}}};
  conv.output_channels = channels;
  conv.weight_scales = {1.0F};
  conv.bias.assign(channels, 0);
  conv.weights = [] { return std::vector<std::int8_t>{1, 2, 3, 4, 5, 6}; };
  return conv;
}

/// 2x4x4 -conv-> 3x4x4 -add with itself-> 3x4x4 -pool-> 3x2x2 -average-> 3x1x1.
graph::Graph small() {
  graph::Graph graph;
  const auto add = [&](const char* name, std::uint32_t channels, std::uint32_t side) {
    graph.tensors.push_back({name, channels, side, side, graph::CodeType::kInt8, {}});
  };
  add("in", 2, 4);
  add("conv", 3, 4);
  add("sum", 3, 4);
  add("pool", 3, 2);
  add("mean", 3, 1);
  graph.inputs = {{"in", {0}, false, {}}};
  graph.nodes.push_back({"conv", pointwise(0, 1, 3)});
  graph.nodes.push_back({"sum", graph::Add{{{1}, {}}, {{1}, {}}, {{2}, {}}}});
  graph.nodes.push_back({"pool", graph::MaxPool{{2}, {3}, {2, 2, 2, 2, 0, 0, 0, 0}}});
  graph.nodes.push_back({"mean", graph::GlobalAverage{{{3}, {}}, {{4}, {}}}});
  graph.outputs = {{"mean", {4}, true, {}}};
  return graph;
}

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

struct Damage {
  const char* where;  ///< begins the message
  const char* what;   ///< is in it
  std::function<void(graph::Graph&)> apply;
};

graph::Conv& conv_of(graph::Graph& graph) { return std::get<graph::Conv>(graph.nodes[0].op); }

}  // namespace

TEST_CASE("codes are stored as int8, and as int4 wherever their range allows") {
  using graph::CodeType;
  struct Row {
    graph::Tensor tensor;
    std::int32_t offset;
    bool int4;
  };
  const std::vector<Row> rows = {{tensor(CodeType::kInt8, {-128, 127}), 0, false},
                                 {tensor(CodeType::kInt8, {-8, 7}), 0, true},
                                 {tensor(CodeType::kInt8, {0, 15}), 8, true},
                                 {tensor(CodeType::kInt8, {0, 127}), 0, false},
                                 {tensor(CodeType::kInt8, {-9, 6}), 0, false},
                                 {tensor(CodeType::kInt8, {0, 7}), 0, true},
                                 {tensor(CodeType::kUint8, {0, 255}), 128, false},
                                 {tensor(CodeType::kUint8, {3, 15}), 8, true},
                                 {tensor(CodeType::kUint8, {0, 16}), 128, false},
                                 {tensor(CodeType::kUint4, {0, 15}), 8, true},
                                 {tensor(CodeType::kInt4, {-8, 7}), 0, true}};
  for (const Row& row : rows) {
    CAPTURE(graph::name(row.tensor.type));
    CAPTURE(row.tensor.range.low);
    CAPTURE(row.tensor.range.high);
    CHECK(row.tensor.offset() == row.offset);
    CHECK(row.tensor.fits_int4() == row.int4);
    CHECK(row.tensor.stored_range().low >= -128);
    CHECK(row.tensor.stored_range().high <= 127);
  }
}

TEST_CASE("a sound graph passes, and every kind of damage is named") {
  CHECK(message_of([] { graph::check(small()); }) == "no error");
  const std::vector<Damage> damages = {
      {"conv: ", "scale 0", [](graph::Graph& g) { conv_of(g).input.affine.scale = 0; }},
      {"conv: ", "scale nan",
       [](graph::Graph& g) {
         conv_of(g).weight_scales = {std::numeric_limits<float>::quiet_NaN()};
       }},
      {"conv: ", "scale inf",
       [](graph::Graph& g) { conv_of(g).alpha = std::numeric_limits<float>::infinity(); }},
      {"conv: ", "scale 1e-40",
       [](graph::Graph& g) { conv_of(g).outputs[0].affine.scale = 1e-40F; }},
      {"conv: ", "zero point 200",
       [](graph::Graph& g) { conv_of(g).outputs[0].affine.zero_point = 200; }},
      {"conv: ", "2 weight scales",
       [](graph::Graph& g) {
         conv_of(g).weight_scales = {1, 1};
       }},
      {"conv: ", "2 biases", [](graph::Graph& g) { conv_of(g).bias.pop_back(); }},
      {"conv: ", "no weights", [](graph::Graph& g) { conv_of(g).weights = nullptr; }},
      {"conv: ", "0 outputs", [](graph::Graph& g) { conv_of(g).outputs.clear(); }},
      {"conv: ", "3 channels", [](graph::Graph& g) { conv_of(g).output_channels = 4; }},
      {"conv: ", "2x2 pixels",
       [](graph::Graph& g) { conv_of(g).window = {1, 1, 2, 2, 0, 0, 0, 0}; }},
      {"conv: ", "4x0 pixels", [](graph::Graph& g) { conv_of(g).window.stride_x = 0; }},
      {"conv: ", "tensor 9", [](graph::Graph& g) { conv_of(g).input.tensor = {9}; }},
      {"sum: ", "before it is written", [](graph::Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }},
      {"conv: ", "again", [](graph::Graph& g) { g.nodes.insert(g.nodes.begin(), g.nodes[0]); }},
      {"in: ", "two tensors", [](graph::Graph& g) { g.tensors[1].name = "in"; }},
      {"in: ", "shape 0x4x4", [](graph::Graph& g) { g.tensors[0].channels = 0; }},
      {"in: ", "shape 2x4x65536", [](graph::Graph& g) { g.tensors[0].width = 65536; }},
      {"in: ", "codes -200..7",
       [](graph::Graph& g) {
         g.tensors[0].range = {-200, 7};
       }},
      {"sum: ", "is 3x4x4", [](graph::Graph& g) { g.tensors[2].height = 5; }},
      {"pool: ", "differ",
       [](graph::Graph& g) {
         g.tensors[3].type = graph::CodeType::kInt4, g.tensors[3].range = {-8, 7};
       }},
      {"pool: ", "pads",
       [](graph::Graph& g) {
         std::get<graph::MaxPool>(g.nodes[2].op).window = {2, 2, 4, 4, 2, 2, 2, 2};
       }},
      {"mean: ", "is 3x2x1", [](graph::Graph& g) { g.tensors[4].height = 2; }},
      {"mean: ", "two outputs", [](graph::Graph& g) { g.outputs.push_back(g.outputs[0]); }},
      {"flat: ", "before it is written", [](graph::Graph& g) {
         g.nodes.pop_back();
         g.outputs.clear();
         g.aliases = {{"flat", {4}, true, {}}};
       }}};
  for (const Damage& damage : damages) {
    graph::Graph graph = small();
    damage.apply(graph);
    const std::string message = message_of([&] { graph::check(graph); });
    CAPTURE(message);
    CAPTURE(damage.what);
    CHECK(message.rfind(damage.where, 0) == 0);
    CHECK(message.find(damage.what) != std::string::npos);
  }
}

TEST_CASE("what nodes read and write is in the operator's order") {
  graph::Graph graph = small();
  std::get<graph::Add>(graph.nodes[1].op).b.tensor = {0};
  const std::vector<graph::TensorId> read = graph::inputs_of(graph.nodes[1]);
  REQUIRE(read.size() == 2);
  CHECK(read[0].index == 1);
  CHECK(read[1].index == 0);
  conv_of(graph).outputs.push_back({{2}, {}});
  const std::vector<graph::TensorId> written = graph::outputs_of(graph.nodes[0]);
  REQUIRE(written.size() == 2);
  CHECK(written[0].index == 1);
  CHECK(written[1].index == 2);
  CHECK(graph::weights_per_channel(graph, conv_of(graph)) == 2);
}

TEST_CASE("an accumulator may be the largest int32, and one more is refused") {
  // Codes -128..127 around zero point 3 are -131..124: channel 1's weights 3 and -4 make at most
  // 3 * 124 + 4 * 131, at least -(3 * 131 + 4 * 124).
  const std::vector<std::int8_t> weights = {1, 2, 3, -4, 5, 6};
  const std::int32_t highest = 3 * 124 + 4 * 131;
  const std::int32_t lowest = -(3 * 131 + 4 * 124);
  graph::Graph graph = small();
  graph::Conv& conv = conv_of(graph);
  conv.input.affine.zero_point = 3;
  const auto message = [&](std::int32_t bias) {
    conv.bias[1] = bias;
    return message_of([&] { graph::check_accumulators(graph, "conv", conv, weights); });
  };
  CHECK(message(kMost - highest) == "no error");
  CHECK(message(kMost - highest + 1).find("output channel 1") != std::string::npos);
  CHECK(message(-kMost - 1 - lowest) == "no error");
  CHECK(message(-kMost - 1 - lowest - 1).find("output channel 1") != std::string::npos);
}

TEST_CASE("a padded position counts as the zero point in an accumulator's bounds") {
  // Codes 1..127 times 1 and -1: at most 127 - 1, or 127 where the second may be padding.
  graph::Graph graph = small();
  graph.tensors[0].range = {1, 127};
  graph::Conv& conv = conv_of(graph);
  const std::vector<std::int8_t> weights = {1, -1, 0, 0, 0, 0};
  const auto message = [&](std::uint32_t pad) {
    conv.window.pad_top = pad;
    conv.bias[0] = kMost - 126;
    return message_of([&] { graph::check_accumulators(graph, "conv", conv, weights); });
  };
  CHECK(message(0) == "no error");
  CHECK(message(1).find("output channel 0") != std::string::npos);
}

TEST_CASE("weights add up however many there are: blocks of 2^23 join without a carry lost") {
  for (const std::int64_t weight : {std::int64_t{127}, std::int64_t{-128}}) {
    for (const std::size_t count :
         {std::size_t{1}, (std::size_t{1} << 23) - 1, std::size_t{1} << 23, 17 * 1024 * 1024UL}) {
      CAPTURE(weight);
      CAPTURE(count);
      const std::vector<std::int8_t> weights(count, static_cast<std::int8_t>(weight));
      const graph::WeightSums sums = graph::sums_of(weights.data(), count);
      const std::int64_t all = weight * static_cast<std::int64_t>(count);
      CHECK(sums.positive == std::max<std::int64_t>(all, 0));
      CHECK(sums.negative == std::min<std::int64_t>(all, 0));
    }
  }
  const std::array<std::int8_t, 5> mixed{3, -5, 0, 7, -128};
  const graph::WeightSums sums = graph::sums_of(mixed.data(), mixed.size());
  CHECK(sums.total() == 3 - 5 + 7 - 128);
  // Products with codes in -2..5, each at its own end.
  CHECK(sums.least({-2, 5}) == -2 * (3 + 7) + 5 * (-5 - 128));
  CHECK(sums.most({-2, 5}) == 5 * (3 + 7) - 2 * (-5 - 128));
}
