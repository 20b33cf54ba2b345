// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/convolution.hpp"

#include "model/arch/error.hpp"

namespace hb::golden {
namespace {

std::int8_t input_code(const arch::Tensor& input, std::uint32_t c, std::int64_t y, std::int64_t x,
                       std::int8_t pad_code) {
  if (y < 0 || x < 0 || y >= input.height || x >= input.width) return pad_code;
  return input.codes[input.index(c, static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(x))];
}

/// Output channel `oc` at (oy, ox), without bias.
std::uint32_t sum_at(const arch::Tensor& input, const Convolution& layer, std::uint32_t oc,
                     std::uint32_t oy, std::uint32_t ox) {
  std::uint32_t sum = 0;
  std::size_t weight = std::size_t{oc} * input.channels * layer.kernel_height * layer.kernel_width;
  for (std::uint32_t c = 0; c < input.channels; ++c) {
    for (std::uint32_t ky = 0; ky < layer.kernel_height; ++ky) {
      for (std::uint32_t kx = 0; kx < layer.kernel_width; ++kx) {
        const std::int64_t y = std::int64_t{oy} * layer.stride_y + ky - layer.pad_top;
        const std::int64_t x = std::int64_t{ox} * layer.stride_x + kx - layer.pad_left;
        const std::int32_t code = input_code(input, c, y, x, layer.pad_code);
        sum += static_cast<std::uint32_t>(code * layer.weights[weight++]);
      }
    }
  }
  return sum;
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
  for (std::uint32_t oc = 0; oc < layer.output_channels; ++oc) {
    const auto bias = static_cast<std::uint32_t>(layer.bias[oc]);
    for (std::uint32_t oy = 0; oy < layer.output_height; ++oy) {
      for (std::uint32_t ox = 0; ox < layer.output_width; ++ox) {
        const std::uint32_t sum = sum_at(input, layer, oc, oy, ox) + bias;
        result.values.push_back(static_cast<std::int32_t>(sum));
      }
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
