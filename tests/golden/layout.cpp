// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/layout.hpp"

#include "model/arch/error.hpp"

namespace hb::test {
namespace {

/// Writes element `i` of a byte string of int8 or int4 elements.
void put_element(Bytes& bytes, std::size_t i, arch::Precision precision, std::int8_t code) {
  if (precision == arch::Precision::kInt8) {
    bytes[i] = static_cast<std::uint8_t>(code);
    return;
  }
  const int nibble = (code + 16) % 16;
  bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] + (i % 2 == 0 ? nibble : 16 * nibble));
}

void put_u32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

std::uint32_t round_up(std::uint32_t value, std::uint32_t unit) {
  return (value + unit - 1) / unit;
}

}  // namespace

std::uint32_t word_channels(const arch::Machine& machine, arch::Precision precision) {
  return (precision == arch::Precision::kInt4 ? 8 : 4) * machine.rows;
}

Bytes pack_tensor(const arch::Machine& machine, arch::Precision precision,
                  const arch::Tensor& tensor) {
  const std::uint32_t per_word = word_channels(machine, precision);
  const std::size_t plane = std::size_t{tensor.height} * tensor.width;
  const std::uint32_t words = round_up(tensor.channels, per_word);
  Bytes bytes(words * plane * machine.word_bytes());
  for (std::uint32_t c = 0; c < tensor.channels; ++c) {
    for (std::uint32_t y = 0; y < tensor.height; ++y) {
      for (std::uint32_t x = 0; x < tensor.width; ++x) {
        const std::size_t word = c / per_word * plane + std::size_t{y} * tensor.width + x;
        put_element(bytes, word * per_word + c % per_word, precision,
                    tensor.codes[tensor.index(c, y, x)]);
      }
    }
  }
  return bytes;
}

Bytes pack_weights(const arch::Machine& machine, arch::Precision precision,
                   const KernelShape& shape, const std::vector<std::int8_t>& weights) {
  const std::uint32_t per_lane = precision == arch::Precision::kInt4 ? 8 : 4;
  const std::uint32_t per_word = per_lane * machine.rows;
  const std::uint32_t taps = shape.height * shape.width;
  const std::size_t steps = std::size_t{machine.rows} * taps * round_up(shape.inputs, per_word);
  Bytes bytes(round_up(shape.outputs, machine.columns) * steps * machine.row_bytes());
  std::size_t next = 0;
  for (std::uint32_t oc = 0; oc < shape.outputs; ++oc) {
    for (std::uint32_t ic = 0; ic < shape.inputs; ++ic) {
      for (std::uint32_t tap = 0; tap < taps; ++tap) {
        const std::size_t word = std::size_t{ic / per_word} * taps + tap;
        const std::size_t row =
            oc / machine.columns * steps + word * machine.rows + ic % per_word / per_lane;
        const std::size_t lane = row * machine.columns + oc % machine.columns;
        put_element(bytes, lane * per_lane + ic % per_lane, precision, weights[next++]);
      }
    }
  }
  return bytes;
}

Bytes pack_narrow_weights(const arch::Machine& machine, const KernelShape& shape,
                          const std::vector<std::int8_t>& weights) {
  const std::size_t row_bytes = machine.row_bytes();
  const Bytes wide = pack_weights(machine, arch::Precision::kInt8, shape, weights);
  Bytes bytes(wide.size() / 2);
  for (std::size_t i = 0; i < wide.size(); ++i) {
    const std::size_t row = i / row_bytes, column = i % row_bytes / 4, value = i % 4;
    const std::size_t lane = row / 2 * machine.columns + column;
    put_element(bytes, lane * 8 + row % 2 * 4 + value, arch::Precision::kInt4,
                static_cast<std::int8_t>(wide[i]));
  }
  return bytes;
}

Bytes pack_parameters(const arch::Machine& machine, const Parameters& parameters) {
  const auto channels = static_cast<std::uint32_t>(parameters.bias.size());
  const std::uint32_t lanes = round_up(channels, machine.columns) * machine.columns;
  const std::size_t row_bytes = machine.row_bytes();
  constexpr std::uint32_t kOne = 0x3F800000;
  Bytes bytes(4 * std::size_t{lanes} * 4);
  for (std::uint32_t c = 0; c < lanes; ++c) {
    const bool exists = c < channels;
    const std::size_t at =
        c / machine.columns * 4 * row_bytes + std::size_t{4} * (c % machine.columns);
    put_u32(bytes, at, exists ? static_cast<std::uint32_t>(parameters.bias[c]) : 0);
    put_u32(bytes, at + row_bytes, exists ? parameters.scale_bits[c] : kOne);
    const bool shifted = c < parameters.shifts.size();
    put_u32(bytes, at + 2 * row_bytes, shifted ? parameters.shifts[c] : 0);
    put_u32(bytes, at + 3 * row_bytes, exists ? parameters.copy_scale_bits[c] : kOne);
  }
  return bytes;
}

Assembly::Assembly(const arch::Machine& machine, std::uint32_t commands) : room_(commands) {
  program_.machine = machine;
  program_.memory.resize(std::size_t{commands} * arch::kCommandBytes);
}

std::uint32_t Assembly::place(const Bytes& bytes) {
  Bytes& memory = program_.memory;
  memory.resize((memory.size() + 127) / 128 * 128);
  const auto address = static_cast<std::uint32_t>(memory.size());
  memory.insert(memory.end(), bytes.begin(), bytes.end());
  return address;
}

void Assembly::add(const arch::CommandWords& words) {
  HB_ASSERT(program_.count < room_, "room for {} commands", room_);
  const std::size_t at = std::size_t{program_.count} * arch::kCommandBytes;
  for (std::size_t i = 0; i < words.size(); ++i) put_u32(program_.memory, at + 4 * i, words[i]);
  ++program_.count;
}

void Assembly::load(arch::Buffer buffer, std::uint32_t address, std::uint32_t buffer_address,
                    std::size_t bytes) {
  const arch::Machine& machine = program_.machine;
  const std::uint32_t row_bytes =
      buffer == arch::Buffer::kActivation ? machine.word_bytes() : machine.row_bytes();
  arch::Transfer transfer;
  transfer.buffer = buffer;
  transfer.memory_address = address;
  transfer.buffer_address = buffer_address;
  transfer.rows = static_cast<std::uint16_t>(bytes / row_bytes);
  add(arch::encode_load(transfer));
}

arch::Program Assembly::finish() const {
  arch::Program program = program_;
  program.memory_limit = static_cast<std::uint32_t>(program.memory.size() - 1);
  return program;
}

}  // namespace hb::test
