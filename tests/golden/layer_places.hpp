// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Where a random layer's tensors lie in the activation buffer: input, output, copy, residual, one
// after another.
#pragma once

#include "tests/golden/random_layer.hpp"

namespace hb::test {

/// Words of the layer's output, or of a copy or residual, at `precision`; 0 without one.
[[nodiscard]] inline std::uint32_t optional_words(const RandomLayer& layer,
                                                  std::optional<arch::Precision> precision) {
  if (!precision) return 0;
  const std::uint32_t word = word_channels(layer.machine, *precision);
  const golden::Convolution& c = layer.convolution;
  return (c.output_channels + word - 1) / word * c.output_height * c.output_width;
}

[[nodiscard]] inline std::uint32_t input_words(const RandomLayer& layer) {
  const std::uint32_t word = word_channels(layer.machine, layer.kind.precision);
  return (layer.input.channels + word - 1) / word * layer.input.height * layer.input.width;
}

[[nodiscard]] inline std::uint32_t output_words(const RandomLayer& layer) {
  return optional_words(layer, layer.kind.output_precision);
}

[[nodiscard]] inline std::uint32_t copy_address(const RandomLayer& layer) {
  return input_words(layer) + output_words(layer);
}

[[nodiscard]] inline std::uint32_t residual_address(const RandomLayer& layer) {
  return copy_address(layer) + optional_words(layer, layer.kind.copy_precision);
}

}  // namespace hb::test
