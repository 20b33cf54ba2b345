// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/card/accumulators.hpp"

#include <algorithm>
#include <limits>

#include "model/arch/error.hpp"

namespace hb::card {
namespace {

/// Codes of a layer's input minus its zero point; a padded position counts as 0.
graph::CodeRange centred(const graph::Graph& graph, const graph::Conv& conv) {
  const graph::CodeRange codes = graph.tensor(conv.input.tensor).range;
  const std::int32_t zero = conv.input.affine.zero_point;
  const graph::Window& window = conv.window;
  graph::CodeRange range{codes.low - zero, codes.high - zero};
  if (window.pad_top + window.pad_left + window.pad_bottom + window.pad_right != 0) {
    range = {std::min(range.low, 0), std::max(range.high, 0)};
  }
  return range;
}

std::uint32_t bits_of_any(const graph::CodeRange& codes, const Accumulators& seen,
                          std::int64_t count, bool int4) {
  const std::int64_t narrow = int4 ? 7 : 127;
  const std::int64_t largest = std::max<std::int64_t>(std::abs(codes.low), std::abs(codes.high)) *
                               (seen.low_weight < -narrow ? narrow + 1 : narrow) * count;
  return signed_bits(-largest, largest);
}

}  // namespace

std::uint32_t signed_bits(std::int64_t least, std::int64_t most) {
  std::uint32_t bits = 1;
  const auto holds = [&](std::int64_t value) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    return value >= -half && value < half;
  };
  while (bits < 63 && !(holds(least) && holds(most))) ++bits;
  return bits;
}

Accumulators accumulators(const graph::Graph& graph, const graph::Conv& conv,
                          const std::vector<std::int8_t>& weights) {
  const std::size_t count = graph::weights_per_channel(graph, conv);
  HB_ASSERT(weights.size() == count * conv.output_channels &&
                conv.bias.size() == conv.output_channels && !weights.empty(),
            "{} weights, {} biases of {} channels", weights.size(), conv.bias.size(),
            conv.output_channels);
  const graph::CodeRange codes = centred(graph, conv);
  Accumulators result;
  result.least = std::numeric_limits<std::int64_t>::max();
  result.most = std::numeric_limits<std::int64_t>::min();
  for (std::size_t channel = 0; channel < conv.output_channels; ++channel) {
    const graph::WeightSums sums = graph::sums_of(weights.data() + channel * count, count);
    result.least = std::min(result.least, sums.least(codes) + conv.bias[channel]);
    result.most = std::max(result.most, sums.most(codes) + conv.bias[channel]);
  }
  const auto [low, high] = std::minmax_element(weights.begin(), weights.end());
  result.low_weight = *low;
  result.high_weight = *high;
  result.bits = signed_bits(result.least, result.most);
  result.bits_of_any_weights = bits_of_any(codes, result, static_cast<std::int64_t>(count),
                                           conv.weight_precision == arch::Precision::kInt4);
  return result;
}

}  // namespace hb::card
