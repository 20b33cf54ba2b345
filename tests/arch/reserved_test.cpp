// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are exactly the bits refused that docs/commands.md does not name, or says must be 0?
#include <doctest/doctest.h>

#include <vector>

#include "tests/arch/commands.hpp"

namespace hb::arch {
namespace {

ErrorCode verdict(const CommandWords& words) { return check(words, test::machine(), test::kLimit); }

struct Bits {
  std::uint32_t word, high, low;
};
using Fields = std::vector<Bits>;

const Fields kTransferFields = {{0, 23, 0}, {1, 15, 0}, {2, 1, 0},  {3, 31, 0}, {4, 31, 0},
                                {5, 31, 0}, {6, 31, 0}, {7, 15, 0}, {8, 15, 0}};
const Fields kPoolFields = {{0, 24, 0}, {1, 15, 0}, {2, 1, 0},   {3, 31, 0},
                            {4, 31, 0}, {5, 31, 0}, {6, 31, 0},  {7, 15, 0},
                            {8, 15, 0}, {9, 31, 0}, {12, 31, 0}, {13, 31, 0}};
const Fields kPartialFields = {{0, 24, 0}, {1, 15, 0}, {2, 3, 0},  {2, 12, 10}, {2, 21, 20},
                               {3, 31, 0}, {4, 31, 0}, {5, 31, 0}, {6, 31, 0},  {7, 23, 0},
                               {8, 31, 0}, {9, 31, 0}, {10, 31, 0}};
const Fields kOutputFields = {{2, 5, 4},   {2, 8, 8},   {2, 16, 16}, {11, 31, 0},
                              {12, 31, 0}, {13, 31, 0}, {14, 7, 0},  {17, 23, 0}};
const Fields kCopyFields = {{2, 9, 6}, {14, 15, 8}, {15, 31, 0}, {16, 31, 0}, {18, 23, 0}};
const Fields kCopyOffset = {{21, 15, 0}};
const Fields kResidualFields = {{2, 19, 18}, {19, 31, 0}, {20, 31, 0}, {22, 31, 0},
                                {23, 31, 0}, {24, 31, 0}, {25, 31, 0}, {26, 31, 0}};
const Fields kResidualFirst = {{2, 17, 17}};
const Fields kShifts = {{27, 23, 0}};

bool is_field(const Fields& fields, std::uint32_t word, std::uint32_t bit) {
  for (const Bits& field : fields) {
    if (field.word == word && bit >= field.low && bit <= field.high) {
      return true;
    }
  }
  return false;
}

Fields all(std::initializer_list<Fields> groups) {
  Fields result;
  for (const Fields& group : groups) result.insert(result.end(), group.begin(), group.end());
  return result;
}

/// Copy, residual and partial change what is reserved, and the contract does where shifts are set.
bool decides_others(const CommandWords& words, std::uint32_t word, std::uint32_t bit) {
  return opcode_bits(words) == 4 && word == 2 &&
         (bit == 8 || bit == 16 || bit == 21 || (bit == 10 && words[27] != 0));
}

void check_reserved(const CommandWords& words, const Fields& fields) {
  REQUIRE(verdict(words) == ErrorCode::kNone);
  for (std::uint32_t word = 0; word < kCommandWords; ++word) {
    for (std::uint32_t bit = word == 0 ? 8 : 0; bit < 32; ++bit) {
      if (decides_others(words, word, bit)) continue;
      CAPTURE(word);
      CAPTURE(bit);
      CommandWords flipped = words;
      flipped[word] ^= 1U << bit;
      CHECK((verdict(flipped) == ErrorCode::kReservedField) == !is_field(fields, word, bit));
    }
  }
}

TEST_CASE("exactly the reserved bits of END, LOAD, STORE and POOL are refused") {
  check_reserved(encode_end(), {{0, 7, 0}});
  check_reserved(encode_load(test::transfer()), kTransferFields);
  check_reserved(encode_store(test::transfer()), kTransferFields);
  check_reserved(encode(test::pool()), kPoolFields);
}

TEST_CASE("exactly the reserved bits of a CONV are refused, with and without a copy") {
  check_reserved(encode(test::conv()), all({kPartialFields, kOutputFields}));
  Conv copy = test::conv_with_copy();
  check_reserved(encode(copy), all({kPartialFields, kOutputFields, kCopyFields, kCopyOffset}));
  copy.copy_source = CopySource::kAccumulator;
  check_reserved(encode(copy), all({kPartialFields, kOutputFields, kCopyFields}));
}

TEST_CASE("exactly the reserved bits of a CONV with a residual are refused, by contract") {
  check_reserved(encode(test::conv_with_residual()),
                 all({kPartialFields, kOutputFields, kResidualFields, kResidualFirst}));
  check_reserved(encode(test::conv_with_tflite_residual()),
                 all({kPartialFields, kOutputFields, kResidualFields, kShifts}));
}

TEST_CASE("exactly the reserved bits of a partial CONV are refused") {
  check_reserved(encode(test::partial_conv()), kPartialFields);
  CommandWords words = encode(test::partial_conv());
  for (const std::uint32_t bit : {8U, 16U}) {
    words[2] ^= 1U << bit;
    CHECK(verdict(words) == ErrorCode::kReservedField);
    words[2] ^= 1U << bit;
  }
}

TEST_CASE("a copy's offset and a residual's fields need what they belong to") {
  Conv command = test::conv_with_copy();
  command.copy_offset = 5;
  CHECK(verdict(encode(command)) == ErrorCode::kNone);
  command.copy_source = CopySource::kAccumulator;
  CHECK(verdict(encode(command)) == ErrorCode::kReservedField);
  CommandWords words = encode(test::conv_with_residual());
  words[2] &= ~(1U << 16);
  CHECK(verdict(words) == ErrorCode::kReservedField);
}

TEST_CASE("all opcodes but END, LOAD, STORE, CONV and POOL are illegal, whatever else is set") {
  for (std::uint32_t opcode = 0; opcode < 256; ++opcode) {
    if (opcode < 1 || opcode > 5) {
      CommandWords words{};
      words.fill(0xFFFFFFFF);
      words[0] = 0xFFFFFF00 | opcode;
      CHECK(verdict(words) == ErrorCode::kIllegalOpcode);
    }
  }
}

}  // namespace
}  // namespace hb::arch
