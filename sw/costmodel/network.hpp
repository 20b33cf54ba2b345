// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The cost models applied to a network: its layers' bits come from the codes that can occur.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sw/costmodel/cost.hpp"
#include "sw/graph/graph.hpp"

namespace hb::costmodel {

/// 4 where all codes of a tensor fit int4, else 8.
[[nodiscard]] std::uint32_t bits_of(const graph::Tensor& tensor);

/// Where a value that `id` holds is kept: past every clamp of codes (Clip, Relu) that is the only
/// reader of what it clamps, because only the clamped codes need to exist.
[[nodiscard]] graph::TensorId kept(const graph::Graph& graph, graph::TensorId id);

/// A convolution or fully connected layer.
struct Layer {
  std::string name;
  Bits bits;
  Work work;
  Cost cost;
};

/// A map that the network keeps: what a convolution or an addition puts out.
struct Map {
  std::string name;
  std::uint64_t values = 0;
  std::uint32_t bits = 8;
};

struct Network {
  std::vector<Layer> layers;  ///< in the graph's order
  Work work;
  Cost cost;
  Cost reference;  ///< of the same layers at bfloat16
  /// Outputs of convolutions and additions, each once: where the same values are also kept with
  /// fewer bits, those don't count, nor do the image and what pools put out.
  std::vector<Map> maps;

  /// Sum of bits * count over the count; 0 of nothing.
  [[nodiscard]] double average_weight_bits() const;
  [[nodiscard]] double average_activation_bits() const;
  [[nodiscard]] std::uint32_t most_weight_bits() const;
  [[nodiscard]] std::uint32_t most_activation_bits() const;
  /// The map of most bits in all; null without any.
  [[nodiscard]] const Map* peak() const;
};

/// Does not ask for weights.
[[nodiscard]] Network analyze(const graph::Graph& graph);

}  // namespace hb::costmodel
