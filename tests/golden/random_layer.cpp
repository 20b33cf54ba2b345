// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/random_layer.hpp"

#include "tests/golden/layer_places.hpp"

namespace hb::test {
namespace {

using arch::Precision;

std::int8_t random_code(Random& random, Precision precision) {
  const std::int32_t most = precision == Precision::kInt4 ? 7 : 127;
  return static_cast<std::int8_t>(random.range(-most - 1, most));
}

golden::Range random_range(Random& random, Precision precision) {
  golden::Range range{precision == Precision::kInt4 ? -8 : -128,
                      precision == Precision::kInt4 ? 7 : 127, 0};
  range.zero_point = random_code(random, precision);
  if (random.chance(50)) range.low = range.zero_point;  // a fused Relu
  if (random.chance(33)) range.high = random.range(range.low, range.high);
  return range;
}

/// Float32 bits: a power of two or any mantissa, of a size that spreads int8 or int4 sums over the
/// codes.
std::uint32_t random_scale(Random& random, Precision precision) {
  const std::int32_t typical = precision == Precision::kInt4 ? -5 : -10;
  const auto exponent = static_cast<std::uint32_t>(127 + typical + random.range(-3, 3));
  return exponent << 23 | (random.chance(50) ? 0 : random.pick(0, 0x7FFFFF));
}

/// Multiplier and shifts of about that size.
struct Fixed {
  std::uint32_t multiplier;
  std::uint32_t shifts;
};

Fixed random_fixed(Random& random, Precision precision) {
  const std::uint32_t typical = precision == Precision::kInt4 ? 5 : 10;
  const std::uint32_t left = random.chance(25) ? random.pick(1, 4) : 0;
  const std::uint32_t right = typical - 3 + random.pick(0, 5) + left;
  return {1U << 30 | (random.chance(50) ? 0 : random.pick(0, (1U << 30) - 1)), right | left << 8};
}

void random_kind(Random& random, LayerKind& kind) {
  const auto precision = [&random] {
    return random.chance(50) ? Precision::kInt4 : Precision::kInt8;
  };
  if (random.chance(50)) kind.contract = arch::Contract::kTflite;
  kind.narrow_weights = kind.precision == Precision::kInt8 && random.chance(33);
  const bool copies_accumulator =
      kind.copy_precision && kind.copy_source == arch::CopySource::kAccumulator;
  if (!copies_accumulator && random.chance(50)) kind.residual_precision = precision();
}

void random_shape(Random& random, RandomLayer& layer) {
  const arch::Machine& machine = layer.machine;
  const std::uint32_t word = word_channels(machine, layer.kind.precision);
  layer.input.channels = 1 + random.pick(0, random.chance(50) ? 2 * word : word);
  layer.input.height = 1 + random.pick(0, 8);
  layer.input.width = 1 + random.pick(0, 8);
  golden::Convolution& c = layer.convolution;
  c.kernel_height = 1 + random.pick(0, random.chance(33) ? 4 : 2);
  c.kernel_width = 1 + random.pick(0, random.chance(33) ? 4 : 2);
  c.stride_y = 1 + random.pick(0, 2);
  c.stride_x = 1 + random.pick(0, 2);
  c.pad_top = random.pick(0, c.kernel_height);
  c.pad_left = random.pick(0, c.kernel_width);
  c.output_height = 1 + (layer.input.height + c.pad_top - 1 + random.pick(0, 2)) / c.stride_y;
  c.output_width = 1 + (layer.input.width + c.pad_left - 1 + random.pick(0, 2)) / c.stride_x;
  layer.tiles = (layer.kind.split ? 2 : 1) + random.pick(0, 4);
  layer.first_tiles = layer.kind.split ? 1 + random.pick(0, layer.tiles - 2) : layer.tiles;
  c.output_channels = layer.tiles * machine.columns;
}

bool fits(const RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  const std::uint32_t word = word_channels(layer.machine, layer.kind.precision);
  const std::uint32_t steps = layer.tiles * layer.machine.rows * c.kernel_height * c.kernel_width *
                              ((layer.input.channels + word - 1) / word);
  const std::uint32_t rows = layer.kind.narrow_weights ? steps / 2 : steps;
  return residual_address(layer) + optional_words(layer, layer.kind.residual_precision) <=
             layer.machine.activation_words() &&
         rows <= layer.machine.weight_rows() && layer.tiles <= layer.machine.parameter_tiles;
}

/// One channel's scales and shifts; both scales zero or one where there is no channel.
void random_scales(Random& random, RandomLayer& layer, bool exists) {
  constexpr std::uint32_t kOne = 0x3F800000;
  Parameters& parameters = layer.parameters;
  const bool from_code = layer.kind.copy_source == arch::CopySource::kCode;
  if (layer.kind.contract == arch::Contract::kTflite) {
    const Fixed scale = random_fixed(random, layer.kind.precision);
    Fixed copy = random_fixed(random, layer.kind.precision);
    if (from_code && (copy.shifts & 31) >= 4) copy.shifts -= 4;
    parameters.scale_bits.push_back(exists ? scale.multiplier : 0);
    parameters.copy_scale_bits.push_back(exists ? copy.multiplier : 0);
    parameters.shifts.push_back(exists ? scale.shifts | copy.shifts << 16 : 0);
    return;
  }
  const std::uint32_t scale = random_scale(random, layer.kind.precision);
  const std::uint32_t copy =
      random_scale(random, layer.kind.precision) + (from_code ? 4U << 23 : 0);
  parameters.scale_bits.push_back(exists ? scale : kOne);
  parameters.copy_scale_bits.push_back(exists ? copy : kOne);
  parameters.shifts.push_back(random.below(std::uint64_t{1} << 32));  // not looked at
}

/// Constants under which both operands reach the output, ties included.
void random_addition(Random& random, RandomLayer& layer) {
  arith::AddParameters& p = layer.addition;
  const auto any = [&random] { return random.chance(50) ? 0 : random.pick(0, 0x7FFFFF); };
  p.sum_offset = random.chance(50) ? 128 : random.range(-128, 128);
  p.residual_offset = random.range(-128, 128);
  if (layer.kind.contract == arch::Contract::kTflite) {
    p.sum_scale = 1U << 30 | any() << 7;
    p.residual_scale = 1U << 30 | any() << 7;
    p.term = 1U << 30 | any() << 7;
    p.sum_shift = random.pick(0, 2);
    p.residual_shift = random.pick(0, 2);
    p.output_shift = random.pick(17, 20);
    return;
  }
  p.residual_first = random.chance(50);
  p.sum_scale = random.pick(124, 127) << 23 | any();
  p.residual_scale = random.pick(124, 127) << 23 | any();
  p.term = random.chance(20) ? 0 : random.pick(125, 132) << 23 | any() | random.pick(0, 1) << 31;
}

void random_residual(Random& random, RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  layer.residual = {c.output_channels, c.output_height, c.output_width, {}};
  layer.residual.codes.resize(layer.residual.index(c.output_channels, 0, 0));
  for (auto& code : layer.residual.codes) {
    code = random_code(random, *layer.kind.residual_precision);
  }
  layer.sum_range = random_range(random, Precision::kInt8);
  random_addition(random, layer);
}

void random_values(Random& random, RandomLayer& layer) {
  golden::Convolution& c = layer.convolution;
  const std::uint32_t real = c.output_channels - random.pick(0, layer.machine.columns - 1);
  layer.input.codes.resize(layer.input.index(layer.input.channels, 0, 0));
  for (auto& code : layer.input.codes) code = random_code(random, layer.kind.precision);
  c.pad_code = random_code(random, layer.kind.precision);
  const Precision weights = layer.kind.narrow_weights ? Precision::kInt4 : layer.kind.precision;
  const std::size_t per_channel =
      std::size_t{layer.input.channels} * c.kernel_height * c.kernel_width;
  c.weights.assign(c.output_channels * per_channel, 0);
  for (std::size_t i = 0; i < real * per_channel; ++i) c.weights[i] = random_code(random, weights);
  layer.parameters = {};
  for (std::uint32_t oc = 0; oc < c.output_channels; ++oc) {
    const bool exists = oc < real;
    const std::int32_t reach = random.chance(5) ? 1 << 30 : 1 << 10;
    layer.parameters.bias.push_back(exists ? random.range(-reach, reach) : 0);
    random_scales(random, layer, exists);
  }
  c.bias = layer.parameters.bias;
  if (layer.kind.residual_precision) random_residual(random, layer);
  if (layer.kind.copy_source == arch::CopySource::kCode) {
    layer.copy_offset = random.range(-128, 128);
  }
}

}  // namespace

std::vector<LayerKind> all_kinds() {
  constexpr Precision kBoth[] = {Precision::kInt8, Precision::kInt4};
  std::vector<LayerKind> kinds;
  for (const Precision input : kBoth) {
    for (const Precision output : kBoth) {
      for (const bool split : {false, true}) {
        LayerKind kind;
        kind.precision = input;
        kind.output_precision = output;
        kind.split = split;
        kinds.push_back(kind);
        for (const Precision copy : kBoth) {
          kind.copy_precision = copy;
          kind.copy_source = arch::CopySource::kAccumulator;
          kinds.push_back(kind);
          kind.copy_source = arch::CopySource::kCode;
          kinds.push_back(kind);
        }
      }
    }
  }
  return kinds;
}

RandomLayer random_layer(Random& random, const arch::Machine& machine, const LayerKind& kind) {
  RandomLayer layer;
  layer.machine = machine;
  layer.kind = kind;
  random_kind(random, layer.kind);
  layer.output_range = random_range(random, kind.output_precision);
  if (kind.copy_precision) layer.copy_range = random_range(random, *kind.copy_precision);
  do {
    random_shape(random, layer);
  } while (!fits(layer));
  random_values(random, layer);
  return layer;
}

}  // namespace hb::test
