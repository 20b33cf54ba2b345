// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The checks of dispatch (docs/commands.md section 3), in their order. 64 bits hold every sum: the
// largest product is 65535 tiles of 32 * 255 * 255 * 65535 rows.
#include <algorithm>

#include "model/arch/commands.hpp"

namespace hb::arch {

namespace {

constexpr std::uint32_t kCopyBit = 1U << 8;

/// The bits of each word that a command may set.
CommandWords writable_bits(const CommandWords& words) {
  constexpr std::uint32_t kAll = 0xFFFFFFFF;
  constexpr std::uint32_t kHalf = 0xFFFF;
  const auto opcode = static_cast<Opcode>(opcode_bits(words));
  if (opcode == Opcode::kEnd) {
    return {0xFF};
  }
  if (opcode != Opcode::kConv) {
    return {0x00FFFFFF, kHalf, 3, kAll, kAll, kAll, kAll, kHalf, kHalf};
  }
  CommandWords bits = {0x01FFFFFF, kHalf, 0x1D3F, kAll, kAll, kAll, kAll, 0x00FFFFFF, kAll, kAll,
                       kAll,       kAll,  kAll,   kAll, 0xFF, 0,    0,    0x00FFFFFF, 0};
  if ((words[2] & kCopyBit) != 0) {
    bits[2] |= 0x02C0;
    bits[14] |= 0xFF00;
    bits[15] = kAll;
    bits[16] = kAll;
    bits[18] = 0x00FFFFFF;
  }
  return bits;
}

bool reserved_bit_set(const CommandWords& words) {
  const CommandWords bits = writable_bits(words);
  for (std::uint32_t i = 0; i < kCommandWords; ++i) {
    if ((words[i] & ~bits[i]) != 0) {
      return true;
    }
  }
  return false;
}

std::uint64_t rows_of(const Machine& machine, Buffer buffer) {
  switch (buffer) {
    case Buffer::kActivation:
      return machine.activation_words();
    case Buffer::kWeight:
      return machine.weight_rows();
    case Buffer::kParameter:
      break;
  }
  return machine.parameter_rows();
}

ErrorCode check_transfer(const Transfer& command, bool store, const Machine& machine,
                         std::uint32_t memory_limit) {
  if (store ? command.buffer != Buffer::kActivation : command.buffer > Buffer::kParameter) {
    return ErrorCode::kIllegalFormat;
  }
  if (command.rows == 0 || command.segments == 0) {
    return ErrorCode::kIllegalSize;
  }
  if (command.memory_address % machine.bus_bytes != 0 ||
      command.memory_stride % machine.bus_bytes != 0) {
    return ErrorCode::kAlignment;
  }
  const std::uint64_t further = command.segments - 1U;
  const std::uint64_t buffer_end =
      command.buffer_address + further * command.buffer_stride + command.rows;
  if (buffer_end > rows_of(machine, command.buffer)) {
    return ErrorCode::kBufferRange;
  }
  const std::uint64_t row_bytes =
      command.buffer == Buffer::kActivation ? machine.word_bytes() : machine.row_bytes();
  const std::uint64_t last_byte =
      command.memory_address + further * command.memory_stride + command.rows * row_bytes - 1;
  return last_byte > memory_limit ? ErrorCode::kMemoryRange : ErrorCode::kNone;
}

bool legal_formats(const CommandWords& words) {
  const std::uint32_t activation = words[2] & 3;
  const std::uint32_t weight = (words[2] >> 2) & 3;
  const std::uint32_t output = (words[2] >> 4) & 3;
  const std::uint32_t copy = (words[2] >> 6) & 3;
  const std::uint32_t contract = (words[2] >> 10) & 7;
  return activation <= 1 && weight == activation && output <= 1 && copy <= 1 && contract == 0;
}

bool legal_part(const Output& output, const Machine& machine) {
  return output.part < parts_per_word(machine, output.precision);
}

bool legal_sizes(const Conv& command, const Machine& machine) {
  const std::uint32_t sizes[] = {command.input_height,  command.input_width, command.kernel_height,
                                 command.kernel_width,  command.stride_y,    command.stride_x,
                                 command.channel_words, command.tiles,       command.output_height,
                                 command.output_width};
  return std::find(std::begin(sizes), std::end(sizes), 0U) == std::end(sizes) &&
         legal_part(command.output, machine) &&
         (!command.copy || legal_part(*command.copy, machine));
}

bool output_fits(const Output& output, const Conv& command, const Machine& machine) {
  const std::uint64_t further =
      (std::uint64_t{output.part} + command.tiles - 1) / parts_per_word(machine, output.precision);
  return output.address + further * output.plane + command.pixels() <= machine.activation_words();
}

bool buffers_fit(const Conv& command, const Machine& machine) {
  const std::uint64_t image = std::uint64_t{command.input_height} * command.input_width;
  const std::uint64_t further = command.channel_words - 1U;
  return command.input_address + further * command.input_plane + image <=
             machine.activation_words() &&
         output_fits(command.output, command, machine) &&
         (!command.copy || output_fits(*command.copy, command, machine)) &&
         command.weight_address + command.tiles * command.tile_steps(machine) <=
             machine.weight_rows() &&
         std::uint64_t{command.parameter_address} + command.tiles <= machine.parameter_tiles;
}

bool legal_quantization(const Output& output) {
  const int largest = output.precision == Precision::kInt4 ? 7 : 127;
  const auto fits = [&](std::int8_t value) { return value >= -largest - 1 && value <= largest; };
  return output.low <= output.high && fits(output.low) && fits(output.high) &&
         fits(output.zero_point);
}

ErrorCode check_conv(const CommandWords& words, const Machine& machine) {
  if (!legal_formats(words)) {
    return ErrorCode::kIllegalFormat;
  }
  const Conv command = decode_conv(words);
  if (!legal_sizes(command, machine)) {
    return ErrorCode::kIllegalSize;
  }
  if (!buffers_fit(command, machine)) {
    return ErrorCode::kBufferRange;
  }
  const bool legal =
      legal_quantization(command.output) && (!command.copy || legal_quantization(*command.copy));
  return legal ? ErrorCode::kNone : ErrorCode::kIllegalQuantization;
}

}  // namespace

ErrorCode check(const CommandWords& words, const Machine& machine, std::uint32_t memory_limit) {
  const std::uint8_t opcode = opcode_bits(words);
  if (opcode < static_cast<std::uint8_t>(Opcode::kEnd) ||
      opcode > static_cast<std::uint8_t>(Opcode::kConv)) {
    return ErrorCode::kIllegalOpcode;
  }
  if (reserved_bit_set(words)) {
    return ErrorCode::kReservedField;
  }
  switch (static_cast<Opcode>(opcode)) {
    case Opcode::kLoad:
      return check_transfer(decode_transfer(words), false, machine, memory_limit);
    case Opcode::kStore:
      return check_transfer(decode_transfer(words), true, machine, memory_limit);
    case Opcode::kConv:
      return check_conv(words, machine);
    case Opcode::kEnd:
      break;
  }
  return ErrorCode::kNone;
}

}  // namespace hb::arch
