// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/illegal_command.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "model/arch/error.hpp"
#include "tests/support/edge_commands.hpp"

namespace hb::test {
namespace {

using arch::CommandWords;
using arch::ErrorCode;
using arch::Opcode;
using arch::Transfer;

/// Bits `low` .. `low + width - 1` of a command word.
struct Field {
  std::uint32_t word;
  std::uint32_t low;
  std::uint32_t width;
};

std::uint32_t mask_of(const Field& field) {
  return static_cast<std::uint32_t>((std::uint64_t{1} << field.width) - 1) << field.low;
}

void set(CommandWords& words, const Field& field, std::uint32_t value) {
  words[field.word] = (words[field.word] & ~mask_of(field)) | (value << field.low & mask_of(field));
}

using Fields = std::vector<Field>;

Fields fields_of_conv(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIllegalFormat:
      return {{2, 0, 2}, {2, 2, 2}, {2, 4, 2}, {2, 6, 2}, {2, 10, 3}, {2, 18, 2}};
    case ErrorCode::kIllegalSize:
      return {{5, 0, 16},  {5, 16, 16}, {6, 0, 8},   {6, 8, 8},  {6, 16, 8}, {6, 24, 8}, {8, 0, 16},
              {8, 16, 16}, {9, 0, 16},  {9, 16, 16}, {14, 0, 8}, {14, 8, 8}, {19, 24, 8}};
    case ErrorCode::kBufferRange:
      return {{3, 0, 32},  {4, 0, 32},  {8, 0, 16},  {8, 16, 16}, {10, 0, 32},
              {11, 0, 32}, {12, 0, 32}, {15, 0, 32}, {22, 0, 32}, {23, 0, 32}};
    default:  // ILLEGAL_QUANTIZATION
      return {{17, 0, 8},  {17, 8, 8},  {17, 16, 8}, {18, 0, 8},  {18, 8, 8},
              {18, 16, 8}, {19, 0, 8},  {19, 8, 8},  {20, 0, 16}, {20, 16, 16},
              {21, 0, 16}, {24, 23, 9}, {25, 23, 9}, {26, 23, 9}, {27, 0, 24}};
  }
}

Fields fields_of_pool(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIllegalFormat:
      return {{2, 0, 2}};
    case ErrorCode::kIllegalSize:
      return {{5, 0, 16}, {5, 16, 16}, {6, 0, 8},  {6, 8, 8},  {6, 16, 8},
              {6, 24, 8}, {8, 0, 16},  {9, 0, 16}, {9, 16, 16}};
    default:  // BUFFER_RANGE
      return {{3, 0, 32}, {4, 0, 32}, {8, 0, 16}, {12, 0, 32}, {13, 0, 32}};
  }
}

Fields fields_of_transfer(ErrorCode code) {
  switch (code) {
    case ErrorCode::kIllegalFormat:
      return {{2, 0, 2}};
    case ErrorCode::kIllegalSize:
      return {{7, 0, 16}, {8, 0, 16}};
    case ErrorCode::kBufferRange:
      return {{5, 0, 32}, {6, 0, 32}, {7, 0, 16}};
    default:  // ALIGNMENT, MEMORY_RANGE
      return {{3, 0, 32}, {4, 0, 32}};
  }
}

/// Fields whose wrong values are `code` in a command of `opcode`; none where another way is used.
Fields fields_of(Opcode opcode, ErrorCode code) {
  if (code == ErrorCode::kIllegalOpcode) return {{0, 0, 8}};
  if (code == ErrorCode::kReservedField) return {};
  if (opcode == Opcode::kConv) return fields_of_conv(code);
  return opcode == Opcode::kPool ? fields_of_pool(code) : fields_of_transfer(code);
}

/// A random value of a field: anything, 0, or near what it was.
std::uint32_t wrong_value(Random& random, std::uint32_t was, std::uint32_t unit) {
  switch (random.below(4)) {
    case 0:
      return 0;
    case 1:
      return was + unit * random.pick(1, 64);
    case 2:
      return was + unit * random.below(0x8000);
    default:
      return static_cast<std::uint32_t>(random.next()) / unit * unit;
  }
}

bool can_fail(Opcode opcode, ErrorCode code) {
  switch (code) {
    case ErrorCode::kAlignment:
    case ErrorCode::kMemoryRange:
      return opcode == Opcode::kLoad || opcode == Opcode::kStore;
    case ErrorCode::kIllegalQuantization:
      return opcode == Opcode::kConv;
    default:
      return true;
  }
}

/// The smallest address that is too high, in transfers: of the buffer or of the memory.
void move_just_beyond(CommandWords& words, const arch::Program& program, ErrorCode code) {
  const arch::Machine& machine = program.machine;
  const bool range = code == ErrorCode::kBufferRange;
  const std::uint32_t word = range ? 5 : 3;
  const std::uint32_t unit = range ? 1 : machine.bus_bytes;
  while (arch::check(words, machine, program.memory_limit) == ErrorCode::kNone) words[word] += unit;
}

class Spoiler {
 public:
  Spoiler(Random& random, ErrorCode code, const arch::Program& program)
      : random_(random), code_(code), program_(program) {}

  /// A command of the program that was made to fail the check, or one at a rule's edge.
  [[nodiscard]] CommandWords command() {
    const CommandWords legal = pick_legal();
    const auto opcode = static_cast<Opcode>(arch::opcode_bits(legal));
    CommandWords words = legal;
    const bool range = code_ == ErrorCode::kBufferRange || code_ == ErrorCode::kMemoryRange;
    if (range && arch::engine_of(opcode) != arch::Engine::kCompute && random_.chance(50)) {
      move_just_beyond(words, program_, code_);
      return words;
    }
    if (opcode == Opcode::kConv && random_.chance(60)) {
      if (const auto edge = pick_edge(legal)) return *edge;
    }
    while (arch::check(words, program_.machine, program_.memory_limit) != code_) {
      words = legal;
      // Over the whole range of int8 it takes two fields to make a clamp illegal.
      for (std::uint32_t n = random_.pick(1, 2); n > 0; --n) disturb(words, opcode);
    }
    return words;
  }

 private:
  /// Any command that can fail the check, each kind equally often; one of a small size if the
  /// program has none.
  [[nodiscard]] CommandWords pick_legal() {
    constexpr Opcode kOpcodes[] = {Opcode::kLoad, Opcode::kStore, Opcode::kConv, Opcode::kPool};
    Opcode opcode = kOpcodes[random_.below(std::size(kOpcodes))];
    while (!can_fail(opcode, code_)) opcode = kOpcodes[random_.below(std::size(kOpcodes))];
    std::vector<CommandWords> list;
    for (std::uint32_t i = 0; i < program_.count; ++i) {
      const CommandWords words = program_.command(i);
      if (arch::opcode_bits(words) != static_cast<std::uint8_t>(opcode)) continue;
      if (opcode == Opcode::kConv && arch::decode_conv(words).partial) continue;  // no outputs
      list.push_back(words);
    }
    if (!list.empty()) return list[random_.below(list.size())];
    if (opcode == Opcode::kConv) return arch::encode(arch::Conv{});
    if (opcode == Opcode::kPool) return arch::encode(arch::Pool{});
    return opcode == Opcode::kLoad ? arch::encode_load(Transfer{}) : arch::encode_store(Transfer{});
  }

  [[nodiscard]] std::optional<CommandWords> pick_edge(const CommandWords& legal) {
    std::vector<CommandWords> list;
    for (const EdgeCommand& edge : edge_commands(program_.machine, arch::decode_conv(legal))) {
      if (edge.code == code_) list.push_back(edge.words);
    }
    if (list.empty()) return std::nullopt;
    return list[random_.below(list.size())];
  }

  void disturb(CommandWords& words, Opcode opcode) {
    const std::vector<Field> fields = fields_of(opcode, code_);
    if (fields.empty()) {  // RESERVED_FIELD: any bit may be the one
      words[random_.below(arch::kCommandWords)] ^= 1U << random_.below(32);
      return;
    }
    const Field& field = fields[random_.below(fields.size())];
    const bool aligned = code_ == ErrorCode::kMemoryRange;
    const std::uint32_t was = (words[field.word] & mask_of(field)) >> field.low;
    set(words, field, wrong_value(random_, was, aligned ? program_.machine.bus_bytes : 1));
  }

  Random& random_;
  ErrorCode code_;
  const arch::Program& program_;
};

void put(arch::Program& program, std::uint32_t index, const CommandWords& words) {
  for (std::uint32_t i = 0; i < arch::kCommandBytes; ++i) {
    program.memory[program.address + index * arch::kCommandBytes + i] =
        static_cast<std::uint8_t>(words[i / 4] >> 8 * (i % 4));
  }
}

}  // namespace

ExpectedError make_illegal(Random& random, ErrorCode code, arch::Program& program) {
  const std::size_t end = program.address + std::size_t{program.count} * arch::kCommandBytes;
  HB_ASSERT(end == program.memory.size(), "commands end at {}, memory at {}", end,
            program.memory.size());
  if (code == ErrorCode::kTruncated) {
    --program.count;
    return {code, program.count};
  }
  const std::uint32_t index = random.below(program.count);
  if (random.chance(50)) {
    const auto at = program.memory.begin() + program.address + index * arch::kCommandBytes;
    program.memory.insert(at, arch::kCommandBytes, std::uint8_t{0});
    program.memory_limit += arch::kCommandBytes;
    ++program.count;
  }
  put(program, index, Spoiler(random, code, program).command());
  return {code, index};
}

}  // namespace hb::test
