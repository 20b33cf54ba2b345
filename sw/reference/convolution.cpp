// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/convolution.hpp"

#include <fmt/format.h>

#include "model/arch/error.hpp"
#include "sw/reference/operators.hpp"

namespace hb::reference {
namespace {

using golden::Accumulators;

/// A channel's value where a list has one for all of them.
template <class T>
const T& of_channel(const std::vector<T>& values, std::size_t channel) {
  return values.size() == 1 ? values[0] : values.at(channel);
}

std::int16_t pad_code(const graph::Conv& conv, const Run& run) {
  const graph::Affine& affine = conv.input.affine;
  const std::int32_t code =
      run.contract == arch::Contract::kOrt ? run.rules.padding(affine) : affine.zero_point;
  return static_cast<std::int16_t>(code - run.shape(conv.input.tensor).offset());
}

/// Biases for sums of plain codes: minus the zero point times the sum of the weights. Exact, since
/// all accumulators fit int32 and sums wrap.
std::vector<std::int32_t> folded_bias(const graph::Conv& conv, std::int32_t zero_point,
                                      const std::vector<std::int8_t>& weights) {
  std::vector<std::int32_t> bias = conv.bias;
  const std::size_t per_channel = weights.size() / bias.size();
  for (std::size_t i = 0; i < weights.size(); ++i) {
    std::int32_t& value = bias[i / per_channel];
    const std::int64_t sum = std::int64_t{value} - std::int64_t{zero_point} * weights[i];
    value = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum));
  }
  return bias;
}

/// Accumulators, bias included.
Accumulators sums(const std::string& node, const graph::Conv& conv, const Run& run) {
  const graph::Window& window = conv.window;
  const graph::Tensor& input = run.shape(conv.input.tensor);
  const graph::Tensor& output = run.shape(conv.outputs.at(0).tensor);
  golden::Convolution layer;
  layer.output_channels = conv.output_channels;
  layer.kernel_height = window.kernel_height;
  layer.kernel_width = window.kernel_width;
  layer.stride_y = window.stride_y;
  layer.stride_x = window.stride_x;
  layer.pad_top = window.pad_top;
  layer.pad_left = window.pad_left;
  layer.output_height = output.height;
  layer.output_width = output.width;
  layer.pad_code = pad_code(conv, run);
  layer.weights = conv.weights();
  graph::check_accumulators(run.graph, node, conv, layer.weights);
  layer.bias = folded_bias(conv, conv.input.affine.zero_point - input.offset(), layer.weights);
  return golden::convolve(run.codes(conv.input.tensor), layer);
}

/// QLinearConv, QLinearMatMul and QGemm: alpha and the scales from left to right.
arch::Tensor ort_codes(const graph::Conv& conv, const graph::Operand& output,
                       const Accumulators& accumulators, const Run& run) {
  const golden::Range range = range_of(run, output);
  arch::Tensor codes = zeros(run.shape(output.tensor));
  const std::size_t pixels = std::size_t{codes.height} * codes.width;
  const float x_scale = conv.alpha * conv.input.affine.scale;
  float scale = 0;
  for (std::size_t i = 0; i < codes.codes.size(); ++i) {
    if (i % pixels == 0) {
      scale =
          run.rules.scale(x_scale, of_channel(conv.weight_scales, i / pixels), output.affine.scale);
    }
    codes.codes[i] =
        static_cast<std::int8_t>(run.rules.requantize(accumulators.values[i], scale, range));
  }
  return codes;
}

/// CONV_2D has a scale per channel and multiplies in double, FULLY_CONNECTED one, whose product
/// with the input's is a float32.
double tflite_scale(const graph::Conv& conv, float y_scale, std::size_t channel) {
  const float x_scale = conv.input.affine.scale;
  const float w_scale = of_channel(conv.weight_scales, channel);
  const double product = conv.kind == graph::ConvKind::kGemm ? double{x_scale * w_scale}
                                                             : double{x_scale} * double{w_scale};
  return product / double{y_scale};
}

void check_tflite(const std::string& node, const graph::Conv& conv) {
  if (conv.kind == graph::ConvKind::kGemm && conv.weight_scales.size() > 1) {
    throw bad_input(node, fmt::format("{} weight scales", conv.weight_scales.size()),
                    "one, in a fully connected layer under tflite");
  }
  if (conv.alpha != 1) {
    throw bad_input(node, fmt::format("alpha {}", conv.alpha), "1 under tflite");
  }
}

arch::Tensor tflite_codes(const std::string& node, const graph::Conv& conv,
                          const graph::Operand& output, const Accumulators& accumulators,
                          const Run& run) {
  check_tflite(node, conv);
  std::vector<golden::Multiplier> multipliers;
  for (std::uint32_t c = 0; c < conv.output_channels; ++c) {
    multipliers.push_back(golden::quantize_multiplier(tflite_scale(conv, output.affine.scale, c)));
  }
  const std::size_t pixels = std::size_t{accumulators.height} * accumulators.width;
  for (std::size_t i = 0; i < accumulators.values.size(); ++i) {
    check_shift(node, accumulators.values[i], multipliers[i / pixels]);
  }
  return golden::requantize(accumulators, multipliers, range_of(run, output));
}

}  // namespace

void apply(const std::string& node, const graph::Conv& conv, Run& run) {
  const Accumulators accumulators = sums(node, conv, run);
  for (const graph::Operand& output : conv.outputs) {
    run.tensors.at(output.tensor.index) = run.contract == arch::Contract::kOrt
                                              ? ort_codes(conv, output, accumulators, run)
                                              : tflite_codes(node, conv, output, accumulators, run);
  }
}

}  // namespace hb::reference
