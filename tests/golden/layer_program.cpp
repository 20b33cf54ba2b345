// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/layer_places.hpp"
#include "tests/golden/random_layer.hpp"

namespace hb::test {
namespace {

using arch::Precision;

arch::Output output_of(Precision precision, const golden::Range& range, std::uint32_t address) {
  arch::Output output;
  output.precision = precision;
  output.address = address;
  output.low = static_cast<std::int8_t>(range.low);
  output.high = static_cast<std::int8_t>(range.high);
  output.zero_point = static_cast<std::int8_t>(range.zero_point);
  return output;
}

arch::Residual residual_of(const RandomLayer& layer) {
  const arith::AddParameters& p = layer.addition;
  arch::Residual residual;
  residual.precision = *layer.kind.residual_precision;
  residual.first = p.residual_first;
  residual.address = residual_address(layer);
  residual.plane = layer.residual.height * layer.residual.width;
  residual.sum_low = static_cast<std::int8_t>(layer.sum_range.low);
  residual.sum_high = static_cast<std::int8_t>(layer.sum_range.high);
  residual.sum_zero_point = static_cast<std::int8_t>(layer.sum_range.zero_point);
  residual.sum_offset = static_cast<std::int16_t>(p.sum_offset);
  residual.residual_offset = static_cast<std::int16_t>(p.residual_offset);
  residual.sum_scale = p.sum_scale;
  residual.residual_scale = p.residual_scale;
  residual.term = p.term;
  residual.sum_shift = static_cast<std::uint8_t>(p.sum_shift);
  residual.residual_shift = static_cast<std::uint8_t>(p.residual_shift);
  residual.output_shift = static_cast<std::uint8_t>(p.output_shift);
  return residual;
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
  conv.narrow_weights = layer.kind.narrow_weights;
  conv.contract = layer.kind.contract;
  conv.output = output_of(layer.kind.output_precision, layer.output_range, input_words(layer));
  conv.output.plane = c.output_height * c.output_width;
  if (layer.kind.copy_precision) {
    conv.copy = output_of(*layer.kind.copy_precision, layer.copy_range, copy_address(layer));
    conv.copy->plane = conv.output.plane;
    conv.copy_source = layer.kind.copy_source;
    conv.copy_offset = static_cast<std::int16_t>(layer.copy_offset);
  }
  if (layer.kind.residual_precision) conv.residual = residual_of(layer);
  return conv;
}

/// Moves an output or residual on by `tiles` tiles: its address and first part.
template <class Place>
void advance(const RandomLayer& layer, Place& output, std::uint32_t tiles) {
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
      static_cast<std::uint32_t>(layer.first_tiles * second.tile_weight_rows(layer.machine));
  advance(layer, second.output, layer.first_tiles);
  if (second.copy) advance(layer, *second.copy, layer.first_tiles);
  if (second.residual) advance(layer, *second.residual, layer.first_tiles);
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

LayerProgram assemble(const RandomLayer& layer) {
  const golden::Convolution& c = layer.convolution;
  const arch::Machine& machine = layer.machine;
  Assembly assembly(machine, 9);
  const Bytes input = pack_tensor(machine, layer.kind.precision, layer.input);
  const KernelShape shape{c.output_channels, layer.input.channels, c.kernel_height, c.kernel_width};
  const Bytes weights = layer.kind.narrow_weights
                            ? pack_narrow_weights(machine, shape, c.weights)
                            : pack_weights(machine, layer.kind.precision, shape, c.weights);
  const Bytes parameters = pack_parameters(machine, layer.parameters);
  assembly.load(arch::Buffer::kActivation, assembly.place(input), 0, input.size());
  assembly.load(arch::Buffer::kWeight, assembly.place(weights), 0, weights.size());
  assembly.load(arch::Buffer::kParameter, assembly.place(parameters), 0, parameters.size());
  if (layer.kind.residual_precision) {
    const Bytes residual = pack_tensor(machine, *layer.kind.residual_precision, layer.residual);
    assembly.load(arch::Buffer::kActivation, assembly.place(residual), residual_address(layer),
                  residual.size());
  }
  add_convs(layer, assembly);
  LayerProgram result;
  result.output_address = add_store(assembly, machine, input_words(layer), output_words(layer));
  if (layer.kind.copy_precision) {
    result.copy_address = add_store(assembly, machine, copy_address(layer),
                                    optional_words(layer, layer.kind.copy_precision));
  }
  assembly.add(arch::encode_end());
  result.program = assembly.finish();
  return result;
}

}  // namespace hb::test
