// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/convolution.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::golden {
namespace {

using Codes = std::vector<std::int16_t>;

/// The codes that output (oy, ox) sees, in the weights' order.
void gather(const arch::Tensor& input, const Convolution& layer, std::uint32_t oy, std::uint32_t ox,
            Codes& window) {
  window.clear();
  for (std::uint32_t c = 0; c < input.channels; ++c) {
    for (std::uint32_t ky = 0; ky < layer.kernel_height; ++ky) {
      for (std::uint32_t kx = 0; kx < layer.kernel_width; ++kx) {
        const std::int64_t y = std::int64_t{oy} * layer.stride_y + ky - layer.pad_top;
        const std::int64_t x = std::int64_t{ox} * layer.stride_x + kx - layer.pad_left;
        const bool inside = y >= 0 && x >= 0 && y < input.height && x < input.width;
        window.push_back(inside ? input.codes[input.index(c, static_cast<std::uint32_t>(y),
                                                          static_cast<std::uint32_t>(x))]
                                : layer.pad_code);
      }
    }
  }
}

/// Wrapping sum of products. The inner sum, of at most 2^14 products below 2^16, fits int32; 16-bit
/// factors and a 32-bit sum are what compilers have an instruction for.
std::uint32_t dot(const std::int16_t* a, const std::int16_t* b, std::size_t count) {
  constexpr std::size_t kBlock = std::size_t{1} << 14;
  std::uint32_t total = 0;
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t end = std::min(count, first + kBlock);
    std::int32_t sum = 0;
    for (std::size_t i = first; i < end; ++i) sum += std::int32_t{a[i]} * b[i];
    total += static_cast<std::uint32_t>(sum);
  }
  return total;
}

/// `scales`: float under `ort`, Multiplier under `tflite`.
template <class Scale>
arch::Tensor codes_of(const Accumulators& accumulators, const std::vector<Scale>& scales,
                      const Range& range) {
  HB_ASSERT(scales.size() == accumulators.channels, "scales {} channels {}", scales.size(),
            accumulators.channels);
  arch::Tensor codes{accumulators.channels, accumulators.height, accumulators.width, {}};
  const std::size_t pixels = std::size_t{codes.height} * codes.width;
  for (std::size_t i = 0; i < accumulators.values.size(); ++i) {
    const Scale& scale = scales[i / pixels];
    codes.codes.push_back(
        static_cast<std::int8_t>(requantize_literal(accumulators.values[i], scale, range)));
  }
  return codes;
}

Accumulators differences(const arch::Tensor& tensor, std::int32_t zero_point) {
  Accumulators result{tensor.channels, tensor.height, tensor.width, {}};
  for (const std::int8_t code : tensor.codes) result.values.push_back(code - zero_point);
  return result;
}

}  // namespace

Accumulators convolve(const arch::Tensor& input, const Convolution& layer) {
  HB_ASSERT(layer.bias.size() == layer.output_channels, "biases {} channels {}", layer.bias.size(),
            layer.output_channels);
  HB_ASSERT(layer.weights.size() == std::size_t{layer.output_channels} * input.channels *
                                        layer.kernel_height * layer.kernel_width,
            "weights {}", layer.weights.size());
  Accumulators result{layer.output_channels, layer.output_height, layer.output_width, {}};
  const std::size_t pixels = std::size_t{layer.output_height} * layer.output_width;
  result.values.resize(layer.output_channels * pixels);
  const Codes weights(layer.weights.begin(), layer.weights.end());
  Codes window;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    gather(input, layer, static_cast<std::uint32_t>(pixel / layer.output_width),
           static_cast<std::uint32_t>(pixel % layer.output_width), window);
    for (std::size_t oc = 0; oc < layer.output_channels; ++oc) {
      const std::uint32_t sum = dot(window.data(), &weights[oc * window.size()], window.size());
      result.values[oc * pixels + pixel] =
          static_cast<std::int32_t>(sum + static_cast<std::uint32_t>(layer.bias[oc]));
    }
  }
  return result;
}

arch::Tensor requantize(const Accumulators& accumulators, const std::vector<float>& scales,
                        const Range& range) {
  return codes_of(accumulators, scales, range);
}

arch::Tensor requantize(const Accumulators& accumulators, const std::vector<Multiplier>& scales,
                        const Range& range) {
  return codes_of(accumulators, scales, range);
}

arch::Tensor requantize(const arch::Tensor& output, std::int32_t zero_point,
                        const std::vector<float>& scales, const Range& range) {
  return codes_of(differences(output, zero_point), scales, range);
}

arch::Tensor requantize(const arch::Tensor& output, std::int32_t zero_point,
                        const std::vector<Multiplier>& scales, const Range& range) {
  return codes_of(differences(output, zero_point), scales, range);
}

}  // namespace hb::golden
