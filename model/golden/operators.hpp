// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Residual addition and pooling from first principles, on tensors: what a runtime's operator does
// with its scales and zero points, before any of them is folded into a command. Convolution and
// plain requantization: convolution.hpp.
#pragma once

#include <cstdint>

#include "model/arch/tensor.hpp"
#include "model/golden/requantize.hpp"

namespace hb::golden {

/// Scale and zero point of a tensor. Unsigned tensors are stored minus `offset` (128, int4: 8);
/// the zero point is the true one, of code + offset.
struct Quantization {
  float scale = 1;
  std::int32_t zero_point = 0;
  std::int32_t offset = 0;
};

struct QuantizedTensor {
  arch::Tensor tensor;
  Quantization quantization;
};

/// Smallest and largest stored code of a result.
struct Limits {
  std::int32_t low = -128;
  std::int32_t high = 127;
};

/// QLinearAdd (onnxruntime 1.30, x86-64, AVX2 or better). Shapes must be equal; the order of the
/// operands matters.
[[nodiscard]] arch::Tensor add_ort(const QuantizedTensor& a, const QuantizedTensor& b,
                                   const Quantization& y, const Limits& limits);

/// ADD of TFLite's reference kernels. Shapes must be equal.
[[nodiscard]] arch::Tensor add_tflite(const QuantizedTensor& a, const QuantizedTensor& b,
                                      const Quantization& y, const Limits& limits);

/// TFLite's QuantizeMultiplier: a positive scale as multiplier and shifts, multiplier 0 below
/// 2^-32. Throws hb::Error above 2^31.
[[nodiscard]] Multiplier quantize_multiplier(double scale);

/// Windows of a pooling. Padding at the bottom and right follows from the output's size.
struct Windows {
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
  std::uint32_t output_height = 1;
  std::uint32_t output_width = 1;
};

/// Maximum over each window; a padded position never wins, and a window of nothing else gives
/// `lowest`.
[[nodiscard]] arch::Tensor max_pool(const arch::Tensor& input, const Windows& windows,
                                    std::int8_t lowest);

/// QLinearGlobalAveragePool's rule over windows: a padded position counts, as the zero point.
[[nodiscard]] arch::Tensor average_pool_ort(const QuantizedTensor& x, const Windows& windows,
                                            const Quantization& y, const Limits& limits);

/// AVERAGE_POOL_2D of TFLite's reference kernels: (sum +- n/2) / n of the n positions inside the
/// tensor, zero point and scale unchanged. Every window must have one.
[[nodiscard]] arch::Tensor average_pool_tflite(const arch::Tensor& input, const Windows& windows,
                                               const Limits& limits);

}  // namespace hb::golden
