// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the built-in networks the ones that they are named after, and always the same?
#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <set>

#include "tests/graph/resnets.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT

namespace {

struct Counts {
  std::uint64_t layers = 0;
  std::uint64_t macs = 0;
  std::uint64_t weights = 0;
};

Counts count(const graph::Graph& graph) {
  Counts counts;
  for (const graph::Node& node : graph.nodes) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    const std::uint64_t per_channel = graph::weights_per_channel(graph, *conv);
    ++counts.layers;
    counts.weights += conv->output_channels * per_channel;
    counts.macs += graph.tensor(conv->outputs.at(0).tensor).values() * per_channel;
  }
  return counts;
}

/// FNV-1a of everything in a network that is random.
class Hash {
 public:
  explicit Hash(const graph::Graph& graph) {
    for (const graph::Node& node : graph.nodes) {
      if (const auto* conv = std::get_if<graph::Conv>(&node.op)) take(*conv);
      if (const auto* add = std::get_if<graph::Add>(&node.op)) take(add->output.affine);
      if (const auto* unit = std::get_if<graph::Requantize>(&node.op)) take(unit->output.affine);
      if (const auto* mean = std::get_if<graph::GlobalAverage>(&node.op)) take(mean->output.affine);
    }
  }

  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void take(const graph::Conv& conv) {
    take(conv.input.affine);
    take(conv.outputs.at(0).affine);
    for (const float scale : conv.weight_scales) take(scale);
    for (const std::int32_t bias : conv.bias) take(bias);
    for (const std::int8_t weight : conv.weights()) take(weight);
  }
  void take(const graph::Affine& affine) {
    take(affine.scale);
    take(affine.zero_point);
  }
  void take(float scale) {
    std::int32_t bits = 0;
    std::memcpy(&bits, &scale, sizeof bits);
    take(bits);
  }
  void take(std::int32_t value) {
    value_ = (value_ ^ static_cast<std::uint32_t>(value)) * 0x100000001B3;
  }

  std::uint64_t value_ = 0xCBF29CE484222325;
};

graph::ResnetOptions of_depth(std::uint32_t depth) {
  graph::ResnetOptions options;
  options.depth = depth;
  return options;
}

std::string message_of(const graph::ResnetOptions& options) {
  try {
    (void)graph::make_resnet(options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("MACs, weights and layers are those of the Pareto paper's networks") {
  struct Row {
    std::uint32_t depth;
    Counts counts;
  };
  constexpr std::array kTable = {
      Row{29, {33, 2'560'622'592, 17'077'440}}, Row{50, {54, 4'089'184'256, 25'502'912}},
      Row{101, {105, 7'801'405'440, 44'442'816}}, Row{152, {156, 11'513'626'624, 60'040'384}},
      Row{200, {204, 15'007'481'856, 64'496'832}}};
  for (const Row& row : kTable) {
    CAPTURE(row.depth);
    const Counts counts = count(graph::make_resnet(of_depth(row.depth)));
    CHECK(counts.layers == row.counts.layers);
    CHECK(counts.macs == row.counts.macs);
    CHECK(counts.weights == row.counts.weights);
  }
}

TEST_CASE("basic blocks have two 3x3 convolutions each, and projections in stages 2 to 4") {
  for (const auto& [depth, blocks] :
       {std::pair{18U, std::array{2, 2, 2, 2}}, std::pair{34U, std::array{3, 4, 6, 3}}}) {
    CAPTURE(depth);
    std::uint64_t weights = 3 * 49 * 64 + 512 * 1000;
    std::uint64_t macs = std::uint64_t{3 * 49 * 64} * 112 * 112 + 512 * 1000;
    std::uint64_t layers = 2;
    for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
      const std::uint64_t filters = 64U << stage;
      const std::uint64_t pixels = (56U >> stage) * (56U >> stage);
      const auto convs = static_cast<std::uint64_t>(2 * blocks.at(stage));
      const std::uint64_t first = stage == 0 ? filters : filters / 2;  // channels that come in
      const std::uint64_t projection = stage == 0 ? 0 : first * filters;
      const std::uint64_t here = 9 * filters * (first + (convs - 1) * filters) + projection;
      weights += here;
      macs += here * pixels;
      layers += convs + (stage == 0 ? 0 : 1);
    }
    const Counts counts = count(graph::make_resnet(of_depth(depth)));
    CHECK(counts.layers == layers);
    CHECK(counts.weights == weights);
    CHECK(counts.macs == macs);
  }
}

TEST_CASE("the stride of a bottleneck is in its 3x3 and in its projection") {
  const graph::Graph graph = graph::make_resnet(of_depth(50));
  const auto stride = [&](const char* name) { return conv_named(graph, name).window.stride_y; };
  CHECK(stride("layer2.0.conv1") == 1);
  CHECK(stride("layer2.0.conv2") == 2);
  CHECK(stride("layer2.0.conv3") == 1);
  CHECK(stride("layer2.0.downsample") == 2);
  CHECK(stride("layer1.0.downsample") == 1);
  CHECK(stride("layer2.1.conv2") == 1);
  const graph::Tensor& last = tensor_named(graph, "layer4.2.add");
  CHECK(last.channels == 2048);
  CHECK(last.height == 7);
  CHECK(last.width == 7);
}

TEST_CASE("the convolution's branch is the first operand of an add, the shortcut the second") {
  for (const std::uint32_t depth : {18U, 50U}) {
    const graph::Graph graph = graph::make_resnet(of_depth(depth));
    const auto operands = [&](const char* name) {
      const auto& add = std::get<graph::Add>(node_named(graph, name).op);
      return graph.tensor(add.a.tensor).name + " " + graph.tensor(add.b.tensor).name;
    };
    const std::string last = depth == 18 ? "conv2 " : "conv3 ";
    CHECK(operands("layer1.0.add") ==
          "layer1.0." + last + (depth == 18 ? "maxpool" : "layer1.0.downsample"));
    CHECK(operands("layer1.1.add") == "layer1.1." + last + "layer1.0.add");
    CHECK(operands("layer2.0.add") == "layer2.0." + last + "layer2.0.downsample");
  }
}

TEST_CASE("the width scales the blocks' filters and neither the stem's nor the classes") {
  graph::ResnetOptions options = of_depth(50);
  options.width = 0.25F;
  const graph::Graph graph = graph::make_resnet(options);
  CHECK(tensor_named(graph, "conv1").channels == 64);
  CHECK(tensor_named(graph, "layer1.0.conv1").channels == 16);
  CHECK(tensor_named(graph, "layer1.0.add").channels == 64);
  CHECK(tensor_named(graph, "layer4.2.add").channels == 512);
  CHECK(tensor_named(graph, "fc").channels == 1000);
}

TEST_CASE("same options, same weights and scales; another seed, others") {
  graph::ResnetOptions options = of_depth(18);
  for (const graph::Bits bits : kAllBits) {
    options.bits = bits;
    options.seed = 7;
    MESSAGE(describe(options));
    const graph::Graph graph = graph::make_resnet(options);
    const std::uint64_t first = Hash(graph).value();
    CHECK(Hash(graph).value() == first);
    CHECK(Hash(graph::make_resnet(options)).value() == first);
    options.seed = 8;
    CHECK(Hash(graph::make_resnet(options)).value() != first);
  }
}

TEST_CASE("no two layers have the same weights") {
  const graph::Graph graph = graph::make_resnet(of_depth(50));
  std::set<std::vector<std::int8_t>> starts;
  std::size_t layers = 0;
  for (const graph::Node& node : graph.nodes) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    const std::vector<std::int8_t> weights = conv->weights();
    starts.emplace(weights.begin(), weights.begin() + 64);
    ++layers;
  }
  CHECK(starts.size() == layers);
}

TEST_CASE("a network is made without its weights") {
  const auto start = std::chrono::steady_clock::now();
  const graph::Graph graph = graph::make_resnet(of_depth(200));
  const std::chrono::duration<double> making = std::chrono::steady_clock::now() - start;
  const auto before = std::chrono::steady_clock::now();
  std::size_t weights = 0;
  for (const graph::Node& node : graph.nodes) {
    if (const auto* conv = std::get_if<graph::Conv>(&node.op)) weights += conv->weights().size();
  }
  const std::chrono::duration<double> asking = std::chrono::steady_clock::now() - before;
  MESSAGE("resnet200: " << making.count() << " s, its weights " << asking.count() << " s");
  CHECK(weights == 64'496'832);
  CHECK(making.count() < asking.count());
}

TEST_CASE("impossible options are refused") {
  CHECK(message_of(of_depth(26)) ==
        "resnet26: an unknown depth (expected one of 18 29 34 50 101 152 200)");
  graph::ResnetOptions options = of_depth(18);
  for (const float width : {0.0F, 0.001F, -1.0F, 9.0F, 1e30F}) {
    options.width = width;
    CHECK(message_of(options).rfind("width: ", 0) == 0);
  }
  options.width = 1;
  for (const std::uint32_t image : {0U, 100U, 1U << 20}) {
    options.image = image;
    CHECK(message_of(options).rfind("image: ", 0) == 0);
  }
}
