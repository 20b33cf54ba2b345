// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every tensor of a built-in network as wide as its precisions say, and every network sound?
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/graph/resnets.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT

namespace {

graph::Graph network(std::uint32_t depth, graph::Bits bits, arch::Precision residual) {
  graph::ResnetOptions options;
  options.depth = depth;
  options.bits = bits;
  options.residual = residual;
  return graph::make_resnet(options);
}

int bits_of(const graph::Graph& graph, const std::string& tensor) {
  return tensor_named(graph, tensor).fits_int4() ? 4 : 8;
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

std::size_t requantizations(const graph::Graph& graph) {
  return static_cast<std::size_t>(std::count_if(
      graph.nodes.begin(), graph.nodes.end(),
      [](const graph::Node& node) { return std::holds_alternative<graph::Requantize>(node.op); }));
}

/// Bits of the tensor that a convolution reads.
int read_bits(const graph::Graph& graph, const std::string& conv) {
  return graph.tensor(conv_named(graph, conv).input.tensor).fits_int4() ? 4 : 8;
}

std::string shortcut(const graph::Graph& graph, const std::string& add) {
  return graph.tensor(std::get<graph::Add>(node_named(graph, add).op).b.tensor).name;
}

}  // namespace

TEST_CASE("graph::check() finds nothing in any network") {
  graph::ResnetOptions options;
  for (const std::uint32_t depth : graph::resnet_depths()) {
    for (const graph::Bits bits : kAllBits) {
      for (const float width : {0.25F, 0.5F, 1.0F, 2.0F}) {
        for (const arch::Precision residual : kBothPrecisions) {
          for (const arch::Contract contract : kBothContracts) {
            options.depth = depth;
            options.bits = bits;
            options.width = width;
            options.residual = residual;
            options.contract = contract;
            CAPTURE(describe(options));
            CHECK_NOTHROW(graph::check(graph::make_resnet(options)));
          }
        }
      }
    }
  }
}

TEST_CASE("no accumulator leaves int32 in the widest network") {
  graph::ResnetOptions options;
  options.depth = 18;
  options.width = 8;
  const graph::Graph graph = graph::make_resnet(options);
  for (const char* name : {"conv1", "layer4.1.conv2", "fc"}) {
    const graph::Conv& conv = conv_named(graph, name);
    CHECK_NOTHROW(graph::check_accumulators(graph, name, conv, conv.weights()));
  }
}

TEST_CASE("weights are as wide as their precision and no wider") {
  for (const graph::Bits bits : kAllBits) {
    const graph::Graph graph = network(18, bits, arch::Precision::kInt8);
    for (const graph::Node& node : graph.nodes) {
      const auto* conv = std::get_if<graph::Conv>(&node.op);
      if (conv == nullptr) continue;
      CAPTURE(node.name);
      const bool outer = node.name == "conv1" || node.name == "fc";
      const bool narrow =
          bits != graph::Bits::kW8A8 && !(bits == graph::Bits::kMostlyW4A4 && outer);
      const std::vector<std::int8_t> weights = conv->weights();
      const auto [least, most] = std::minmax_element(weights.begin(), weights.end());
      CHECK(conv->weight_precision == (narrow ? arch::Precision::kInt4 : arch::Precision::kInt8));
      CHECK(*least == (narrow ? -7 : -127));
      CHECK(*most == (narrow ? 7 : 127));
    }
  }
}

TEST_CASE("8-bit activations: every tensor has 8 bits and nothing is requantized") {
  for (const graph::Bits bits : {graph::Bits::kW8A8, graph::Bits::kW4A8}) {
    const graph::Graph graph = network(50, bits, arch::Precision::kInt4);
    for (const graph::Tensor& tensor : graph.tensors) {
      CAPTURE(tensor.name);
      CHECK(!tensor.fits_int4());
    }
    CHECK(requantizations(graph) == 0);
  }
}

TEST_CASE("w4a4 with a 4-bit residual: every tensor but the logits has 4 bits") {
  const graph::Graph graph = network(50, graph::Bits::kW4A4, arch::Precision::kInt4);
  for (const graph::Tensor& tensor : graph.tensors) {
    CAPTURE(tensor.name);
    CHECK(tensor.fits_int4() == (tensor.name != "fc"));
  }
  CHECK(requantizations(graph) == 0);
}

TEST_CASE("with an 8-bit residual the sums have 8 bits and convolutions read 4-bit copies") {
  for (const std::uint32_t depth : {18U, 50U}) {
    const std::size_t adds = depth == 18 ? 8 : 16;
    for (const graph::Bits bits : {graph::Bits::kW4A4, graph::Bits::kMostlyW4A4}) {
      const bool mostly = bits == graph::Bits::kMostlyW4A4;
      const graph::Graph graph = network(depth, bits, arch::Precision::kInt8);
      for (const graph::Tensor& tensor : graph.tensors) {
        CAPTURE(tensor.name);
        const bool outer = tensor.name == "input" || tensor.name == "conv1" ||
                           tensor.name == "maxpool" || tensor.name == "avgpool";
        const bool wide =
            ends_with(tensor.name, ".add") || tensor.name == "fc" || (mostly && outer);
        CHECK(tensor.fits_int4() == !wide);
      }
      CHECK(requantizations(graph) == adds - 1 + (mostly ? 1 : 0));
      CHECK(read_bits(graph, "layer1.0.conv1") == 4);
      CHECK(read_bits(graph, "layer1.1.conv1") == 4);
      CHECK(read_bits(graph, "layer2.0.downsample") == 4);
      CHECK(read_bits(graph, "fc") == (mostly ? 8 : 4));
      CHECK(shortcut(graph, "layer1.1.add") == "layer1.0.add");
    }
  }
}

TEST_CASE("mostly-w4a4: what the stem writes is the first shortcut of basic blocks if it may be") {
  const auto first = [](arch::Precision residual) {
    return shortcut(network(18, graph::Bits::kMostlyW4A4, residual), "layer1.0.add");
  };
  CHECK(first(arch::Precision::kInt8) == "maxpool");
  CHECK(first(arch::Precision::kInt4) == "maxpool.4bit");
  const graph::Graph bottleneck = network(50, graph::Bits::kMostlyW4A4, arch::Precision::kInt8);
  CHECK(read_bits(bottleneck, "layer1.0.downsample") == 4);
}

TEST_CASE("mostly-w4a4 with a 4-bit residual: one requantization, after the stem") {
  const graph::Graph graph = network(50, graph::Bits::kMostlyW4A4, arch::Precision::kInt4);
  CHECK(requantizations(graph) == 1);
  CHECK(bits_of(graph, "maxpool") == 8);
  CHECK(bits_of(graph, "maxpool.4bit") == 4);
  CHECK(bits_of(graph, "layer1.0.add") == 4);
  CHECK(bits_of(graph, "avgpool") == 8);
}

TEST_CASE("for TFLite an average keeps scale and zero point") {
  graph::ResnetOptions options;
  options.contract = arch::Contract::kTflite;
  for (const graph::Bits bits : kAllBits) {
    for (const arch::Precision residual : kBothPrecisions) {
      options.bits = bits;
      options.residual = residual;
      CAPTURE(describe(options));
      const graph::Graph graph = graph::make_resnet(options);
      const auto& average = std::get<graph::GlobalAverage>(node_named(graph, "avgpool").op);
      CHECK(average.input.affine == average.output.affine);
      CHECK(read_bits(graph, "fc") == (bits == graph::Bits::kW4A4 ? 4 : 8));
    }
  }
}

TEST_CASE("some signed tensors have odd zero points, some 0; unsigned ones have 0") {
  const graph::Graph graph = network(50, graph::Bits::kW8A8, arch::Precision::kInt8);
  int zero = 0;
  int odd = 0;
  for (const graph::Node& node : graph.nodes) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    const graph::Operand& output = conv->outputs.at(0);
    const std::int32_t zero_point = output.affine.zero_point;
    CAPTURE(node.name);
    if (graph.tensor(output.tensor).range.low == 0) {
      CHECK(zero_point == 0);
      continue;
    }
    CHECK((zero_point == 0 || zero_point % 2 != 0));
    ++(zero_point == 0 ? zero : odd);
  }
  CHECK(zero > 0);
  CHECK(odd > 0);
}

TEST_CASE("weights that read a Relu's output add to about 0 at each kernel position") {
  for (const graph::Bits bits : {graph::Bits::kW8A8, graph::Bits::kW4A8}) {
    const graph::Graph graph = network(18, bits, arch::Precision::kInt8);
    constexpr std::size_t kInputs = 128;
    constexpr std::size_t kPositions = 9;
    constexpr std::size_t kOutputs = 128;
    const std::vector<std::int8_t> weights = conv_named(graph, "layer2.1.conv2").weights();
    REQUIRE(weights.size() == kOutputs * kInputs * kPositions);
    double squares = 0;
    for (std::size_t output = 0; output < kOutputs; ++output) {
      for (std::size_t position = 0; position < kPositions; ++position) {
        int sum = 0;
        for (std::size_t input = 0; input < kInputs; ++input) {
          sum += weights[(output * kInputs + input) * kPositions + position];
        }
        squares += 1.0 * sum * sum;
      }
    }
    // Independent weights of -most..most would make sums of mean square 128 most (most + 1) / 3.
    const double most = bits == graph::Bits::kW8A8 ? 127 : 7;
    const double independent = kInputs * most * (most + 1) / 3;
    CHECK(squares / (kOutputs * kPositions) < independent / 50);
  }
}
