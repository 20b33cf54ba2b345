// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/convolution.hpp"

#include <cmath>

#include "sw/import/names.hpp"
#include "sw/import/window.hpp"

namespace hb::import {
namespace {

constexpr std::int64_t kMostSide = 65535;
/// Up to this relative difference, bias codes are taken to have the scale x_scale * w_scale.
constexpr float kSameScale = 1e-5F;

void require_weights(const Constant& weights, std::size_t rank) {
  if (!code_type(weights.type)) {
    throw Refusal("weights of type " + type_name(weights.type), "int8, uint8, int4 or uint4");
  }
  bool good = weights.dims.size() == rank;
  for (const std::int64_t dim : weights.dims) good = good && dim >= 1 && dim <= kMostSide;
  if (!good) {
    throw Refusal(fmt::format("weights of shape {}", list(weights.dims)),
                  fmt::format("{} sides of 1..{}", rank, kMostSide));
  }
}

/// One scale or zero point, or one per output channel, which lie along `channel_axis`.
void require_channels(const RealConstant& weights, std::int64_t channel_axis) {
  const auto rank = static_cast<std::int64_t>(weights.codes->dims.size());
  const auto channels = weights.codes->dims[static_cast<std::size_t>(channel_axis)];
  const std::size_t count = weights.scales.size();
  if (count == 1) return;
  const std::int64_t axis = weights.axis < 0 ? weights.axis + rank : weights.axis;
  if (axis != channel_axis) {
    throw Refusal(fmt::format("weight scales along axis {}", weights.axis),
                  fmt::format("axis {}, the output channels", channel_axis));
  }
  if (count != static_cast<std::size_t>(channels)) {
    throw Refusal(fmt::format("{} weight scales", count),
                  fmt::format("1 or {}, the output channels", channels));
  }
}

void set_weights(Node& node, const RealConstant& source, bool transposed, graph::Conv& conv) {
  const Weights weights = node.builder.weights(source.codes, source.zero_points, transposed);
  conv.weight_precision = weights.precision;
  conv.weight_scales = source.scales;
  conv.weights = [values = weights.values] { return *values; };
  node.builder.charge(conv.output_channels);
  conv.bias.assign(conv.output_channels, 0);
}

float at(const std::vector<float>& values, std::size_t channel) {
  return values[values.size() == 1 ? 0 : channel];
}

/// Scale of a channel's sums.
float sum_scale(const graph::Conv& conv, std::size_t channel) {
  return conv.input.affine.scale * at(conv.weight_scales, channel);
}

std::int32_t nearest(float value, float scale, std::size_t channel) {
  const float code = std::nearbyint(value / scale);
  if (!(code >= -0x1p31F && code < 0x1p31F)) {
    throw Refusal(fmt::format("bias {} of output channel {} is {} in units of x_scale * w_scale",
                              value, channel, code),
                  "a value that fits int32");
  }
  return static_cast<std::int32_t>(code);
}

bool has_scale(const RealConstant& bias, const graph::Conv& conv) {
  for (const std::int32_t zero_point : bias.zero_points) {
    if (zero_point != 0) return false;
  }
  for (std::size_t channel = 0; channel < conv.output_channels; ++channel) {
    const float expected = sum_scale(conv, channel);
    if (!(std::fabs(at(bias.scales, channel) - expected) <= kSameScale * expected)) return false;
  }
  return true;
}

/// Real values of bias codes.
std::vector<float> dequantized(const RealConstant& bias) {
  std::vector<float> values;
  for (std::size_t i = 0; i < bias.codes->codes.size(); ++i) {
    const std::int64_t zero_point = bias.zero_points[bias.zero_points.size() == 1 ? 0 : i];
    const auto centred = static_cast<float>(bias.codes->codes[i] - zero_point);
    values.push_back(centred * at(bias.scales, i));
  }
  return values;
}

/// One value per output channel, [channels] or [1, channels]; or one for all (Gemm broadcasts it).
template <typename Value>
std::vector<Value> per_channel(std::vector<Value> values, const Constant& source,
                               const graph::Conv& conv) {
  const std::size_t rank = source.dims.size();
  const bool is_row = rank <= 1 || (rank == 2 && source.dims[0] == 1);
  if (is_row && values.size() == 1 && conv.kind == graph::ConvKind::kGemm) {
    values.assign(conv.output_channels, values[0]);
  }
  if (!is_row || values.size() != conv.output_channels) {
    throw Refusal(fmt::format("bias of shape {}", list(source.dims)),
                  fmt::format("[{}]", conv.output_channels));
  }
  return values;
}

std::vector<std::int32_t> bias_codes(const RealConstant& bias, const graph::Conv& conv) {
  if (bias.scales.size() != 1 && bias.scales.size() != bias.codes->codes.size()) {
    throw Refusal(fmt::format("{} bias scales", bias.scales.size()), "1, or 1 per output channel");
  }
  const std::vector<float> values = per_channel(dequantized(bias), *bias.codes, conv);
  if (has_scale(bias, conv)) return per_channel(bias.codes->codes, *bias.codes, conv);
  std::vector<std::int32_t> codes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    codes.push_back(nearest(values[i], sum_scale(conv, i), i));
  }
  return codes;
}

std::vector<std::int32_t> bias_codes(const Constant& bias, const graph::Conv& conv) {
  if (bias.type != DataType::kFloat) {
    throw Refusal("bias of type " + type_name(bias.type),
                  "float32, or int32 behind a DequantizeLinear");
  }
  const std::vector<float> values = per_channel(bias.reals, bias, conv);
  std::vector<std::int32_t> codes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    codes.push_back(nearest(values[i], sum_scale(conv, i), i));
  }
  return codes;
}

}  // namespace

Convolution convolve(Node& node, const Source& source, const RealConstant& weights) {
  require_image(source.flat);
  const std::vector<std::int64_t>& dims = weights.codes->dims;
  require_weights(*weights.codes, 4);
  require_channels(weights, 0);
  node.attributes.require("group", 1, 1);
  const Shape image = node.builder.shape_of(source.operand.tensor, false);
  if (dims[1] != image.channels) {
    throw Refusal(fmt::format("weights for {} input channels", dims[1]),
                  fmt::format("{}", image.channels));
  }
  Convolution result;
  const Size kernel{static_cast<std::uint32_t>(dims[2]), static_cast<std::uint32_t>(dims[3])};
  result.op.input = source.operand;
  result.op.window = read_window(node.attributes, kernel, image);
  result.op.output_channels = static_cast<std::uint32_t>(dims[0]);
  set_weights(node, weights, false, result.op);
  const Size outputs = window_outputs(result.op.window, image);
  result.shape = {result.op.output_channels, outputs.height, outputs.width, false};
  return result;
}

Convolution multiply(Node& node, const Source& source, const RealConstant& weights,
                     const Product& product) {
  require_flat(source.flat);
  require_weights(*weights.codes, 2);
  const std::size_t channel_axis = product.transposed ? 0 : 1;
  require_channels(weights, static_cast<std::int64_t>(channel_axis));
  const Shape image = node.builder.shape_of(source.operand.tensor, true);
  const std::int64_t depth = weights.codes->dims[1 - channel_axis];
  if (static_cast<std::uint64_t>(depth) != image.values()) {
    throw Refusal(fmt::format("weights for {} inputs", depth), fmt::format("{}", image.values()));
  }
  Convolution result;
  result.op.kind = product.kind;
  result.op.input = source.operand;
  result.op.window.kernel_height = image.height;
  result.op.window.kernel_width = image.width;
  result.op.output_channels = static_cast<std::uint32_t>(weights.codes->dims[channel_axis]);
  set_weights(node, weights, !product.transposed, result.op);
  result.shape = {result.op.output_channels, 1, 1, true};
  return result;
}

RealConstant integer_weights(const Node& node, int index, std::int64_t axis) {
  const ConstantPointer codes = node.constant(index);
  const Quantization found = node.quantization(index + 1);
  if (found.type && *found.type != codes->type) {
    throw Refusal("weight zero point of type " + type_name(*found.type),
                  type_name(codes->type) + ", as the weights");
  }
  return {codes, found.scales, found.zero_points, axis};
}

const RealConstant& real_weights(const Node& node, int index) {
  const Value& value = node.input(index);
  if (const auto* weights = std::get_if<RealConstantPointer>(&value)) return **weights;
  throw Refusal("its weights are " + describe(value), "constant codes behind a DequantizeLinear");
}

std::vector<std::int32_t> integer_bias(const Node& node, int index, const graph::Conv& conv) {
  if (!node.has_input(index)) return conv.bias;
  const ConstantPointer bias = node.constant(index);
  if (bias->type != DataType::kInt32) {
    throw Refusal("bias of type " + type_name(bias->type), "int32");
  }
  return per_channel(bias->codes, *bias, conv);
}

std::vector<std::int32_t> real_bias(const Node& node, int index, const graph::Conv& conv) {
  if (!node.has_input(index)) return conv.bias;
  const Value& value = node.input(index);
  if (const auto* codes = std::get_if<RealConstantPointer>(&value))
    return bias_codes(**codes, conv);
  if (const auto* reals = std::get_if<ConstantPointer>(&value)) return bias_codes(**reals, conv);
  throw Refusal("its bias is " + describe(value), "a constant");
}

}  // namespace hb::import
