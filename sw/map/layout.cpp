// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/map/layout.hpp"

#include <cstring>

#include "model/arch/error.hpp"

namespace hb::map {
namespace {

using arch::Machine;
using arch::Precision;

/// Code `index` of the codes that start at byte `base`: a byte, or a nibble (the first in the low
/// one).
void put_code(std::vector<std::uint8_t>& bytes, std::size_t base, std::size_t index,
              Precision precision, std::int8_t code) {
  if (precision == Precision::kInt8) {
    bytes[base + index] = static_cast<std::uint8_t>(code);
    return;
  }
  HB_ASSERT(code >= -8 && code <= 7, "int4 code {}", code);
  const unsigned shift = 4 * (index % 2);
  bytes[base + index / 2] =
      static_cast<std::uint8_t>(bytes[base + index / 2] | (code & 0xF) << shift);
}

std::int8_t get_code(const std::vector<std::uint8_t>& bytes, std::size_t base, std::size_t index,
                     Precision precision) {
  if (precision == Precision::kInt8) return static_cast<std::int8_t>(bytes[base + index]);
  const int nibble = bytes[base + index / 2] >> 4 * (index % 2) & 0xF;
  return static_cast<std::int8_t>((nibble ^ 8) - 8);
}

/// Byte where the word of channel `c` at pixel `pixel` starts.
std::size_t word_offset(const Machine& machine, std::uint32_t channel_word, std::size_t pixels,
                        std::size_t pixel) {
  return (channel_word * pixels + pixel) * machine.word_bytes();
}

template <class Value>
void put_lane(std::vector<std::uint8_t>& bytes, std::size_t offset, Value value) {
  static_assert(sizeof(Value) == 4);
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, 4);
  for (unsigned i = 0; i < 4; ++i) bytes[offset + i] = static_cast<std::uint8_t>(bits >> 8 * i);
}

/// Half of a lane of row 2: right shift in bits 4:0, left in 12:8.
std::uint32_t shift_bits(const Multiplier& multiplier) {
  return multiplier.right | std::uint32_t{multiplier.left} << 8;
}

}  // namespace

std::uint32_t channels_per_word(const Machine& machine, Precision precision) {
  return (precision == Precision::kInt4 ? 8 : 4) * machine.rows;
}

std::uint32_t channel_words(const Machine& machine, Precision precision, std::uint32_t channels) {
  const std::uint32_t per_word = channels_per_word(machine, precision);
  return (channels + per_word - 1) / per_word;
}

std::uint64_t tensor_bytes(const Machine& machine, const arch::TensorPlace& place) {
  return std::uint64_t{channel_words(machine, place.precision, place.channels)} * place.height *
         place.width * machine.word_bytes();
}

std::uint32_t output_tiles(const Machine& machine, std::uint32_t channels) {
  return (channels + machine.columns - 1) / machine.columns;
}

std::uint64_t tile_rows(const Machine& machine, Precision precision, const Weights& shape) {
  return std::uint64_t{machine.rows} * shape.kernel_height * shape.kernel_width *
         channel_words(machine, precision, shape.input_channels);
}

std::vector<std::uint8_t> pack_tensor(const Machine& machine, Precision precision,
                                      const arch::Tensor& tensor) {
  const std::size_t pixels = std::size_t{tensor.height} * tensor.width;
  HB_ASSERT(tensor.codes.size() == tensor.channels * pixels, "{} codes", tensor.codes.size());
  const std::uint32_t per_word = channels_per_word(machine, precision);
  std::vector<std::uint8_t> bytes(channel_words(machine, precision, tensor.channels) * pixels *
                                  machine.word_bytes());
  for (std::uint32_t c = 0; c < tensor.channels; ++c) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      put_code(bytes, word_offset(machine, c / per_word, pixels, pixel), c % per_word, precision,
               tensor.codes[c * pixels + pixel]);
    }
  }
  return bytes;
}

arch::Tensor unpack_tensor(const Machine& machine, const arch::TensorPlace& place,
                           const std::vector<std::uint8_t>& memory) {
  if (place.address + tensor_bytes(machine, place) > memory.size()) {
    throw bad_input(place.name, fmt::format("memory ends at {}", memory.size()),
                    fmt::format("{} bytes from {}", tensor_bytes(machine, place), place.address));
  }
  const std::size_t pixels = std::size_t{place.height} * place.width;
  const std::uint32_t per_word = channels_per_word(machine, place.precision);
  arch::Tensor tensor{place.channels, place.height, place.width, {}};
  tensor.codes.resize(place.channels * pixels);
  for (std::uint32_t c = 0; c < place.channels; ++c) {
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      const std::size_t word = word_offset(machine, c / per_word, pixels, pixel);
      tensor.codes[c * pixels + pixel] =
          get_code(memory, place.address + word, c % per_word, place.precision);
    }
  }
  return tensor;
}

std::vector<std::uint8_t> pack_weights(const Machine& machine, Precision precision,
                                       const Weights& weights, bool narrow) {
  HB_ASSERT(!narrow || precision == Precision::kInt8, "narrow weights for int4 activations");
  const std::uint32_t per_lane = precision == Precision::kInt4 ? 8 : 4;
  const std::uint32_t per_word = channels_per_word(machine, precision);
  const std::uint64_t steps = tile_rows(machine, precision, weights);
  const std::uint32_t per_row = narrow ? 2 : 1;  // operand lanes that share a weight row
  const Precision packed = narrow ? Precision::kInt4 : precision;
  std::vector<std::uint8_t> bytes(output_tiles(machine, weights.output_channels) * steps / per_row *
                                  machine.row_bytes());
  // Where an output channel's weights go, in codes from its own first.
  const std::size_t codes_per_byte = packed == Precision::kInt4 ? 2 : 1;
  std::vector<std::size_t> places;
  const std::uint32_t positions = weights.kernel_height * weights.kernel_width;
  for (std::uint32_t i = 0; i < weights.input_channels; ++i) {
    for (std::uint32_t k = 0; k < positions; ++k) {
      const std::uint64_t position = std::uint64_t{i / per_word} * positions + k;
      const std::uint64_t step = position * machine.rows + i % per_word / per_lane;
      places.push_back(step / per_row * machine.row_bytes() * codes_per_byte +
                       step % per_row * per_lane + i % per_lane);
    }
  }
  const std::int8_t* next = weights.values.data();
  for (std::uint32_t o = 0; o < weights.output_channels; ++o) {
    const std::size_t base =
        o / machine.columns * steps / per_row * machine.row_bytes() + 4 * (o % machine.columns);
    for (const std::size_t place : places) put_code(bytes, base, place, packed, *next++);
  }
  return bytes;
}

Weights unit_weights(std::uint32_t channels) {
  Weights weights{channels, channels, 1, 1, {}};
  weights.values.resize(std::size_t{channels} * channels);
  for (std::uint32_t c = 0; c < channels; ++c) weights.values[weights.index(c, c, 0, 0)] = 1;
  return weights;
}

Parameters unit_parameters(arch::Contract contract, const UnitScale& unit, std::uint32_t channels) {
  Parameters parameters;
  parameters.bias.assign(channels, unit.bias);
  if (contract == arch::Contract::kTflite) {
    parameters.multiplier.assign(channels, unit.multiplier);
  } else {
    parameters.scale.assign(channels, unit.scale);
  }
  return parameters;
}

std::vector<std::uint8_t> pack_parameters(const Machine& machine, const Parameters& parameters) {
  const auto channels = static_cast<std::uint32_t>(parameters.bias.size());
  const bool tflite = !parameters.multiplier.empty();
  HB_ASSERT(parameters.scale.size() == (tflite ? 0 : channels) &&
                parameters.multiplier.size() == (tflite ? channels : 0),
            "{} scales, {} multipliers", parameters.scale.size(), parameters.multiplier.size());
  const bool copy = !parameters.copy_scale.empty() || !parameters.copy_multiplier.empty();
  HB_ASSERT(parameters.copy_scale.size() == (copy && !tflite ? channels : 0) &&
                parameters.copy_multiplier.size() == (copy && tflite ? channels : 0),
            "{} scales, {} multipliers of copies", parameters.copy_scale.size(),
            parameters.copy_multiplier.size());
  const std::uint32_t lanes = output_tiles(machine, channels) * machine.columns;
  std::vector<std::uint8_t> bytes(std::size_t{lanes} * 16);
  for (std::uint32_t c = 0; c < lanes; ++c) {
    const std::size_t row = std::size_t{c / machine.columns} * 4;
    const auto offset = [&](std::size_t part) {
      return (row + part) * machine.row_bytes() + 4 * (c % machine.columns);
    };
    const bool real = c < channels;
    put_lane(bytes, offset(0), real ? parameters.bias[c] : 0);
    if (tflite) {
      const Multiplier output = real ? parameters.multiplier[c] : Multiplier{};
      const Multiplier second = real && copy ? parameters.copy_multiplier[c] : Multiplier{};
      put_lane(bytes, offset(1), output.value);
      put_lane(bytes, offset(2), shift_bits(output) | shift_bits(second) << 16);
      put_lane(bytes, offset(3), second.value);
    } else {
      put_lane(bytes, offset(1), real ? parameters.scale[c] : 1.0F);
      put_lane(bytes, offset(3), real && copy ? parameters.copy_scale[c] : 1.0F);
    }
  }
  return bytes;
}

}  // namespace hb::map
