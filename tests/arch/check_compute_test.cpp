// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every check of a CONV's residual, contract, weights and partial sums, and of a POOL, refuse
// at n + 1 what it takes at n?
#include <doctest/doctest.h>

#include <functional>
#include <vector>

#include "tests/arch/commands.hpp"

namespace hb::arch {
namespace {

ErrorCode verdict(const CommandWords& words) { return check(words, test::machine(), test::kLimit); }

template <class Command>
ErrorCode changed(Command command, const std::function<void(Command&)>& change) {
  change(command);
  return verdict(encode(command));
}

ErrorCode conv(const std::function<void(Conv&)>& change) { return changed(test::conv(), change); }
ErrorCode ort(const std::function<void(Residual&)>& change) {
  return conv([&](Conv& c) { change(*(c = test::conv_with_residual()).residual); });
}
ErrorCode tflite(const std::function<void(Residual&)>& change) {
  return conv([&](Conv& c) { change(*(c = test::conv_with_tflite_residual()).residual); });
}
ErrorCode partial(const std::function<void(Conv&)>& change) {
  return changed(test::partial_conv(), change);
}
ErrorCode pool(const std::function<void(Pool&)>& change) { return changed(test::pool(), change); }

TEST_CASE("a residual's precision has two codes, and it goes with no copy of the accumulator") {
  for (std::uint32_t code = 0; code < 4; ++code) {
    CHECK(ort([&](Residual& r) { r.precision = static_cast<Precision>(code); }) ==
          (code <= 1 ? ErrorCode::kNone : ErrorCode::kIllegalFormat));
  }
  for (const CopySource source : {CopySource::kAccumulator, CopySource::kCode}) {
    Conv command = test::conv_with_copy();
    command.residual = test::conv_with_residual().residual;
    command.copy_source = source;
    CHECK(verdict(encode(command)) ==
          (source == CopySource::kCode ? ErrorCode::kNone : ErrorCode::kIllegalFormat));
  }
}

TEST_CASE("a residual's part must be one of the word's") {
  const auto part = [](Precision precision, std::uint8_t value) {
    return ort([&](Residual& r) {
      r.precision = precision;
      r.part = value;
    });
  };
  CHECK(part(Precision::kInt8, 3) == ErrorCode::kNone);
  CHECK(part(Precision::kInt8, 4) == ErrorCode::kIllegalSize);
  CHECK(part(Precision::kInt4, 7) == ErrorCode::kNone);
  CHECK(part(Precision::kInt4, 8) == ErrorCode::kIllegalSize);
}

TEST_CASE("a residual's last word is inside the buffer") {
  // 5 tiles of 54 pixels: from part 2 of 4 to word 1, from part 3 of 8 in word 0.
  const auto at = [](Precision precision, std::uint32_t address) {
    return ort([&](Residual& r) {
      r.precision = precision;
      r.part = precision == Precision::kInt8 ? 2 : 3;
      r.address = address;
    });
  };
  CHECK(at(Precision::kInt8, 1024 - (70 + 54)) == ErrorCode::kNone);
  CHECK(at(Precision::kInt8, 1024 - (70 + 54) + 1) == ErrorCode::kBufferRange);
  CHECK(at(Precision::kInt4, 1024 - 54) == ErrorCode::kNone);
  CHECK(at(Precision::kInt4, 1024 - 54 + 1) == ErrorCode::kBufferRange);
  CHECK(at(Precision::kInt8, 0xFFFFFFFF) == ErrorCode::kBufferRange);
}

TEST_CASE("the sum's clamp is not empty; its bounds may be any code") {
  const auto sum = [](std::int8_t low, std::int8_t high) {
    return ort([&](Residual& r) {
      r.sum_low = low;
      r.sum_high = high;
    });
  };
  CHECK(sum(-128, 127) == ErrorCode::kNone);
  CHECK(sum(5, 5) == ErrorCode::kNone);
  CHECK(sum(6, 5) == ErrorCode::kIllegalQuantization);
}

TEST_CASE("offsets lie in -128..128") {
  const auto verdict_of = [](std::int16_t value) {
    return value >= -128 && value <= 128 ? ErrorCode::kNone : ErrorCode::kIllegalQuantization;
  };
  for (const std::int16_t value : std::vector<std::int16_t>{-32768, -129, -128, 128, 129, 32767}) {
    CAPTURE(value);
    CHECK(ort([&](Residual& r) { r.sum_offset = value; }) == verdict_of(value));
    CHECK(tflite([&](Residual& r) { r.residual_offset = value; }) == verdict_of(value));
    CHECK(conv([&](Conv& c) {
            c = test::conv_with_copy();
            c.copy_offset = value;
          }) == verdict_of(value));
  }
}

TEST_CASE("scales of an ort addition are positive with exponent fields 64..190") {
  for (const auto scale : {&Residual::sum_scale, &Residual::residual_scale}) {
    const auto bits = [&](std::uint32_t value) {
      return ort([&](Residual& r) { r.*scale = value; });
    };
    CHECK(bits(64U << 23) == ErrorCode::kNone);
    CHECK(bits((64U << 23) - 1) == ErrorCode::kIllegalQuantization);
    CHECK(bits((191U << 23) - 1) == ErrorCode::kNone);
    CHECK(bits(191U << 23) == ErrorCode::kIllegalQuantization);
    CHECK(bits(0x80000000 | 64U << 23) == ErrorCode::kIllegalQuantization);
    CHECK(bits(0) == ErrorCode::kIllegalQuantization);
  }
}

TEST_CASE("the term of an ort addition is 0 or has an exponent field in 32..222, of either sign") {
  const auto term = [](std::uint32_t bits) { return ort([&](Residual& r) { r.term = bits; }); };
  CHECK(term(0) == ErrorCode::kNone);
  for (const std::uint32_t sign : {0U, 0x80000000U}) {
    CHECK(term(sign | 32U << 23) == ErrorCode::kNone);
    CHECK(term(sign | ((32U << 23) - 1)) == ErrorCode::kIllegalQuantization);
    CHECK(term(sign | ((223U << 23) - 1)) == ErrorCode::kNone);
    CHECK(term(sign | 223U << 23) == ErrorCode::kIllegalQuantization);
  }
  CHECK(term(0x80000000) == ErrorCode::kIllegalQuantization);
  CHECK(term(1) == ErrorCode::kIllegalQuantization);
}

TEST_CASE("multipliers of a tflite addition have 31 bits, its shifts are at most 31") {
  for (const auto field : {&Residual::sum_scale, &Residual::residual_scale, &Residual::term}) {
    CHECK(tflite([&](Residual& r) { r.*field = 0; }) == ErrorCode::kNone);
    CHECK(tflite([&](Residual& r) { r.*field = 0x7FFFFFFF; }) == ErrorCode::kNone);
    CHECK(tflite([&](Residual& r) { r.*field = 0x80000000; }) == ErrorCode::kIllegalQuantization);
  }
  for (const auto shift :
       {&Residual::sum_shift, &Residual::residual_shift, &Residual::output_shift}) {
    CHECK(tflite([&](Residual& r) { r.*shift = 31; }) == ErrorCode::kNone);
    CHECK(tflite([&](Residual& r) { r.*shift = 32; }) == ErrorCode::kIllegalQuantization);
    CHECK(ort([&](Residual& r) { r.*shift = 1; }) == ErrorCode::kReservedField);
  }
}

TEST_CASE("narrow weights take half the rows, repeated ones R, both R / 2") {
  const auto ends = [](bool narrow, bool repeat, std::uint32_t rows) {
    for (const std::uint32_t over : {0U, 1U}) {
      CHECK(conv([&](Conv& c) {
              c.narrow_weights = narrow;
              c.repeat = repeat;
              c.weight_address = 256 - rows + over;
            }) == (over == 0 ? ErrorCode::kNone : ErrorCode::kBufferRange));
    }
  };
  ends(false, false, 5 * 4 * 3 * 2 * 2);
  ends(true, false, 5 * 4 * 3 * 2 * 2 / 2);
  ends(false, true, 5 * 4);
  ends(true, true, 5 * 2);
}

TEST_CASE("a partial CONV has one tile of at most R pixels") {
  CHECK(partial([](Conv&) {}) == ErrorCode::kNone);
  CHECK(partial([](Conv& c) { c.tiles = 2; }) == ErrorCode::kIllegalSize);
  CHECK(partial([](Conv& c) { c.output_height = 3; }) == ErrorCode::kIllegalSize);
  CHECK(partial([](Conv& c) {
          c.output_height = 1;
          c.output_width = 4;
        }) == ErrorCode::kNone);
  CHECK(partial([](Conv& c) {
          c.output_height = 1;
          c.output_width = 5;
        }) == ErrorCode::kIllegalSize);
  CHECK(partial([](Conv& c) { c.contract = Contract::kTflite; }) == ErrorCode::kNone);
  CHECK(partial([](Conv& c) { c.contract = static_cast<Contract>(2); }) ==
        ErrorCode::kIllegalFormat);
}

TEST_CASE("a POOL's sizes are at least 1, its kernel is at most 8 wide") {
  const std::vector<std::function<void(Pool&, std::uint8_t)>> sizes = {
      [](Pool& c, std::uint8_t n) { c.input_height = n; },
      [](Pool& c, std::uint8_t n) { c.input_width = n; },
      [](Pool& c, std::uint8_t n) { c.kernel_height = n; },
      [](Pool& c, std::uint8_t n) { c.kernel_width = n; },
      [](Pool& c, std::uint8_t n) { c.stride_y = n; },
      [](Pool& c, std::uint8_t n) { c.stride_x = n; },
      [](Pool& c, std::uint8_t n) { c.channel_words = n; },
      [](Pool& c, std::uint8_t n) { c.output_height = n; },
      [](Pool& c, std::uint8_t n) { c.output_width = n; }};
  for (const auto& size : sizes) {
    CHECK(pool([&](Pool& c) { size(c, 0); }) == ErrorCode::kIllegalSize);
    CHECK(pool([&](Pool& c) { size(c, 1); }) == ErrorCode::kNone);
  }
  CHECK(pool([](Pool& c) { c.kernel_width = 8; }) == ErrorCode::kNone);
  CHECK(pool([](Pool& c) { c.kernel_width = 9; }) == ErrorCode::kIllegalSize);
  CHECK(pool([](Pool& c) { c.kernel_height = 255; }) == ErrorCode::kNone);
}

TEST_CASE("a POOL's precision has two codes") {
  for (std::uint32_t code = 0; code < 4; ++code) {
    CHECK(pool([&](Pool& c) { c.precision = static_cast<Precision>(code); }) ==
          (code <= 1 ? ErrorCode::kNone : ErrorCode::kIllegalFormat));
  }
}

TEST_CASE("a POOL's input and output end inside the buffer") {
  CHECK(pool([](Pool& c) { c.input_address = 1024 - (200 + 80); }) == ErrorCode::kNone);
  CHECK(pool([](Pool& c) { c.input_address = 1024 - (200 + 80) + 1; }) == ErrorCode::kBufferRange);
  CHECK(pool([](Pool& c) { c.output_address = 1024 - (120 + 54); }) == ErrorCode::kNone);
  CHECK(pool([](Pool& c) { c.output_address = 1024 - (120 + 54) + 1; }) == ErrorCode::kBufferRange);
  CHECK(pool([](Pool& c) { c.output_plane = 0x80000000; }) == ErrorCode::kBufferRange);
}

}  // namespace
}  // namespace hb::arch
