// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random tensors, weights and quantizers of built-in layers.
#pragma once

#include <cstdint>

#include "model/arch/tensor.hpp"
#include "sw/graph/random.hpp"
#include "sw/map/layout.hpp"
#include "sw/map/quantize.hpp"
#include "sw/schedule/layer.hpp"

namespace hb::cli {

/// What each stream of random numbers is for.
enum Stream : std::uint64_t {
  kInput,
  kWeights,
  kBias,
  kScale,
  kZeroPoints,
  kResidual,
  kAdditionZeroPoints,
  kAdditionScales,
};

/// Largest code of a precision. Codes are -limit - 1 .. limit; weights -limit .. limit, whose mean
/// is 0.
[[nodiscard]] int limit_of(arch::Precision precision);

/// A zero point near 0.
[[nodiscard]] std::int8_t random_zero_point(graph::RandomStream& stream, arch::Precision precision);

/// Fills a tensor of a shape with codes.
void fill(arch::Tensor& tensor, arch::Precision precision, graph::RandomStream stream);

[[nodiscard]] map::Weights random_weights(const schedule::ConvLayer& layer, std::uint64_t seed);

/// Scales put 2.5 to 5 deviations of a sum at the end of the range of the convolution's own code;
/// the bias moves a channel by at most a quarter of one. It also holds the input's zero point,
/// `layer.pad_code`: sum((x - zp) w) = sum(x w) - zp sum(w).
[[nodiscard]] map::Parameters random_parameters(const schedule::ConvLayer& layer,
                                                const map::Weights& weights, std::uint64_t seed);

/// Chooses zero points and scales of `layer.residual`, which knows its precision and order, so that
/// few sums saturate, and sets the layer's output to the result's.
void set_random_addition(schedule::ConvLayer& layer, std::uint64_t seed);

/// Bias and scale of an average or requantization; sets the layer's zero point.
[[nodiscard]] map::UnitScale random_unit_scale(schedule::UnitLayer& layer, std::uint64_t seed);

}  // namespace hb::cli
