// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The cost models of "Pareto-Optimal Quantized ResNet Is Mostly 4-bit" (arXiv 2105.03536), as in
// the authors' code (google-research, aqt/jax/compute_cost_utils.py). No machine.
#pragma once

#include <cstdint>

namespace hb::costmodel {

/// bfloat16: what costs are relative to, and what an operand that is not quantized has.
inline constexpr std::uint32_t kReferenceBits = 16;

/// Bits of a layer's operands, 1..16.
struct Bits {
  std::uint32_t weights = kReferenceBits;
  std::uint32_t activations = kReferenceBits;

  [[nodiscard]] bool operator==(const Bits& other) const {
    return weights == other.weights && activations == other.activations;
  }
};

/// What of a layer, or of several, the models count: products of convolutions and fully connected
/// layers (a padded position counts), and their weights; neither bias nor anything else.
struct Work {
  std::uint64_t macs = 0;
  std::uint64_t weights = 0;
};

/// Costs of layers; costs of several add up.
struct Cost {
  std::uint64_t linear = 0;       ///< sum of MACs * larger bits, rounded up to 4, 8 or 16
  std::uint64_t quadratic = 0;    ///< sum of MACs * weight bits * activation bits
  std::uint64_t memory_bits = 0;  ///< sum of weights * weight bits

  Cost& operator+=(const Cost& other);
};

/// Throws hb::Error for bits that are not 1..16.
[[nodiscard]] Cost cost_of(const Work& work, const Bits& bits);

/// Costs as shares of other costs, each in 0..; 0 of nothing.
struct Ratios {
  double linear = 0;
  double quadratic = 0;
  double memory = 0;
};
[[nodiscard]] Ratios ratios(const Cost& cost, const Cost& reference);

}  // namespace hb::costmodel
