// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every check of docs/commands.md refuse at n + 1 what it takes at n, and in the documented
// order?
#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "tests/arch/commands.hpp"

namespace hb::arch {
namespace {

ErrorCode verdict(const CommandWords& words) { return check(words, test::machine(), test::kLimit); }

ErrorCode load(const std::function<void(Transfer&)>& change) {
  Transfer command = test::transfer();
  change(command);
  return verdict(encode_load(command));
}

ErrorCode conv(const std::function<void(Conv&)>& change) {
  Conv command = test::conv_with_copy();
  change(command);
  return verdict(encode(command));
}

TEST_CASE("reserved codes of a field are ILLEGAL_FORMAT") {
  CHECK(load([](Transfer& c) { c.buffer = static_cast<Buffer>(3); }) == ErrorCode::kIllegalFormat);
  for (const Buffer buffer : {Buffer::kActivation, Buffer::kWeight, Buffer::kParameter}) {
    Transfer command = test::transfer();
    command.buffer = buffer;
    command.buffer_address = 0;
    CHECK(verdict(encode_load(command)) == ErrorCode::kNone);
    CHECK(verdict(encode_store(command)) ==
          (buffer == Buffer::kActivation ? ErrorCode::kNone : ErrorCode::kIllegalFormat));
  }
  const CommandWords legal = encode(test::conv_with_copy());
  for (std::uint32_t code = 0; code < 0x2000; ++code) {
    CommandWords words = legal;
    words[2] = code | 0x100;
    const std::uint32_t activation = code & 3, weight = code >> 2 & 3;
    const bool operands = activation <= weight && weight <= 1;
    const bool format =
        operands && (code >> 4 & 3) <= 1 && (code >> 6 & 3) <= 1 && (code >> 10) <= 1;
    CAPTURE(code);
    CHECK((verdict(words) == ErrorCode::kIllegalFormat) == !format);
  }
}

TEST_CASE("a size of zero is ILLEGAL_SIZE, one is taken") {
  CHECK(load([](Transfer& c) { c.rows = 0; }) == ErrorCode::kIllegalSize);
  CHECK(load([](Transfer& c) { c.segments = 0; }) == ErrorCode::kIllegalSize);
  CHECK(load([](Transfer& c) { c.rows = c.segments = 1; }) == ErrorCode::kNone);
  const std::vector<std::function<void(Conv&, std::uint8_t)>> sizes = {
      [](Conv& c, std::uint8_t n) { c.input_height = n; },
      [](Conv& c, std::uint8_t n) { c.input_width = n; },
      [](Conv& c, std::uint8_t n) { c.kernel_height = n; },
      [](Conv& c, std::uint8_t n) { c.kernel_width = n; },
      [](Conv& c, std::uint8_t n) { c.stride_y = n; },
      [](Conv& c, std::uint8_t n) { c.stride_x = n; },
      [](Conv& c, std::uint8_t n) { c.channel_words = n; },
      [](Conv& c, std::uint8_t n) { c.tiles = n; },
      [](Conv& c, std::uint8_t n) { c.output_height = n; },
      [](Conv& c, std::uint8_t n) { c.output_width = n; }};
  for (const auto& size : sizes) {
    CHECK(conv([&](Conv& c) { size(c, 0); }) == ErrorCode::kIllegalSize);
    CHECK(conv([&](Conv& c) { size(c, 1); }) == ErrorCode::kNone);
  }
}

TEST_CASE("a part must be one of the word's") {
  const auto part = [](Precision precision, std::uint8_t value) {
    return conv([&](Conv& c) {
      c.tiles = 1;
      c.output.precision = precision;
      c.output.low = c.output.high = c.output.zero_point = 0;
      c.output.part = value;
    });
  };
  CHECK(part(Precision::kInt8, 3) == ErrorCode::kNone);
  CHECK(part(Precision::kInt8, 4) == ErrorCode::kIllegalSize);
  CHECK(part(Precision::kInt4, 7) == ErrorCode::kNone);
  CHECK(part(Precision::kInt4, 8) == ErrorCode::kIllegalSize);
  CHECK(conv([](Conv& c) { c.copy->part = 7; }) == ErrorCode::kNone);
  CHECK(conv([](Conv& c) { c.copy->part = 8; }) == ErrorCode::kIllegalSize);
}

TEST_CASE("memory address and stride are multiples of the bus, the stride of one segment too") {
  for (std::uint32_t off = 0; off < 16; ++off) {
    const ErrorCode expected = off % 8 == 0 ? ErrorCode::kNone : ErrorCode::kAlignment;
    CHECK(load([&](Transfer& c) { c.memory_address += off; }) == expected);
    CHECK(load([&](Transfer& c) { c.memory_stride += off; }) == expected);
    CHECK(load([&](Transfer& c) {
            c.segments = 1;
            c.memory_stride += off;
          }) == expected);
  }
}

TEST_CASE("a transfer's last row is inside its buffer") {
  const auto last_row = [](Buffer buffer, std::uint32_t address) {
    return load([&](Transfer& c) {
      c.buffer = buffer;
      c.buffer_address = address;
    });
  };
  const std::uint32_t used = 2 * 20 + 10;
  CHECK(last_row(Buffer::kActivation, 1024 - used) == ErrorCode::kNone);
  CHECK(last_row(Buffer::kActivation, 1024 - used + 1) == ErrorCode::kBufferRange);
  CHECK(last_row(Buffer::kWeight, 256 - used) == ErrorCode::kNone);
  CHECK(last_row(Buffer::kWeight, 256 - used + 1) == ErrorCode::kBufferRange);
  CHECK(last_row(Buffer::kParameter, 64 - used) == ErrorCode::kNone);
  CHECK(last_row(Buffer::kParameter, 64 - used + 1) == ErrorCode::kBufferRange);
}

TEST_CASE("a transfer's last byte is at most at the memory limit") {
  const std::uint32_t used = 2 * 0x100 + 10 * 16;
  const auto at = [&](std::uint32_t address, std::uint32_t limit) {
    Transfer command = test::transfer();
    command.memory_address = address;
    return check(encode_store(command), test::machine(), limit);
  };
  CHECK(at(0x10000 - used, 0xFFFF) == ErrorCode::kNone);
  CHECK(at(0x10000 - used, 0xFFFE) == ErrorCode::kMemoryRange);
  CHECK(at(0x10000 - used + 8, 0xFFFF) == ErrorCode::kMemoryRange);
  CHECK(at(0U - used, 0xFFFFFFFF) == ErrorCode::kNone);
  CHECK(at(0U - used + 8, 0xFFFFFFFF) == ErrorCode::kMemoryRange);
}

TEST_CASE("sums that pass 32 bits do not wrap") {
  CHECK(load([](Transfer& c) { c.buffer_address = 0xFFFFFFFF; }) == ErrorCode::kBufferRange);
  CHECK(load([](Transfer& c) { c.buffer_stride = 0x80000000; }) == ErrorCode::kBufferRange);
  CHECK(load([](Transfer& c) { c.memory_stride = 0x80000000; }) == ErrorCode::kMemoryRange);
  CHECK(conv([](Conv& c) { c.input_address = 0xFFFFFFF0; }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) { c.output.address = 0xFFFFFFFF; }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) { c.weight_address = 0xFFFFFFFF; }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) { c.parameter_address = 0xFFFFFFFF; }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) {
          c.input_plane = 0x80000000;
          c.channel_words = 3;
        }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) { c.input_height = c.input_width = 0xFFFF; }) == ErrorCode::kBufferRange);
  CHECK(conv([](Conv& c) {
          c.kernel_height = c.kernel_width = 128;
          c.channel_words = 0x8000;
          c.tiles = 0x2000;
        }) == ErrorCode::kBufferRange);
}

TEST_CASE("a CONV's input, output, copy, weights and parameters end inside their buffers") {
  const auto ends = [](const std::function<void(Conv&, std::uint32_t)>& place, std::uint32_t last) {
    CAPTURE(last);
    CHECK(conv([&](Conv& c) { place(c, last); }) == ErrorCode::kNone);
    CHECK(conv([&](Conv& c) { place(c, last + 1); }) == ErrorCode::kBufferRange);
  };
  ends([](Conv& c, std::uint32_t at) { c.input_address = at; }, 1024 - (100 + 80));
  // 5 tiles from part 1 of 4 reach word 1; 5 from part 2 of 8 stay in word 0, 5 from part 3 and 7
  // reach 0 and 1.
  ends([](Conv& c, std::uint32_t at) { c.output.address = at; }, 1024 - (60 + 54));
  ends([](Conv& c, std::uint32_t at) { c.copy->address = at; }, 1024 - 54);
  const auto copy_at_part = [](std::uint8_t part) {
    return [part](Conv& c, std::uint32_t at) {
      c.copy->part = part;
      c.copy->address = at;
    };
  };
  ends(copy_at_part(3), 1024 - 54);
  ends(copy_at_part(4), 1024 - (60 + 54));
  ends(copy_at_part(7), 1024 - (60 + 54));
  ends([](Conv& c, std::uint32_t at) { c.weight_address = at; }, 256 - 5 * 4 * 3 * 2 * 2);
  ends([](Conv& c, std::uint32_t at) { c.parameter_address = at; }, 16 - 5);
}

TEST_CASE("clamp and zero point lie inside the output's precision, low not above high") {
  const auto int4 = [](std::int8_t low, std::int8_t high, std::int8_t zero_point) {
    return conv([&](Conv& c) {
      c.copy->low = low;
      c.copy->high = high;
      c.copy->zero_point = zero_point;
    });
  };
  CHECK(int4(-8, 7, -8) == ErrorCode::kNone);
  CHECK(int4(3, 3, 7) == ErrorCode::kNone);
  CHECK(int4(4, 3, 0) == ErrorCode::kIllegalQuantization);
  CHECK(int4(-9, 7, 0) == ErrorCode::kIllegalQuantization);
  CHECK(int4(-8, 8, 0) == ErrorCode::kIllegalQuantization);
  CHECK(int4(-8, 7, 8) == ErrorCode::kIllegalQuantization);
  CHECK(int4(-8, 7, -9) == ErrorCode::kIllegalQuantization);
  CHECK(conv([](Conv& c) { c.output.low = c.output.high = -128; }) == ErrorCode::kNone);
  CHECK(conv([](Conv& c) {
          c.output.low = 1;
          c.output.high = 0;
        }) == ErrorCode::kIllegalQuantization);
}

TEST_CASE("of several faults the first in the documented order is the error") {
  using Fault = std::function<void(CommandWords&)>;
  const auto verify = [](const CommandWords& legal,
                         const std::vector<std::pair<Fault, ErrorCode>>& faults) {
    REQUIRE(verdict(legal) == ErrorCode::kNone);
    for (std::size_t set = 1; set < std::size_t{1} << faults.size(); ++set) {
      CommandWords words = legal;
      ErrorCode first = ErrorCode::kNone;
      for (std::size_t i = faults.size(); i-- > 0;) {
        if ((set >> i & 1) != 0) {
          faults[i].first(words);
          first = faults[i].second;
        }
      }
      CAPTURE(set);
      CHECK(verdict(words) == first);
    }
  };
  verify(encode_load(test::transfer()),
         {{[](CommandWords& w) { w[31] = 1; }, ErrorCode::kReservedField},
          {[](CommandWords& w) { w[2] = 3; }, ErrorCode::kIllegalFormat},
          {[](CommandWords& w) { w[7] = 0; }, ErrorCode::kIllegalSize},
          {[](CommandWords& w) { w[3] += 1; }, ErrorCode::kAlignment},
          {[](CommandWords& w) { w[5] = 1024; }, ErrorCode::kBufferRange},
          {[](CommandWords& w) { w[3] += 0x10000; }, ErrorCode::kMemoryRange}});
  verify(encode(test::conv_with_copy()),
         {{[](CommandWords& w) { w[19] = 1; }, ErrorCode::kReservedField},
          {[](CommandWords& w) { w[2] |= 1U << 11; }, ErrorCode::kIllegalFormat},
          {[](CommandWords& w) { w[9] &= 0xFFFF; }, ErrorCode::kIllegalSize},
          {[](CommandWords& w) { w[3] = 1024; }, ErrorCode::kBufferRange},
          {[](CommandWords& w) { w[17] = 0x0000FF00; }, ErrorCode::kIllegalQuantization}});
  verify(encode(test::conv_with_residual()),
         {{[](CommandWords& w) { w[27] = 1; }, ErrorCode::kReservedField},
          {[](CommandWords& w) { w[2] |= 1U << 19; }, ErrorCode::kIllegalFormat},
          {[](CommandWords& w) { w[19] |= 0xFF000000; }, ErrorCode::kIllegalSize},
          {[](CommandWords& w) { w[22] = 1024; }, ErrorCode::kBufferRange},
          {[](CommandWords& w) { w[24] = 0; }, ErrorCode::kIllegalQuantization}});
  verify(encode(test::pool()), {{[](CommandWords& w) { w[10] = 1; }, ErrorCode::kReservedField},
                                {[](CommandWords& w) { w[2] = 2; }, ErrorCode::kIllegalFormat},
                                {[](CommandWords& w) { w[6] = 0; }, ErrorCode::kIllegalSize},
                                {[](CommandWords& w) { w[12] = 1024; }, ErrorCode::kBufferRange}});
}

}  // namespace
}  // namespace hb::arch
