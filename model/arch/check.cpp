// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The checks of dispatch (docs/commands.md section 3), in their order. 64 bits hold every sum: the
// largest product is 65535 tiles of 32 * 255 * 255 * 65535 rows.
#include <algorithm>

#include "model/arch/commands.hpp"

namespace hb::arch {

namespace {

constexpr std::uint32_t kAll = 0xFFFFFFFF;
constexpr std::uint32_t kThreeBytes = 0x00FFFFFF;
constexpr std::uint32_t kHalf = 0xFFFF;

bool bit_set(std::uint32_t word, std::uint32_t bit) { return (word >> bit & 1) != 0; }

std::uint32_t contract_bits(const CommandWords& words) { return (words[2] >> 10) & 7; }

/// Adds the bits of CONV's second copy.
void allow_copy(bool from_code, CommandWords& bits) {
  bits[2] |= 0x02C0;
  bits[14] |= 0xFF00;
  bits[15] = kAll;
  bits[16] = kAll;
  bits[18] = kThreeBytes;
  bits[21] = from_code ? kHalf : 0;
}

/// Adds the bits of CONV's residual. A reserved contract is refused later, as a format: the fields
/// of both contracts may be set in it.
void allow_residual(std::uint32_t contract, CommandWords& bits) {
  const bool tflite = contract == static_cast<std::uint32_t>(Contract::kTflite);
  const bool ort = contract == static_cast<std::uint32_t>(Contract::kOrt);
  bits[2] |= tflite ? 0xC0000U : 0xE0000U;
  for (const std::uint32_t word : {19, 20, 22, 23, 24, 25, 26}) bits[word] = kAll;
  bits[27] = ort ? 0 : kThreeBytes;
}

/// The bits of each word that a CONV may set.
CommandWords conv_bits(const CommandWords& words) {
  CommandWords bits = {0x01FFFFFF, kHalf,       0x301C0F, kAll, kAll, kAll,
                       kAll,       kThreeBytes, kAll,     kAll, kAll};
  if (bit_set(words[2], 21)) {  // partial
    return bits;
  }
  bits[2] |= 0x10130;
  for (const std::uint32_t word : {11, 12, 13}) bits[word] = kAll;
  bits[14] = 0xFF;
  bits[17] = kThreeBytes;
  if (bit_set(words[2], 8)) allow_copy(bit_set(words[2], 9), bits);
  if (bit_set(words[2], 16)) allow_residual(contract_bits(words), bits);
  return bits;
}

/// The bits of each word that a command may set.
CommandWords writable_bits(const CommandWords& words) {
  switch (static_cast<Opcode>(opcode_bits(words))) {
    case Opcode::kEnd:
      return {0xFF};
    case Opcode::kConv:
      return conv_bits(words);
    case Opcode::kPool:
      return {0x01FFFFFF, kHalf, 3, kAll, kAll, kAll, kAll, kHalf, kHalf, kAll, 0, 0, kAll, kAll};
    case Opcode::kLoad:
    case Opcode::kStore:
      break;
  }
  return {kThreeBytes, kHalf, 3, kAll, kAll, kAll, kAll, kHalf, kHalf};
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
  const std::uint32_t residual = (words[2] >> 18) & 3;
  const bool copies_accumulator = bit_set(words[2], 8) && !bit_set(words[2], 9);
  return activation <= 1 && weight >= activation && weight <= 1 && output <= 1 && copy <= 1 &&
         contract_bits(words) <= 1 && residual <= 1 &&
         !(bit_set(words[2], 16) && copies_accumulator);
}

/// Sizes that CONV and POOL share.
template <class Command>
bool legal_window(const Command& command) {
  const std::uint32_t sizes[] = {
      command.input_height,  command.input_width,   command.kernel_height,
      command.kernel_width,  command.stride_y,      command.stride_x,
      command.channel_words, command.output_height, command.output_width};
  return std::find(std::begin(sizes), std::end(sizes), 0U) == std::end(sizes);
}

template <class Tensor>
bool legal_part(const Tensor& tensor, const Machine& machine) {
  return tensor.part < parts_per_word(machine, tensor.precision);
}

bool legal_sizes(const Conv& command, const Machine& machine) {
  return legal_window(command) && command.tiles != 0 && legal_part(command.output, machine) &&
         (!command.copy || legal_part(*command.copy, machine)) &&
         (!command.residual || legal_part(*command.residual, machine)) &&
         (!command.partial || (command.tiles == 1 && command.pixels() <= machine.rows));
}

template <class Command>
bool input_fits(const Command& command, const Machine& machine) {
  const std::uint64_t image = std::uint64_t{command.input_height} * command.input_width;
  const std::uint64_t further = command.channel_words - 1U;
  return command.input_address + further * command.input_plane + image <=
         machine.activation_words();
}

/// Whether the words of an output, a copy or a residual end inside the buffer.
template <class Tensor>
bool tiles_fit(const Tensor& tensor, const Conv& command, const Machine& machine) {
  const std::uint64_t further =
      (std::uint64_t{tensor.part} + command.tiles - 1) / parts_per_word(machine, tensor.precision);
  return tensor.address + further * tensor.plane + command.pixels() <= machine.activation_words();
}

bool buffers_fit(const Conv& command, const Machine& machine) {
  return input_fits(command, machine) && tiles_fit(command.output, command, machine) &&
         (!command.copy || tiles_fit(*command.copy, command, machine)) &&
         (!command.residual || tiles_fit(*command.residual, command, machine)) &&
         command.weight_address + command.tiles * command.tile_weight_rows(machine) <=
             machine.weight_rows() &&
         std::uint64_t{command.parameter_address} + command.tiles <= machine.parameter_tiles;
}

bool legal_range(const Output& output) {
  const int largest = output.precision == Precision::kInt4 ? 7 : 127;
  const auto fits = [&](std::int8_t value) { return value >= -largest - 1 && value <= largest; };
  return output.low <= output.high && fits(output.low) && fits(output.high) &&
         fits(output.zero_point);
}

bool legal_offset(std::int16_t offset) { return offset >= -kMostOffset && offset <= kMostOffset; }

/// Whether float32 bits have an exponent field in least..most, with either sign.
bool exponent_in(std::uint32_t bits, std::uint32_t least, std::uint32_t most) {
  const std::uint32_t exponent = (bits >> 23) & 0xFF;
  return exponent >= least && exponent <= most;
}

/// The bounds keep every intermediate result of an `ort` addition a normal float32 or 0
/// (docs/arithmetic.md section 4).
bool legal_addition(const Residual& residual, Contract contract) {
  const std::uint32_t scales[] = {residual.sum_scale, residual.residual_scale};
  if (contract == Contract::kTflite) {
    const std::uint32_t shifts[] = {residual.sum_shift, residual.residual_shift,
                                    residual.output_shift};
    return !bit_set(scales[0] | scales[1] | residual.term, 31) &&
           *std::max_element(std::begin(shifts), std::end(shifts)) <= 31;
  }
  const auto legal_scale = [](std::uint32_t bits) {
    return !bit_set(bits, 31) && exponent_in(bits, 64, 190);
  };
  return legal_scale(scales[0]) && legal_scale(scales[1]) &&
         (residual.term == 0 || exponent_in(residual.term, 32, 222));
}

bool legal_residual(const Residual& residual, Contract contract) {
  return residual.sum_low <= residual.sum_high && legal_offset(residual.sum_offset) &&
         legal_offset(residual.residual_offset) && legal_addition(residual, contract);
}

bool legal_quantization(const Conv& command) {
  return legal_range(command.output) && (!command.copy || legal_range(*command.copy)) &&
         legal_offset(command.copy_offset) &&
         (!command.residual || legal_residual(*command.residual, command.contract));
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
  return legal_quantization(command) ? ErrorCode::kNone : ErrorCode::kIllegalQuantization;
}

ErrorCode check_pool(const Pool& command, const Machine& machine) {
  if (command.precision > Precision::kInt4) {
    return ErrorCode::kIllegalFormat;
  }
  if (!legal_window(command) || command.kernel_width > kMostPoolWidth) {
    return ErrorCode::kIllegalSize;
  }
  const std::uint64_t further = command.channel_words - 1U;
  const std::uint64_t output_end =
      command.output_address + further * command.output_plane + command.pixels();
  return input_fits(command, machine) && output_end <= machine.activation_words()
             ? ErrorCode::kNone
             : ErrorCode::kBufferRange;
}

}  // namespace

ErrorCode check(const CommandWords& words, const Machine& machine, std::uint32_t memory_limit) {
  const std::uint8_t opcode = opcode_bits(words);
  if (opcode < static_cast<std::uint8_t>(Opcode::kEnd) ||
      opcode > static_cast<std::uint8_t>(Opcode::kPool)) {
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
    case Opcode::kPool:
      return check_pool(decode_pool(words), machine);
    case Opcode::kEnd:
      break;
  }
  return ErrorCode::kNone;
}

}  // namespace hb::arch
