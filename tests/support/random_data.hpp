// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random codes, parameters and quantizers that exercise the arithmetic: few saturate, some lie on
// ties or edges.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/layer.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

[[nodiscard]] std::vector<std::int8_t> random_codes(Random& random, arch::Precision precision,
                                                    std::size_t count);
[[nodiscard]] arch::Tensor random_tensor(Random& random, arch::Precision precision,
                                         std::uint32_t channels, std::uint32_t height,
                                         std::uint32_t width);
[[nodiscard]] schedule::Quantizer random_quantizer(Random& random);

/// About 2^exponent: any mantissa, a power of two (ties), or, rarely, far away. Normal and finite.
[[nodiscard]] float random_scale(Random& random, int exponent);
/// Exponent of a scale that spreads sums of `products` products over the codes of `output`.
[[nodiscard]] int fitting_exponent(arch::Precision input, arch::Precision output,
                                   std::uint64_t products);
[[nodiscard]] std::int32_t random_bias(Random& random);
/// Exponent of a scale from codes to codes.
[[nodiscard]] int copy_exponent(arch::Precision from, arch::Precision to);

/// Parameters of every channel of `layer`.
[[nodiscard]] map::Parameters random_parameters(Random& random, const schedule::ConvLayer& layer);
[[nodiscard]] map::Weights random_weights(Random& random, const schedule::ConvLayer& layer);

}  // namespace hb::test
