// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What convolutions and fully connected layers of both forms (integer and QDQ) have in common.
#pragma once

#include <cstdint>
#include <vector>

#include "sw/import/operands.hpp"

namespace hb::import {

/// A convolution that lacks its outputs, and the shape of its result.
struct Convolution {
  graph::Conv op;
  Shape shape;
};

/// Codes that a convolution reads.
struct Source {
  graph::Operand operand;
  bool flat = false;
};

/// Conv: weights [output channel][input channel][ky][kx], per-channel scales along axis 0. Bias 0.
[[nodiscard]] Convolution convolve(Node& node, const Source& source, const RealConstant& weights);

/// How a matrix product has its weights: [K][N] or, `transposed`, [N][K].
struct Product {
  graph::ConvKind kind = graph::ConvKind::kConv;
  bool transposed = false;
};

/// Matrix product of a flat input: a window as large as the image. Bias 0.
[[nodiscard]] Convolution multiply(Node& node, const Source& source, const RealConstant& weights,
                                   const Product& product);

/// Weights of an integer operator: a constant at input `index`, scale and zero point behind it,
/// per-channel scales along `axis`.
[[nodiscard]] RealConstant integer_weights(const Node& node, int index, std::int64_t axis);
/// Weights of a float operator: a constant behind a DequantizeLinear.
[[nodiscard]] const RealConstant& real_weights(const Node& node, int index);

/// Bias of an integer operator: int32 codes, one per output channel.
[[nodiscard]] std::vector<std::int32_t> integer_bias(const Node& node, int index,
                                                     const graph::Conv& conv);
/// Bias of a float operator, as codes of scale x_scale * w_scale: those of the file where it has
/// this scale, else the nearest to the real values (float32; ties to even).
[[nodiscard]] std::vector<std::int32_t> real_bias(const Node& node, int index,
                                                  const graph::Conv& conv);

}  // namespace hb::import
