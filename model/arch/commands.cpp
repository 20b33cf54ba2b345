// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Encodings of docs/commands.md, field by field.
#include "model/arch/commands.hpp"

#include "model/arch/error.hpp"

namespace hb::arch {

namespace {

constexpr std::uint32_t field(std::uint32_t word, std::uint32_t low, std::uint32_t bits) {
  return (word >> low) & ((1U << bits) - 1);
}

constexpr std::uint8_t byte(std::uint32_t word, std::uint32_t index) {
  return static_cast<std::uint8_t>(word >> (8 * index));
}

constexpr std::uint16_t half(std::uint32_t word, std::uint32_t index) {
  return static_cast<std::uint16_t>(word >> (16 * index));
}

constexpr std::uint32_t halves(std::uint32_t low, std::uint32_t high) { return low | high << 16; }

template <class... Bytes>
constexpr std::uint32_t bytes(Bytes... values) {
  std::uint32_t word = 0;
  std::uint32_t shift = 0;
  ((word |= std::uint32_t{static_cast<std::uint8_t>(values)} << shift, shift += 8), ...);
  return word;
}

template <class Enum>
constexpr std::uint32_t code(Enum value) {
  return static_cast<std::uint32_t>(value);
}

CommandWords encode_common(Opcode opcode, const Common& common) {
  CommandWords words{};
  words[0] = bytes(code(opcode), common.wait, common.signal) | (common.fence ? 1U << 24 : 0U);
  words[1] = common.layer;
  return words;
}

CommandWords encode_transfer(Opcode opcode, const Transfer& command) {
  CommandWords words = encode_common(opcode, command.common);
  words[2] = code(command.buffer);
  words[3] = command.memory_address;
  words[4] = command.memory_stride;
  words[5] = command.buffer_address;
  words[6] = command.buffer_stride;
  words[7] = command.rows;
  words[8] = command.segments;
  return words;
}

constexpr std::uint32_t flag(bool value, std::uint32_t bit) { return value ? 1U << bit : 0U; }

Output decode_output(const CommandWords& words) {
  Output output;
  output.precision = static_cast<Precision>(field(words[2], 4, 2));
  output.address = words[12];
  output.plane = words[13];
  output.part = byte(words[14], 0);
  output.low = static_cast<std::int8_t>(byte(words[17], 0));
  output.high = static_cast<std::int8_t>(byte(words[17], 1));
  output.zero_point = static_cast<std::int8_t>(byte(words[17], 2));
  return output;
}

Output decode_copy(const CommandWords& words) {
  Output copy;
  copy.precision = static_cast<Precision>(field(words[2], 6, 2));
  copy.address = words[15];
  copy.plane = words[16];
  copy.part = byte(words[14], 1);
  copy.low = static_cast<std::int8_t>(byte(words[18], 0));
  copy.high = static_cast<std::int8_t>(byte(words[18], 1));
  copy.zero_point = static_cast<std::int8_t>(byte(words[18], 2));
  return copy;
}

void encode_residual(const Residual& residual, CommandWords& words) {
  words[2] |= 1U << 16 | flag(residual.first, 17) | code(residual.precision) << 18;
  words[19] = bytes(residual.sum_low, residual.sum_high, residual.sum_zero_point, residual.part);
  words[20] = halves(static_cast<std::uint16_t>(residual.sum_offset),
                     static_cast<std::uint16_t>(residual.residual_offset));
  words[22] = residual.address;
  words[23] = residual.plane;
  words[24] = residual.sum_scale;
  words[25] = residual.residual_scale;
  words[26] = residual.term;
  words[27] = bytes(residual.sum_shift, residual.residual_shift, residual.output_shift);
}

Residual decode_residual(const CommandWords& words) {
  Residual residual;
  residual.first = field(words[2], 17, 1) != 0;
  residual.precision = static_cast<Precision>(field(words[2], 18, 2));
  residual.sum_low = static_cast<std::int8_t>(byte(words[19], 0));
  residual.sum_high = static_cast<std::int8_t>(byte(words[19], 1));
  residual.sum_zero_point = static_cast<std::int8_t>(byte(words[19], 2));
  residual.part = byte(words[19], 3);
  residual.sum_offset = static_cast<std::int16_t>(half(words[20], 0));
  residual.residual_offset = static_cast<std::int16_t>(half(words[20], 1));
  residual.address = words[22];
  residual.plane = words[23];
  residual.sum_scale = words[24];
  residual.residual_scale = words[25];
  residual.term = words[26];
  residual.sum_shift = byte(words[27], 0);
  residual.residual_shift = byte(words[27], 1);
  residual.output_shift = byte(words[27], 2);
  return residual;
}

/// The strip and the window, which CONV and POOL encode alike.
template <class Command>
void encode_window(const Command& command, CommandWords& words) {
  words[3] = command.input_address;
  words[4] = command.input_plane;
  words[5] = halves(command.input_height, command.input_width);
  words[6] = bytes(command.kernel_height, command.kernel_width, command.stride_y, command.stride_x);
  words[7] = bytes(command.pad_top, command.pad_left);
  words[8] = command.channel_words;
  words[9] = halves(command.output_height, command.output_width);
}

template <class Command>
void decode_window(const CommandWords& words, Command& command) {
  command.input_address = words[3];
  command.input_plane = words[4];
  command.input_height = half(words[5], 0);
  command.input_width = half(words[5], 1);
  command.kernel_height = byte(words[6], 0);
  command.kernel_width = byte(words[6], 1);
  command.stride_y = byte(words[6], 2);
  command.stride_x = byte(words[6], 3);
  command.pad_top = byte(words[7], 0);
  command.pad_left = byte(words[7], 1);
  command.channel_words = half(words[8], 0);
  command.output_height = half(words[9], 0);
  command.output_width = half(words[9], 1);
}

}  // namespace

std::string_view name(Opcode value) {
  switch (value) {
    case Opcode::kEnd:
      return "END";
    case Opcode::kLoad:
      return "LOAD";
    case Opcode::kStore:
      return "STORE";
    case Opcode::kConv:
      return "CONV";
    case Opcode::kPool:
      return "POOL";
  }
  return "illegal";
}

std::string_view name(Engine value) {
  constexpr std::string_view kNames[kEngines] = {"load", "compute", "store"};
  return kNames[code(value)];
}

std::string_view name(ErrorCode value) {
  constexpr std::string_view kNames[] = {
      "NONE",      "ILLEGAL_OPCODE", "RESERVED_FIELD", "ILLEGAL_FORMAT",       "ILLEGAL_SIZE",
      "ALIGNMENT", "BUFFER_RANGE",   "MEMORY_RANGE",   "ILLEGAL_QUANTIZATION", "TRUNCATED",
      "FETCH_BUS", "LOAD_BUS",       "STORE_BUS",      "TOKEN_OVERFLOW",       "BANK_CONFLICT",
      "ABORTED"};
  return code(value) < std::size(kNames) ? kNames[code(value)] : "unknown";
}

std::string_view name(Cause value) {
  constexpr std::string_view kNames[kCauses] = {
      "BUSY",  "WAIT_LOAD", "WAIT_STORE", "WAIT_POST", "MODE_CHANGE", "START",
      "FETCH", "DRAIN",     "TRANSFER",   "FINISH",    "STOP"};
  return code(value) < kCauses ? kNames[code(value)] : "unknown";
}

std::string_view name(Precision value) { return value == Precision::kInt4 ? "int4" : "int8"; }

std::string_view name(Buffer value) {
  switch (value) {
    case Buffer::kActivation:
      return "activation";
    case Buffer::kWeight:
      return "weight";
    case Buffer::kParameter:
      return "parameter";
  }
  return "illegal";
}

CommandWords encode_end() { return encode_common(Opcode::kEnd, {}); }

CommandWords encode_load(const Transfer& command) {
  return encode_transfer(Opcode::kLoad, command);
}

CommandWords encode_store(const Transfer& command) {
  return encode_transfer(Opcode::kStore, command);
}

CommandWords encode(const Conv& command) {
  CommandWords words = encode_common(Opcode::kConv, command.common);
  const Output copy = command.copy.value_or(Output{});
  const Precision weights = command.narrow_weights ? Precision::kInt4 : command.precision;
  words[2] = code(command.precision) | code(weights) << 2 | code(command.output.precision) << 4 |
             code(copy.precision) << 6 | flag(command.copy.has_value(), 8) |
             code(command.copy_source) << 9 | code(command.contract) << 10 |
             flag(command.repeat, 20) | flag(command.partial, 21);
  encode_window(command, words);
  words[7] |= std::uint32_t{command.pad_value} << 16;
  words[8] |= std::uint32_t{command.tiles} << 16;
  words[10] = command.weight_address;
  words[11] = command.parameter_address;
  words[12] = command.output.address;
  words[13] = command.output.plane;
  words[14] = bytes(command.output.part, copy.part);
  words[15] = copy.address;
  words[16] = copy.plane;
  words[17] = bytes(command.output.low, command.output.high, command.output.zero_point);
  words[18] = bytes(copy.low, copy.high, copy.zero_point);
  words[21] = static_cast<std::uint16_t>(command.copy_offset);
  if (command.residual) encode_residual(*command.residual, words);
  return words;
}

CommandWords encode(const Pool& command) {
  CommandWords words = encode_common(Opcode::kPool, command.common);
  words[2] = code(command.precision);
  encode_window(command, words);
  words[12] = command.output_address;
  words[13] = command.output_plane;
  return words;
}

Common decode_common(const CommandWords& words) {
  Common common;
  common.wait = byte(words[0], 1);
  common.signal = byte(words[0], 2);
  common.fence = field(words[0], 24, 1) != 0;
  common.layer = half(words[1], 0);
  return common;
}

Transfer decode_transfer(const CommandWords& words) {
  Transfer command;
  command.common = decode_common(words);
  command.buffer = static_cast<Buffer>(field(words[2], 0, 2));
  command.memory_address = words[3];
  command.memory_stride = words[4];
  command.buffer_address = words[5];
  command.buffer_stride = words[6];
  command.rows = half(words[7], 0);
  command.segments = half(words[8], 0);
  return command;
}

Conv decode_conv(const CommandWords& words) {
  Conv command;
  command.common = decode_common(words);
  command.precision = static_cast<Precision>(field(words[2], 0, 2));
  const auto weights = static_cast<Precision>(field(words[2], 2, 2));
  command.narrow_weights = command.precision == Precision::kInt8 && weights == Precision::kInt4;
  command.contract = static_cast<Contract>(field(words[2], 10, 3));
  command.repeat = field(words[2], 20, 1) != 0;
  command.partial = field(words[2], 21, 1) != 0;
  decode_window(words, command);
  command.pad_value = byte(words[7], 2);
  command.tiles = half(words[8], 1);
  command.weight_address = words[10];
  command.parameter_address = words[11];
  command.output = decode_output(words);
  if (field(words[2], 8, 1) != 0) {
    command.copy = decode_copy(words);
  }
  command.copy_source = static_cast<CopySource>(field(words[2], 9, 1));
  command.copy_offset = static_cast<std::int16_t>(half(words[21], 0));
  if (field(words[2], 16, 1) != 0) {
    command.residual = decode_residual(words);
  }
  return command;
}

Pool decode_pool(const CommandWords& words) {
  Pool command;
  command.common = decode_common(words);
  command.precision = static_cast<Precision>(field(words[2], 0, 2));
  decode_window(words, command);
  command.output_address = words[12];
  command.output_plane = words[13];
  return command;
}

Engine engine_of(Opcode opcode) {
  switch (opcode) {
    case Opcode::kLoad:
      return Engine::kLoad;
    case Opcode::kConv:
    case Opcode::kPool:
      return Engine::kCompute;
    case Opcode::kStore:
      return Engine::kStore;
    case Opcode::kEnd:
      break;
  }
  HB_ASSERT(false, "opcode {} has no engine", code(opcode));
}

}  // namespace hb::arch
