// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How wide a layer's accumulators must be, exactly, from its weights.
#pragma once

#include <cstdint>
#include <vector>

#include "sw/graph/graph.hpp"

namespace hb::card {

/// Bits of the smallest two's complement number that holds least..most.
[[nodiscard]] std::uint32_t signed_bits(std::int64_t least, std::int64_t most);

/// Sums of (x - x zero point) * w + bias that some codes of the input can bring about, over all
/// output channels, and the weights that make them.
struct Accumulators {
  std::int64_t least = 0;  ///< reached
  std::int64_t most = 0;   ///< reached
  std::uint32_t bits = 1;  ///< that hold them
  /// That hold the sums without bias of any weights as large as the codes of this width can be:
  /// narrow (-127..127, -7..7) where no weight is the lowest code.
  std::uint32_t bits_of_any_weights = 1;
  std::int8_t low_weight = 0;
  std::int8_t high_weight = 0;
};

/// `weights` as from Conv::weights, as many as the layer has; biases, too.
[[nodiscard]] Accumulators accumulators(const graph::Graph& graph, const graph::Conv& conv,
                                        const std::vector<std::int8_t>& weights);

}  // namespace hb::card
