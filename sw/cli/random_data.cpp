// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/random_data.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace hb::cli {
namespace {

/// Deviations of a sum at the end of its code's range.
constexpr double kDeviations = 2.5;

std::vector<std::int8_t> random_codes(std::uint64_t count, graph::RandomStream stream, int low,
                                      int high) {
  std::vector<std::int8_t> codes(count);
  for (std::int8_t& code : codes) code = static_cast<std::int8_t>(stream.integer(low, high));
  return codes;
}

arch::Precision weight_precision(const schedule::ConvLayer& layer) {
  return layer.narrow_weights ? arch::Precision::kInt4 : layer.precision;
}

/// Variance of uniform codes of a precision about `center`.
double variance(arch::Precision precision, int center) {
  const double limit = limit_of(precision);
  const double mean = -0.5 - center;
  return ((2 * limit + 2) * (2 * limit + 2) - 1) / 12 + mean * mean;
}

/// Standard deviation of a sum of products of uniform codes, the input's minus its zero point.
double deviation(const schedule::ConvLayer& layer) {
  const double limit = limit_of(weight_precision(layer));
  const double weights = limit * (limit + 1) / 3;
  const double products =
      static_cast<double>(layer.input_channels) * layer.kernel_height * layer.kernel_width;
  return std::sqrt(products * variance(layer.precision, layer.pad_code) * weights);
}

}  // namespace

int limit_of(arch::Precision precision) { return precision == arch::Precision::kInt4 ? 7 : 127; }

std::int8_t random_zero_point(graph::RandomStream& stream, arch::Precision precision) {
  const int most = precision == arch::Precision::kInt4 ? 1 : 9;
  return static_cast<std::int8_t>(stream.integer(-most, most));
}

void fill(arch::Tensor& tensor, arch::Precision precision, graph::RandomStream stream) {
  const int limit = limit_of(precision);
  tensor.codes = random_codes(std::uint64_t{tensor.channels} * tensor.height * tensor.width, stream,
                              -limit - 1, limit);
}

map::Weights random_weights(const schedule::ConvLayer& layer, std::uint64_t seed) {
  map::Weights weights;
  weights.output_channels = layer.output_channels;
  weights.input_channels = layer.input_channels;
  weights.kernel_height = layer.kernel_height;
  weights.kernel_width = layer.kernel_width;
  const int limit = limit_of(weight_precision(layer));
  weights.values = random_codes(std::uint64_t{layer.output_channels} * layer.input_channels *
                                    layer.kernel_height * layer.kernel_width,
                                graph::RandomStream(seed, kWeights), -limit, limit);
  return weights;
}

map::Parameters random_parameters(const schedule::ConvLayer& layer, const map::Weights& weights,
                                  std::uint64_t seed) {
  const double one = deviation(layer);
  const double reach = limit_of(layer.output.precision);
  graph::RandomStream bias(seed, kBias);
  graph::RandomStream scale(seed, kScale);
  const std::size_t per_channel = weights.values.size() / layer.output_channels;
  map::Parameters parameters;
  for (std::size_t channel = 0; channel < layer.output_channels; ++channel) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < per_channel; ++i) sum += weights.values[channel * per_channel + i];
    const auto moved = static_cast<std::int64_t>((bias.fraction() - 0.5) * one / 2);
    parameters.bias.push_back(static_cast<std::int32_t>(moved - layer.pad_code * sum));
    const double value = (0.5 + scale.fraction() / 2) * reach / (kDeviations * one);
    if (layer.contract == arch::Contract::kTflite) {
      parameters.multiplier.push_back(map::tflite_multiplier(value));
    } else {
      parameters.scale.push_back(static_cast<float>(value));
    }
  }
  return parameters;
}

void set_random_addition(schedule::ConvLayer& layer, std::uint64_t seed) {
  // The residual is uniform, and the convolution's code spreads over less than half of its range:
  // at this share of both few sums reach the end of the range.
  constexpr double kShare = 0.57;
  schedule::ResidualInput& residual = *layer.residual;
  graph::RandomStream zero_points(seed, kAdditionZeroPoints);
  graph::RandomStream scales(seed, kAdditionScales);
  const auto tensor = [&](arch::Precision precision, double scale) {
    return map::Addend{{static_cast<float>(scale), random_zero_point(zero_points, precision)}, 0};
  };
  const double sum_scale = 0.01 * (1 + scales.fraction());
  const double residual_scale = sum_scale * (0.9 + 0.2 * scales.fraction());
  map::AdditionTensors tensors;
  tensors.sum = tensor(layer.output.precision, sum_scale);
  tensors.residual = tensor(residual.precision, residual_scale);
  tensors.output = tensor(layer.output.precision, sum_scale / kShare);
  const schedule::Quantizer range = schedule::full_range(layer.output.precision);
  residual.sum_low = range.low;
  residual.sum_high = range.high;
  residual.sum_zero_point = static_cast<std::int8_t>(tensors.sum.affine.zero_point);
  residual.addition = layer.contract == arch::Contract::kTflite
                          ? map::tflite_addition(tensors)
                          : map::ort_addition(tensors, residual.addition.first);
  layer.output.zero_point = residual.addition.zero_point;
}

map::UnitScale random_unit_scale(schedule::UnitLayer& layer, std::uint64_t seed) {
  graph::RandomStream zero_points(seed, kZeroPoints);
  const std::uint32_t n = layer.averages() ? layer.height * layer.width : 1;
  if (layer.averages() && layer.contract == arch::Contract::kTflite) return map::tflite_average(n);
  map::Affine x;
  map::Affine y;
  x.zero_point = random_zero_point(zero_points, layer.precision);
  y.zero_point = random_zero_point(zero_points, layer.output.precision);
  layer.output.zero_point = static_cast<std::int8_t>(y.zero_point);
  // An average spreads less than its codes; a code alone takes its whole range with it.
  const double whole = limit_of(layer.precision) + 1.0 + std::abs(x.zero_point);
  const double spread = kDeviations * std::sqrt(variance(layer.precision, x.zero_point) / n);
  const double reach = limit_of(layer.output.precision) - std::abs(y.zero_point);
  const double wanted = layer.averages() && n > 4 ? std::min(whole, spread) : whole;
  const double wider = 1 + 0.2 * graph::RandomStream(seed, kScale).fraction();
  y.scale = static_cast<float>(wanted / reach * wider);
  return layer.contract == arch::Contract::kTflite ? map::tflite_requantize(x, y)
                                                   : map::ort_average(x, y, n);
}

}  // namespace hb::cli
