// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/random_layer.hpp"

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

/// A power of two or any mantissa, of a size that spreads int8 or int4 sums over the codes.
std::uint32_t random_scale(Random& random, Precision precision) {
  const std::int32_t typical = precision == Precision::kInt4 ? -5 : -10;
  const auto exponent = static_cast<std::uint32_t>(127 + typical + random.range(-3, 3));
  return exponent << 23 | (random.chance(50) ? 0 : random.pick(0, 0x7FFFFF));
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

std::uint32_t words_of(const RandomLayer& layer, Precision precision) {
  const std::uint32_t word = word_channels(layer.machine, precision);
  const golden::Convolution& c = layer.convolution;
  return (c.output_channels + word - 1) / word * c.output_height * c.output_width;
}

std::uint32_t input_words(const RandomLayer& layer) {
  const std::uint32_t word = word_channels(layer.machine, layer.kind.precision);
  return (layer.input.channels + word - 1) / word * layer.input.height * layer.input.width;
}

bool fits(const RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  const std::uint32_t word = word_channels(layer.machine, layer.kind.precision);
  const std::uint32_t rows = layer.tiles * layer.machine.rows * c.kernel_height * c.kernel_width *
                             ((layer.input.channels + word - 1) / word);
  const std::uint32_t copy =
      layer.kind.copy_precision ? words_of(layer, *layer.kind.copy_precision) : 0;
  return input_words(layer) + words_of(layer, layer.kind.output_precision) + copy <=
             layer.machine.activation_words() &&
         rows <= layer.machine.weight_rows() && layer.tiles <= layer.machine.parameter_tiles;
}

void random_values(Random& random, RandomLayer& layer) {
  golden::Convolution& c = layer.convolution;
  const std::uint32_t real = c.output_channels - random.pick(0, layer.machine.columns - 1);
  layer.input.codes.resize(layer.input.index(layer.input.channels, 0, 0));
  for (auto& code : layer.input.codes) code = random_code(random, layer.kind.precision);
  c.pad_code = random_code(random, layer.kind.precision);
  const std::size_t per_channel =
      std::size_t{layer.input.channels} * c.kernel_height * c.kernel_width;
  c.weights.assign(c.output_channels * per_channel, 0);
  for (std::size_t i = 0; i < real * per_channel; ++i)
    c.weights[i] = random_code(random, layer.kind.precision);
  constexpr std::uint32_t kOne = 0x3F800000;
  layer.parameters = {};
  for (std::uint32_t oc = 0; oc < c.output_channels; ++oc) {
    const bool exists = oc < real;
    const std::int32_t reach = random.chance(5) ? 1 << 30 : 1 << 10;
    layer.parameters.bias.push_back(exists ? random.range(-reach, reach) : 0);
    layer.parameters.scale_bits.push_back(exists ? random_scale(random, layer.kind.precision)
                                                 : kOne);
    const bool small = layer.kind.copy_source == arch::CopySource::kCode;
    const std::uint32_t copy_scale =
        random_scale(random, layer.kind.precision) + (small ? 4U << 23 : 0);
    layer.parameters.copy_scale_bits.push_back(exists ? copy_scale : kOne);
  }
  c.bias = layer.parameters.bias;
}

arch::Output output_of(Precision precision, const golden::Range& range, std::uint32_t address) {
  arch::Output output;
  output.precision = precision;
  output.address = address;
  output.low = static_cast<std::int8_t>(range.low);
  output.high = static_cast<std::int8_t>(range.high);
  output.zero_point = static_cast<std::int8_t>(range.zero_point);
  return output;
}

/// CONV of all tiles, its tensors one after another in the activation buffer.
arch::Conv whole_conv(const RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  const std::uint32_t word = word_channels(layer.machine, layer.kind.precision);
  arch::Conv conv;
  conv.precision = layer.kind.precision;
  conv.input_plane = layer.input.height * layer.input.width;
  conv.input_height = static_cast<std::uint16_t>(layer.input.height);
  conv.input_width = static_cast<std::uint16_t>(layer.input.width);
  conv.kernel_height = static_cast<std::uint8_t>(c.kernel_height);
  conv.kernel_width = static_cast<std::uint8_t>(c.kernel_width);
  conv.stride_y = static_cast<std::uint8_t>(c.stride_y);
  conv.stride_x = static_cast<std::uint8_t>(c.stride_x);
  conv.pad_top = static_cast<std::uint8_t>(c.pad_top);
  conv.pad_left = static_cast<std::uint8_t>(c.pad_left);
  const bool int4 = layer.kind.precision == Precision::kInt4;
  conv.pad_value = static_cast<std::uint8_t>(int4 ? (c.pad_code & 0xF) * 0x11 : c.pad_code);
  conv.channel_words = static_cast<std::uint16_t>((layer.input.channels + word - 1) / word);
  conv.tiles = static_cast<std::uint16_t>(layer.tiles);
  conv.output_height = static_cast<std::uint16_t>(c.output_height);
  conv.output_width = static_cast<std::uint16_t>(c.output_width);
  conv.output = output_of(layer.kind.output_precision, layer.output_range, input_words(layer));
  conv.output.plane = c.output_height * c.output_width;
  if (layer.kind.copy_precision) {
    const std::uint32_t address = input_words(layer) + words_of(layer, layer.kind.output_precision);
    conv.copy = output_of(*layer.kind.copy_precision, layer.copy_range, address);
    conv.copy->plane = conv.output.plane;
    conv.copy_source = layer.kind.copy_source;
  }
  return conv;
}

/// Moves an output on by `tiles` tiles: its address and first part.
void advance(const RandomLayer& layer, arch::Output& output, std::uint32_t tiles) {
  const std::uint32_t parts = arch::parts_per_word(layer.machine, output.precision);
  output.address += tiles / parts * output.plane;
  output.part = static_cast<std::uint8_t>(tiles % parts);
}

void add_convs(const RandomLayer& layer, Assembly& assembly) {
  arch::Conv first = whole_conv(layer);
  arch::Conv second = first;
  first.tiles = static_cast<std::uint16_t>(layer.first_tiles);
  assembly.add(arch::encode(first));
  if (layer.first_tiles == layer.tiles) return;
  second.tiles = static_cast<std::uint16_t>(layer.tiles - layer.first_tiles);
  second.common.fence = true;
  second.parameter_address = layer.first_tiles;
  second.weight_address =
      static_cast<std::uint32_t>(layer.first_tiles * second.tile_steps(layer.machine));
  advance(layer, second.output, layer.first_tiles);
  if (second.copy) advance(layer, *second.copy, layer.first_tiles);
  assembly.add(arch::encode(second));
}

std::uint32_t add_store(Assembly& assembly, const arch::Machine& machine, std::uint32_t address,
                        std::uint32_t words) {
  arch::Transfer transfer;
  transfer.memory_address = assembly.place(Bytes(std::size_t{words} * machine.word_bytes(), 0x5A));
  transfer.buffer_address = address;
  transfer.rows = static_cast<std::uint16_t>(words);
  assembly.add(arch::encode_store(transfer));
  return transfer.memory_address;
}

}  // namespace

std::vector<LayerKind> all_kinds() {
  constexpr Precision kBoth[] = {Precision::kInt8, Precision::kInt4};
  std::vector<LayerKind> kinds;
  for (const Precision input : kBoth) {
    for (const Precision output : kBoth) {
      for (const bool split : {false, true}) {
        LayerKind kind{input, output, std::nullopt, arch::CopySource::kAccumulator, split};
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
  layer.output_range = random_range(random, kind.output_precision);
  if (kind.copy_precision) layer.copy_range = random_range(random, *kind.copy_precision);
  do {
    random_shape(random, layer);
  } while (!fits(layer));
  random_values(random, layer);
  return layer;
}

LayerProgram assemble(const RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  const arch::Machine& machine = layer.machine;
  Assembly assembly(machine, 8);
  const Bytes input = pack_tensor(machine, layer.kind.precision, layer.input);
  const Bytes weights = pack_weights(
      machine, layer.kind.precision,
      {c.output_channels, layer.input.channels, c.kernel_height, c.kernel_width}, c.weights);
  const Bytes parameters = pack_parameters(machine, layer.parameters);
  assembly.load(arch::Buffer::kActivation, assembly.place(input), 0, input.size());
  assembly.load(arch::Buffer::kWeight, assembly.place(weights), 0, weights.size());
  assembly.load(arch::Buffer::kParameter, assembly.place(parameters), 0, parameters.size());
  add_convs(layer, assembly);
  LayerProgram result;
  const std::uint32_t output_words = words_of(layer, layer.kind.output_precision);
  result.output_address = add_store(assembly, machine, input_words(layer), output_words);
  if (layer.kind.copy_precision) {
    result.copy_address = add_store(assembly, machine, input_words(layer) + output_words,
                                    words_of(layer, *layer.kind.copy_precision));
  }
  assembly.add(arch::encode_end());
  result.program = assembly.finish();
  return result;
}

Expected expected(const RandomLayer& layer) {
  const auto scales = [](const std::vector<std::uint32_t>& bits) {
    std::vector<float> values;
    for (const std::uint32_t b : bits) values.push_back(golden::literal_scale(b));
    return values;
  };
  const golden::Accumulators accumulators = golden::convolve(layer.input, layer.convolution);
  const arch::Tensor output =
      golden::requantize(accumulators, scales(layer.parameters.scale_bits), layer.output_range);
  Expected result{pack_tensor(layer.machine, layer.kind.output_precision, output), {}};
  if (layer.kind.copy_precision) {
    const std::vector<float> copy_scales = scales(layer.parameters.copy_scale_bits);
    const bool from_code = layer.kind.copy_source == arch::CopySource::kCode;
    const arch::Tensor copy = from_code
                                  ? golden::requantize(output, layer.output_range.zero_point,
                                                       copy_scales, layer.copy_range)
                                  : golden::requantize(accumulators, copy_scales, layer.copy_range);
    result.copy = pack_tensor(layer.machine, *layer.kind.copy_precision, copy);
  }
  return result;
}

}  // namespace hb::test
