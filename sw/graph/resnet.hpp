// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Residual networks by name, with random weights: "resnet50" as an integer graph.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sw/graph/graph.hpp"

namespace hb::graph {

/// Precisions of weights and activations.
enum class Bits : std::uint8_t { kW8A8, kW4A8, kW4A4, kMostlyW4A4 };

struct ResnetOptions {
  std::uint32_t depth = 50;  ///< see resnet_depths()
  float width = 1.0F;        ///< factor of the block filters, not of the stem
  Bits bits = Bits::kW8A8;
  arch::Precision residual = arch::Precision::kInt8;  ///< of add outputs in 4-bit networks
  arch::Contract contract = arch::Contract::kOrt;     ///< scales that it can hold
  std::uint64_t seed = 1;
  std::uint32_t image = 224;  ///< height and width, a multiple of 32
};

/// 18, 29, 34, 50, 101, 152, 200.
[[nodiscard]] const std::vector<std::uint32_t>& resnet_depths();

/// v1.5 for images of 3 channels, 1000 classes. Same options, same network, anywhere; weights are
/// made when asked for. Scales suit images of uniform codes: at width 0.25 and more, less than 5 %
/// of any tensor saturate and less than 70 % are zero points. Throws hb::Error for an unknown
/// depth, an image size that is no multiple of 32 or a width that leaves no channels or too many.
[[nodiscard]] Graph make_resnet(const ResnetOptions& options);

}  // namespace hb::graph
