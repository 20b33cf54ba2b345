// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Convolution from first principles, on tensors: no tiles, words or buffers, so that a mistake in a
// mapping or a layout cannot hide in it. execute() shares nothing with this but
// requantize_literal().
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/tensor.hpp"
#include "model/golden/requantize.hpp"

namespace hb::golden {

/// A convolution's shape and constants. Padding at the bottom and right follows from the output's
/// size: every position outside the input reads `pad_code`.
struct Convolution {
  std::uint32_t output_channels = 1;
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
  std::uint32_t output_height = 1;
  std::uint32_t output_width = 1;
  std::int16_t pad_code = 0;         ///< usually the input's zero point, which may be no code
  std::vector<std::int8_t> weights;  ///< [output channel][input channel][ky][kx]
  std::vector<std::int32_t> bias;    ///< per output channel; holds the input's zero point's share
};

/// 32-bit accumulators (bias included), [channel][y][x].
struct Accumulators {
  std::uint32_t channels = 0;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  std::vector<std::int32_t> values;
};

/// Wrapping sums of code * weight, plus bias.
[[nodiscard]] Accumulators convolve(const arch::Tensor& input, const Convolution& layer);

/// Codes of accumulators; `scales` per channel: from literal_scale() under `ort`.
[[nodiscard]] arch::Tensor requantize(const Accumulators& accumulators,
                                      const std::vector<float>& scales, const Range& range);
[[nodiscard]] arch::Tensor requantize(const Accumulators& accumulators,
                                      const std::vector<Multiplier>& scales, const Range& range);

/// A second copy made from the output's codes, or a tensor's requantization by itself: `code -
/// zero_point` takes the accumulator's place. The zero point is that of the stored codes (of an
/// unsigned tensor the true one minus 128 or 8).
[[nodiscard]] arch::Tensor requantize(const arch::Tensor& output, std::int32_t zero_point,
                                      const std::vector<float>& scales, const Range& range);
[[nodiscard]] arch::Tensor requantize(const arch::Tensor& output, std::int32_t zero_point,
                                      const std::vector<Multiplier>& scales, const Range& range);

}  // namespace hb::golden
