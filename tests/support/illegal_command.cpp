// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/illegal_command.hpp"

#include <algorithm>
#include <vector>

#include "model/arch/error.hpp"

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

/// Fields whose wrong values are `code` in a command of `opcode`; none where another way is used.
std::vector<Field> fields_of(Opcode opcode, ErrorCode code) {
  const bool conv = opcode == Opcode::kConv;
  if (code == ErrorCode::kIllegalOpcode) return {{0, 0, 8}};
  if (code == ErrorCode::kIllegalFormat) {
    return conv ? std::vector<Field>{{2, 0, 2}, {2, 2, 2}, {2, 4, 2}, {2, 6, 2}, {2, 10, 3}}
                : std::vector<Field>{{2, 0, 2}};
  }
  if (code == ErrorCode::kIllegalSize) {
    return conv ? std::vector<Field>{{5, 0, 16}, {5, 16, 16}, {6, 0, 8},  {6, 8, 8},
                                     {6, 16, 8}, {6, 24, 8},  {8, 0, 16}, {8, 16, 16},
                                     {9, 0, 16}, {9, 16, 16}, {14, 0, 8}, {14, 8, 8}}
                : std::vector<Field>{{7, 0, 16}, {8, 0, 16}};
  }
  if (code == ErrorCode::kAlignment) return {{3, 0, 32}, {4, 0, 32}};
  if (code == ErrorCode::kBufferRange) {
    return conv ? std::vector<Field>{{3, 0, 32},  {4, 0, 32},  {8, 0, 16},  {8, 16, 16},
                                     {10, 0, 32}, {11, 0, 32}, {12, 0, 32}, {15, 0, 32}}
                : std::vector<Field>{{5, 0, 32}, {6, 0, 32}, {7, 0, 16}};
  }
  if (code == ErrorCode::kMemoryRange) return {{3, 0, 32}, {4, 0, 32}};
  if (code == ErrorCode::kIllegalQuantization) {
    return {{17, 0, 8}, {17, 8, 8}, {17, 16, 8}, {18, 0, 8}, {18, 8, 8}, {18, 16, 8}};
  }
  return {};
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
  const bool conv = opcode == Opcode::kConv;
  switch (code) {
    case ErrorCode::kAlignment:
    case ErrorCode::kMemoryRange:
      return !conv;
    case ErrorCode::kIllegalQuantization:
      return conv;
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

  /// A command of the program that was made to fail the check.
  [[nodiscard]] CommandWords command() {
    const CommandWords legal = pick_legal();
    const auto opcode = static_cast<Opcode>(arch::opcode_bits(legal));
    CommandWords words = legal;
    const bool range = code_ == ErrorCode::kBufferRange || code_ == ErrorCode::kMemoryRange;
    if (range && opcode != Opcode::kConv && random_.chance(50)) {
      move_just_beyond(words, program_, code_);
      return words;
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
    constexpr Opcode kOpcodes[] = {Opcode::kLoad, Opcode::kStore, Opcode::kConv};
    Opcode opcode = kOpcodes[random_.below(3)];
    while (!can_fail(opcode, code_)) opcode = kOpcodes[random_.below(3)];
    std::vector<CommandWords> list;
    for (std::uint32_t i = 0; i < program_.count; ++i) {
      const CommandWords words = program_.command(i);
      if (arch::opcode_bits(words) == static_cast<std::uint8_t>(opcode)) list.push_back(words);
    }
    if (!list.empty()) return list[random_.below(list.size())];
    if (opcode == Opcode::kConv) return arch::encode(arch::Conv{});
    return opcode == Opcode::kLoad ? arch::encode_load(Transfer{}) : arch::encode_store(Transfer{});
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
