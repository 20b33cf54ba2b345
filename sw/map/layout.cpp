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
                                       const Weights& weights) {
  const std::uint32_t per_lane = precision == Precision::kInt4 ? 8 : 4;
  const std::uint32_t per_word = channels_per_word(machine, precision);
  const std::uint64_t rows = tile_rows(machine, precision, weights);
  std::vector<std::uint8_t> bytes(output_tiles(machine, weights.output_channels) * rows *
                                  machine.row_bytes());
  std::size_t next = 0;
  for (std::uint32_t o = 0; o < weights.output_channels; ++o) {
    for (std::uint32_t i = 0; i < weights.input_channels; ++i) {
      const std::uint32_t lane = i % per_word / per_lane;
      for (std::uint32_t ky = 0; ky < weights.kernel_height; ++ky) {
        for (std::uint32_t kx = 0; kx < weights.kernel_width; ++kx) {
          const std::uint64_t position =
              (std::uint64_t{i / per_word} * weights.kernel_height + ky) * weights.kernel_width +
              kx;
          const std::uint64_t row = o / machine.columns * rows + position * machine.rows + lane;
          put_code(bytes, row * machine.row_bytes() + 4 * (o % machine.columns), i % per_lane,
                   precision, weights.values[next++]);
        }
      }
    }
  }
  return bytes;
}

std::vector<std::uint8_t> pack_parameters(const Machine& machine, const Parameters& parameters) {
  const std::uint32_t channels = static_cast<std::uint32_t>(parameters.bias.size());
  HB_ASSERT(parameters.scale.size() == channels, "{} scales", parameters.scale.size());
  HB_ASSERT(parameters.copy_scale.empty() || parameters.copy_scale.size() == channels,
            "{} copy scales", parameters.copy_scale.size());
  const std::uint32_t lanes = output_tiles(machine, channels) * machine.columns;
  std::vector<std::uint8_t> bytes(std::size_t{lanes} * 16);
  for (std::uint32_t c = 0; c < lanes; ++c) {
    const std::size_t row = std::size_t{c / machine.columns} * 4;
    const auto offset = [&](std::size_t part) {
      return (row + part) * machine.row_bytes() + 4 * (c % machine.columns);
    };
    const bool real = c < channels;
    put_lane(bytes, offset(0), real ? parameters.bias[c] : 0);
    put_lane(bytes, offset(1), real ? parameters.scale[c] : 1.0F);
    put_lane(bytes, offset(3),
             real && !parameters.copy_scale.empty() ? parameters.copy_scale[c] : 1.0F);
  }
  return bytes;
}

}  // namespace hb::map
