// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/random_data.hpp"

#include <algorithm>
#include <cstring>

namespace hb::test {
namespace {

int log2_of(std::uint64_t value) {
  int log = 0;
  while (value >>= 1) ++log;
  return log;
}

}  // namespace

std::vector<std::int8_t> random_codes(Random& random, arch::Precision precision,
                                      std::size_t count) {
  const int bits = precision == arch::Precision::kInt4 ? 4 : 8;
  const int low = -(1 << (bits - 1));
  const int high = -low - 1;
  const bool extremes = random.chance(10);
  std::vector<std::int8_t> codes(count);
  for (std::int8_t& code : codes) {
    const int value = extremes ? (random.chance(50) ? low : high) : random.range(low, high);
    code = static_cast<std::int8_t>(value);
  }
  return codes;
}

arch::Tensor random_tensor(Random& random, arch::Precision precision, std::uint32_t channels,
                           std::uint32_t height, std::uint32_t width) {
  return {channels, height, width,
          random_codes(random, precision, std::size_t{channels} * height * width)};
}

schedule::Quantizer random_quantizer(Random& random) {
  schedule::Quantizer quantizer;
  if (random.chance(50)) quantizer.precision = arch::Precision::kInt4;
  const int low = quantizer.precision == arch::Precision::kInt4 ? -8 : -128;
  const int high = -low - 1;
  const auto code = [](int value) { return static_cast<std::int8_t>(value); };
  quantizer.low = code(low);
  quantizer.high = code(high);
  if (random.chance(60)) quantizer.zero_point = code(random.range(low, high));
  if (random.chance(40)) {
    const int a = random.range(low, high);
    const int b = random.range(low, high);
    quantizer.low = code(std::min(a, b));
    quantizer.high = code(std::max(a, b));
  }
  return quantizer;
}

float random_scale(Random& random, int exponent) {
  if (random.chance(3)) exponent += random.range(-40, 20);
  const std::uint32_t mantissa = random.chance(25) ? 0 : random.below(1U << 23);
  const std::uint32_t bits = static_cast<std::uint32_t>(exponent + 127) << 23 | mantissa;
  float scale = 0;
  std::memcpy(&scale, &bits, sizeof scale);
  return scale;
}

int fitting_exponent(arch::Precision input, arch::Precision output, std::uint64_t products) {
  const int sum = (input == arch::Precision::kInt4 ? 4 : 12) + log2_of(products) / 2;
  return (output == arch::Precision::kInt4 ? 2 : 6) - sum;
}

std::int32_t random_bias(Random& random) {
  if (random.chance(5)) return random.range(-(1 << 30), 1 << 30);
  return random.chance(20) ? 0 : random.range(-4000, 4000);
}

int copy_exponent(arch::Precision from, arch::Precision to) {
  if (from == to) return 0;
  return to == arch::Precision::kInt4 ? -4 : 3;
}

map::Parameters random_parameters(Random& random, const schedule::ConvLayer& layer) {
  const std::uint64_t products =
      std::uint64_t{layer.input_channels} * layer.kernel_height * layer.kernel_width;
  const int exponent = fitting_exponent(layer.precision, layer.output.precision, products);
  map::Parameters parameters;
  for (std::uint32_t c = 0; c < layer.output_channels; ++c) {
    parameters.bias.push_back(random_bias(random));
    parameters.scale.push_back(random_scale(random, exponent + random.range(-1, 1)));
    if (!layer.copy) continue;
    const arch::Precision to = layer.copy->quantizer.precision;
    const int copy = layer.copy->source == arch::CopySource::kCode
                         ? copy_exponent(layer.output.precision, to)
                         : fitting_exponent(layer.precision, to, products);
    parameters.copy_scale.push_back(random_scale(random, copy + random.range(-1, 1)));
  }
  return parameters;
}

map::Weights random_weights(Random& random, const schedule::ConvLayer& layer) {
  const std::size_t count = std::size_t{layer.output_channels} * layer.input_channels *
                            layer.kernel_height * layer.kernel_width;
  return {layer.output_channels, layer.input_channels, layer.kernel_height, layer.kernel_width,
          random_codes(random, layer.precision, count)};
}

}  // namespace hb::test
