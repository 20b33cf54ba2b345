// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the scales of built-in networks, which are chosen without running them, use the codes well
// when they run?
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "sw/graph/random.hpp"
#include "sw/reference/reference.hpp"
#include "tests/graph/resnets.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT

namespace {

constexpr double kMostSaturated = 0.05;
constexpr double kMostZero = 0.70;

arch::Tensor random_image(const graph::Tensor& tensor, std::uint64_t seed) {
  arch::Tensor image{tensor.channels, tensor.height, tensor.width, {}};
  const graph::CodeRange range = tensor.stored_range();
  graph::RandomStream random(seed, ~std::uint64_t{0});
  for (std::uint64_t i = 0; i < tensor.values(); ++i) {
    image.codes.push_back(static_cast<std::int8_t>(random.integer(range.low, range.high)));
  }
  return image;
}

/// Shares of a tensor's codes that saturate (at the lower end only if it is not the zero point) and
/// that are the zero point.
struct Shares {
  double saturated = 0;
  double zero = 0;
};

Shares shares_of(const graph::Tensor& tensor, std::int32_t zero_point, const arch::Tensor& codes) {
  std::uint64_t saturated = 0;
  std::uint64_t zero = 0;
  for (const std::int8_t stored : codes.codes) {
    const std::int32_t code = stored + tensor.offset();
    if (code == zero_point) {
      ++zero;
    } else if (code == tensor.range.low || code == tensor.range.high) {
      ++saturated;
    }
  }
  const auto count = static_cast<double>(codes.codes.size());
  return {static_cast<double>(saturated) / count, static_cast<double>(zero) / count};
}

/// What a node writes; the zero point of a pool's codes, which are unsigned, is 0.
graph::Operand output_of(const graph::Node& node) {
  struct Visitor {
    graph::Operand operator()(const graph::Conv& conv) const { return conv.outputs.at(0); }
    graph::Operand operator()(const graph::MaxPool& pool) const { return {pool.output, {}}; }
    graph::Operand operator()(const graph::Add& add) const { return add.output; }
    graph::Operand operator()(const graph::GlobalAverage& mean) const { return mean.output; }
    graph::Operand operator()(const graph::Requantize& unit) const { return unit.output; }
  };
  return std::visit(Visitor{}, node.op);
}

void check_shares(const graph::ResnetOptions& options) {
  CAPTURE(describe(options));
  const graph::Graph graph = graph::make_resnet(options);
  const arch::Tensor image = random_image(graph.tensor(graph.inputs.at(0).tensor), options.seed);
  const std::vector<arch::Tensor> tensors = reference::run(graph, options.contract, {image});
  Shares most;
  for (const graph::Node& node : graph.nodes) {
    CAPTURE(node.name);
    const graph::Operand output = output_of(node);
    const Shares shares = shares_of(graph.tensor(output.tensor), output.affine.zero_point,
                                    tensors.at(output.tensor.index));
    CHECK(shares.saturated < kMostSaturated);
    CHECK(shares.zero < kMostZero);
    most.saturated = std::max(most.saturated, shares.saturated);
    most.zero = std::max(most.zero, shares.zero);
  }
  MESSAGE(describe(options) << ": at most " << 100 * most.saturated << " % saturated, "
                            << 100 * most.zero << " % zero");
}

}  // namespace

TEST_CASE("less than 5 % of every tensor saturate and less than 70 % are zero points") {
  graph::ResnetOptions options;
  options.image = 64;
  for (const std::uint32_t depth : {18U, 50U}) {
    for (const graph::Bits bits : kAllBits) {
      for (const arch::Precision residual : kBothPrecisions) {
        // The residual's precision is of 4-bit networks alone.
        const bool wide = bits == graph::Bits::kW8A8 || bits == graph::Bits::kW4A8;
        if (wide && residual == arch::Precision::kInt4) continue;
        options.depth = depth;
        options.bits = bits;
        options.residual = residual;
        options.contract = arch::Contract::kOrt;
        check_shares(options);
      }
    }
  }
}
