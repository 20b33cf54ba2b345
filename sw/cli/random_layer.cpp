// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/random_layer.hpp"

#include <cmath>

#include "sw/cli/random.hpp"
#include "sw/schedule/tiling.hpp"

namespace hb::cli {

namespace {

enum Stream : std::uint64_t { kInput, kWeights, kBias, kScale, kZeroPoints };

/// Codes of a precision: -limit - 1 .. limit; weights use -limit .. limit, which has mean 0.
std::int8_t limit_of(arch::Precision precision) {
  return precision == arch::Precision::kInt4 ? 7 : 127;
}

std::vector<std::int8_t> random_codes(std::uint64_t count, RandomStream stream, int low, int high) {
  std::vector<std::int8_t> codes(count);
  for (std::int8_t& code : codes) {
    code = static_cast<std::int8_t>(stream.integer(low, high));
  }
  return codes;
}

arch::Tensor empty_input(const schedule::ConvLayer& layer) {
  arch::Tensor input;
  input.channels = layer.input_channels;
  input.height = layer.input_height;
  input.width = layer.input_width;
  return input;
}

void fill_input(arch::Tensor& input, const schedule::ConvLayer& layer, std::uint64_t seed) {
  const int limit = limit_of(layer.precision);
  input.codes = random_codes(std::uint64_t{input.channels} * input.height * input.width,
                             RandomStream(seed, kInput), -limit - 1, limit);
}

map::Weights random_weights(const schedule::ConvLayer& layer, std::uint64_t seed) {
  map::Weights weights;
  weights.output_channels = layer.output_channels;
  weights.input_channels = layer.input_channels;
  weights.kernel_height = layer.kernel_height;
  weights.kernel_width = layer.kernel_width;
  const int limit = limit_of(layer.precision);
  weights.values = random_codes(std::uint64_t{layer.output_channels} * layer.input_channels *
                                    layer.kernel_height * layer.kernel_width,
                                RandomStream(seed, kWeights), -limit, limit);
  return weights;
}

/// Standard deviation of a sum of products of uniform codes, the input's minus its zero point.
double deviation(const schedule::ConvLayer& layer) {
  const double limit = limit_of(layer.precision);
  const double mean = -0.5 - layer.pad_code;
  const double inputs = ((2 * limit + 2) * (2 * limit + 2) - 1) / 12 + mean * mean;
  const double weights = limit * (limit + 1) / 3;
  const double products =
      static_cast<double>(layer.input_channels) * layer.kernel_height * layer.kernel_width;
  return std::sqrt(products * inputs * weights);
}

/// Scales put 2.5 to 5 deviations at the end of the output's range; the bias moves a channel by at
/// most a quarter of one. It also holds the input's zero point: sum((x - zp) w) = sum(x w) - zp
/// sum(w).
map::Parameters random_parameters(const schedule::ConvLayer& layer, const map::Weights& weights,
                                  std::uint64_t seed) {
  constexpr double kDeviations = 2.5;
  const double one = deviation(layer);
  const double reach = limit_of(layer.output.precision);
  RandomStream bias(seed, kBias);
  RandomStream scale(seed, kScale);
  const std::size_t per_channel = weights.values.size() / layer.output_channels;
  map::Parameters parameters;
  for (std::size_t channel = 0; channel < layer.output_channels; ++channel) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < per_channel; ++i) {
      sum += weights.values[channel * per_channel + i];
    }
    const auto moved = static_cast<std::int64_t>((bias.fraction() - 0.5) * one / 2);
    parameters.bias.push_back(static_cast<std::int32_t>(moved - layer.pad_code * sum));
    parameters.scale.push_back(
        static_cast<float>((0.5 + scale.fraction() / 2) * reach / (kDeviations * one)));
  }
  return parameters;
}

}  // namespace

arch::Program random_layer_program(schedule::ConvLayer layer, const arch::Machine& machine,
                                   std::uint64_t seed, schedule::Image image) {
  RandomStream zero_points(seed, kZeroPoints);
  const int most = layer.precision == arch::Precision::kInt4 ? 1 : 9;
  layer.pad_code = static_cast<std::int8_t>(zero_points.integer(-most, most));
  layer.output.precision = layer.precision;
  layer.output.high = limit_of(layer.precision);
  layer.output.low = static_cast<std::int8_t>(-layer.output.high - 1);
  layer.output.zero_point = static_cast<std::int8_t>(zero_points.integer(-most, most));

  schedule::ProgramBuilder builder(machine, image);
  schedule::ConvNode node;
  node.layer = layer;
  node.tiling = schedule::choose_tiling(layer, machine);
  arch::Tensor input = empty_input(layer);
  if (image == schedule::Image::kWhole) {
    fill_input(input, layer, seed);
    node.weights = random_weights(layer, seed);
    node.parameters = random_parameters(layer, node.weights, seed);
  }
  node.input = builder.add_input("input", layer.precision, input);
  arch::TensorPlace output;
  output.name = "output";
  output.channels = layer.output_channels;
  output.height = layer.output_height();
  output.width = layer.output_width();
  output.precision = layer.output.precision;
  node.output = builder.add_tensor(output);
  builder.mark_output(node.output);
  builder.add_conv(node);
  return builder.finish();
}

}  // namespace hb::cli
