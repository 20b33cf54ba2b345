// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are accumulator widths exact, ends of ranges counted, and files told apart?
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

#include "sw/card/accumulators.hpp"
#include "sw/card/hash.hpp"
#include "sw/card/saturation.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::card;  // NOLINT

namespace {

/// A layer of `count` input channels that one window covers, codes low..high.
struct Layer {
  Layer(std::uint32_t count, graph::CodeType type, std::int32_t zero_point) {
    graph::Tensor input;
    input.name = "x";
    input.channels = count;
    input.type = type;
    input.range = graph::range_of(type);
    graph::Tensor output;
    output.name = "y";
    graph.tensors = {input, output};
    conv.input = {{0}, {1.0F, zero_point}};
    conv.outputs = {{{1}, {}}};
    conv.bias = {0};
  }
  Accumulators sums(const std::vector<std::int8_t>& weights) {
    return accumulators(graph, conv, weights);
  }

  graph::Graph graph;
  graph::Conv conv;
};

/// Least and most of all sums that three codes can make, one by one.
std::pair<std::int64_t, std::int64_t> all_sums(const graph::CodeRange& codes, std::int32_t zero,
                                               const std::vector<std::int8_t>& weights,
                                               std::int32_t bias) {
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::int64_t most = std::numeric_limits<std::int64_t>::min();
  for (int a = codes.low; a <= codes.high; ++a) {
    for (int b = codes.low; b <= codes.high; ++b) {
      for (int c = codes.low; c <= codes.high; ++c) {
        const std::int64_t sum =
            (a - zero) * weights[0] + (b - zero) * weights[1] + (c - zero) * weights[2] + bias;
        least = std::min(least, sum);
        most = std::max(most, sum);
      }
    }
  }
  return {least, most};
}

}  // namespace

TEST_CASE("bits are those of the smallest number that holds both ends") {
  CHECK(signed_bits(0, 0) == 1);
  CHECK(signed_bits(-1, 0) == 1);
  CHECK(signed_bits(0, 1) == 2);
  for (std::uint32_t bits = 2; bits <= 40; ++bits) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    CHECK(signed_bits(0, half - 1) == bits);
    CHECK(signed_bits(-half, 0) == bits);
    CHECK(signed_bits(0, half) == bits + 1);
    CHECK(signed_bits(-half - 1, 0) == bits + 1);
  }
}

TEST_CASE("the worst sums are those of trying every input") {
  const std::vector<std::vector<std::int8_t>> all = {{7, -7, 3}, {-8, 7, 0}, {-1, -2, -3},
                                                     {1, 2, 3},  {0, 0, 0},  {5, 5, -8}};
  for (const std::vector<std::int8_t>& weights : all) {
    for (const graph::CodeType type : {graph::CodeType::kUint4, graph::CodeType::kInt4}) {
      for (const std::int32_t zero : {0, 3, -4}) {
        if (!graph::range_of(type).holds(zero)) continue;
        for (const std::int32_t bias : {0, -100, 77}) {
          Layer layer(3, type, zero);
          layer.conv.bias = {bias};
          const Accumulators sums = layer.sums(weights);
          const auto [least, most] = all_sums(graph::range_of(type), zero, weights, bias);
          CHECK(sums.least == least);
          CHECK(sums.most == most);
          CHECK(sums.bits == signed_bits(least, most));
          CHECK(sums.low_weight == *std::min_element(weights.begin(), weights.end()));
          CHECK(sums.high_weight == *std::max_element(weights.begin(), weights.end()));
        }
      }
    }
  }
}

TEST_CASE("the worst channel counts, and a padded position is a product of 0") {
  Layer layer(2, graph::CodeType::kUint4, 0);
  layer.conv.output_channels = 2;
  layer.conv.bias = {0, 0};
  const Accumulators two = layer.sums({1, 1, -3, -2});
  CHECK(two.most == 15 * 2);
  CHECK(two.least == -15 * 5);
  layer.graph.tensors[0].range = {4, 9};  // zero cannot occur inside
  CHECK(layer.sums({1, 1, -3, -2}).most == 9 * 2);
  CHECK(layer.sums({1, 1, 3, 2}).least == 4 * 2);
  layer.conv.window.pad_top = 1;
  CHECK(layer.sums({1, 1, 3, 2}).least == 0);
}

// The largest layers of ResNet-50: 3*3*512 products at w4a4 and w8a8, 2048 of the last layer.
TEST_CASE("any weights of ResNet-50's largest layers fit 20, 29 and 27 bits") {
  const auto bits = [](std::uint32_t count, graph::CodeType type, arch::Precision weights) {
    Layer layer(count, type, 0);
    layer.conv.weight_precision = weights;
    return layer.sums(std::vector<std::int8_t>(count, 1)).bits_of_any_weights;
  };
  CHECK(bits(4608, graph::CodeType::kUint4, arch::Precision::kInt4) == 20);
  CHECK(bits(4608, graph::CodeType::kUint8, arch::Precision::kInt8) == 29);
  CHECK(bits(2048, graph::CodeType::kUint8, arch::Precision::kInt8) == 27);
}

TEST_CASE("a weight that is not narrow makes any weight full") {
  Layer layer(4608, graph::CodeType::kUint4, 0);
  layer.conv.weight_precision = arch::Precision::kInt4;
  std::vector<std::int8_t> weights(4608, 1);
  weights[17] = -8;
  CHECK(layer.sums(weights).bits_of_any_weights == signed_bits(-4608 * 15 * 8, 4608 * 15 * 8));
  CHECK(layer.sums(weights).bits_of_any_weights == 21);
}

TEST_CASE("codes at both ends count, but for a ReLU's zeros") {
  Layer layer(1, graph::CodeType::kInt8, 0);
  layer.graph.tensors[1].type = graph::CodeType::kUint8;
  layer.graph.tensors[1].range = {10, 250};
  layer.graph.nodes = {{"conv", layer.conv}};
  const auto stored = [](int code) { return static_cast<std::int8_t>(code - 128); };
  const std::vector<arch::Tensor> tensors = {
      {1, 1, 1, {0}}, {1, 1, 5, {stored(10), stored(10), stored(250), stored(11), stored(249)}}};
  const auto counts = [&](std::int32_t zero_point) {
    std::get<graph::Conv>(layer.graph.nodes[0].op).outputs[0].affine.zero_point = zero_point;
    EndCounter counter(layer.graph);
    counter.add(tensors);
    counter.add(tensors);
    CHECK(counter.images() == 2);
    return counter.by_node().at("conv");
  };
  CHECK(counts(100).values == 10);
  CHECK(counts(100).low == 4);
  CHECK(counts(100).high == 2);
  CHECK(counts(10).low == 0);
  CHECK(counts(10).high == 2);
}

// FIPS 180-2, appendix B.1, and the hash of nothing.
TEST_CASE("hashes are SHA-256") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
