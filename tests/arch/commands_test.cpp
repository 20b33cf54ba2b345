// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every field of a command lie where docs/commands.md puts it, and come back?
#include "tests/arch/commands.hpp"

#include <doctest/doctest.h>

#include <random>

namespace hb::arch {
namespace {

class Random {
 public:
  template <class T>
  void fill(T& value) {
    value = static_cast<T>(engine_());
  }
  [[nodiscard]] bool coin() { return (engine_() & 1) != 0; }
  [[nodiscard]] Precision precision() { return coin() ? Precision::kInt4 : Precision::kInt8; }

  [[nodiscard]] Common common() {
    Common value;
    fill(value.wait);
    fill(value.signal);
    value.fence = coin();
    fill(value.layer);
    return value;
  }

  [[nodiscard]] Output output() {
    Output value;
    value.precision = precision();
    fill(value.address);
    fill(value.plane);
    fill(value.part);
    fill(value.low);
    fill(value.high);
    fill(value.zero_point);
    return value;
  }

  [[nodiscard]] Transfer transfer() {
    Transfer value;
    value.common = common();
    value.buffer = static_cast<Buffer>(engine_() % 3);
    fill(value.memory_address);
    fill(value.memory_stride);
    fill(value.buffer_address);
    fill(value.buffer_stride);
    fill(value.rows);
    fill(value.segments);
    return value;
  }

  template <class Command>
  void fill_window(Command& value) {
    value.common = common();
    value.precision = precision();
    fill(value.input_address);
    fill(value.input_plane);
    fill(value.input_height);
    fill(value.input_width);
    fill(value.kernel_height);
    fill(value.kernel_width);
    fill(value.stride_y);
    fill(value.stride_x);
    fill(value.pad_top);
    fill(value.pad_left);
    fill(value.channel_words);
    fill(value.output_height);
    fill(value.output_width);
  }

  [[nodiscard]] Residual residual() {
    Residual value;
    value.precision = precision();
    value.first = coin();
    fill(value.address);
    fill(value.plane);
    fill(value.part);
    fill(value.sum_low);
    fill(value.sum_high);
    fill(value.sum_zero_point);
    fill(value.sum_offset);
    fill(value.residual_offset);
    fill(value.sum_scale);
    fill(value.residual_scale);
    fill(value.term);
    fill(value.sum_shift);
    fill(value.residual_shift);
    fill(value.output_shift);
    return value;
  }

  [[nodiscard]] Pool pool() {
    Pool value;
    fill_window(value);
    fill(value.output_address);
    fill(value.output_plane);
    return value;
  }

  [[nodiscard]] Conv conv() {
    Conv value;
    fill_window(value);
    value.narrow_weights = value.precision == Precision::kInt8 && coin();
    value.repeat = coin();
    value.partial = coin();
    value.contract = coin() ? Contract::kTflite : Contract::kOrt;
    fill(value.pad_value);
    fill(value.tiles);
    fill(value.weight_address);
    fill(value.parameter_address);
    value.output = output();
    if (coin()) {
      value.copy = output();
      value.copy_source = coin() ? CopySource::kCode : CopySource::kAccumulator;
      fill(value.copy_offset);
    }
    if (coin()) value.residual = residual();
    return value;
  }

 private:
  std::mt19937 engine_{20};
};

bool same(const Common& a, const Common& b) {
  return a.wait == b.wait && a.signal == b.signal && a.fence == b.fence && a.layer == b.layer;
}

bool same(const Output& a, const Output& b) {
  return a.precision == b.precision && a.address == b.address && a.plane == b.plane &&
         a.part == b.part && a.low == b.low && a.high == b.high && a.zero_point == b.zero_point;
}

bool same(const Transfer& a, const Transfer& b) {
  return same(a.common, b.common) && a.buffer == b.buffer && a.memory_address == b.memory_address &&
         a.memory_stride == b.memory_stride && a.buffer_address == b.buffer_address &&
         a.buffer_stride == b.buffer_stride && a.rows == b.rows && a.segments == b.segments;
}

bool same(const Residual& a, const Residual& b) {
  return a.precision == b.precision && a.first == b.first && a.address == b.address &&
         a.plane == b.plane && a.part == b.part && a.sum_low == b.sum_low &&
         a.sum_high == b.sum_high && a.sum_zero_point == b.sum_zero_point &&
         a.sum_offset == b.sum_offset && a.residual_offset == b.residual_offset &&
         a.sum_scale == b.sum_scale && a.residual_scale == b.residual_scale && a.term == b.term &&
         a.sum_shift == b.sum_shift && a.residual_shift == b.residual_shift &&
         a.output_shift == b.output_shift;
}

template <class Command>
bool same_window(const Command& a, const Command& b) {
  return same(a.common, b.common) && a.precision == b.precision &&
         a.input_address == b.input_address && a.input_plane == b.input_plane &&
         a.input_height == b.input_height && a.input_width == b.input_width &&
         a.kernel_height == b.kernel_height && a.kernel_width == b.kernel_width &&
         a.stride_y == b.stride_y && a.stride_x == b.stride_x && a.pad_top == b.pad_top &&
         a.pad_left == b.pad_left && a.channel_words == b.channel_words &&
         a.output_height == b.output_height && a.output_width == b.output_width;
}

bool same(const Pool& a, const Pool& b) {
  return same_window(a, b) && a.output_address == b.output_address &&
         a.output_plane == b.output_plane;
}

bool same(const Conv& a, const Conv& b) {
  return same_window(a, b) && a.pad_value == b.pad_value && a.tiles == b.tiles &&
         a.narrow_weights == b.narrow_weights && a.repeat == b.repeat && a.partial == b.partial &&
         a.contract == b.contract && a.residual.has_value() == b.residual.has_value() &&
         (!a.residual || same(*a.residual, *b.residual)) && a.copy_offset == b.copy_offset &&
         a.weight_address == b.weight_address && a.parameter_address == b.parameter_address &&
         same(a.output, b.output) && a.copy.has_value() == b.copy.has_value() &&
         (!a.copy || same(*a.copy, *b.copy)) && a.copy_source == b.copy_source;
}

TEST_CASE("random commands come back from their words") {
  Random random;
  for (int i = 0; i < 10000; ++i) {
    const Transfer transfer = random.transfer();
    CHECK(same(decode_transfer(encode_load(transfer)), transfer));
    CHECK(same(decode_transfer(encode_store(transfer)), transfer));
    CHECK(same(decode_common(encode_load(transfer)), transfer.common));
    const Conv conv = random.conv();
    CHECK(same(decode_conv(encode(conv)), conv));
    const Pool pool = random.pool();
    CHECK(same(decode_pool(encode(pool)), pool));
  }
}

TEST_CASE("opcodes are the documented ones") {
  CHECK(opcode_bits(encode_end()) == 1);
  CHECK(opcode_bits(encode_load({})) == 2);
  CHECK(opcode_bits(encode_store({})) == 3);
  CHECK(opcode_bits(encode(Conv{})) == 4);
  CHECK(opcode_bits(encode(Pool{})) == 5);
  CHECK(encode_end() == CommandWords{1});
  CHECK(engine_of(Opcode::kLoad) == Engine::kLoad);
  CHECK(engine_of(Opcode::kConv) == Engine::kCompute);
  CHECK(engine_of(Opcode::kPool) == Engine::kCompute);
  CHECK(engine_of(Opcode::kStore) == Engine::kStore);
}

TEST_CASE("a LOAD's fields lie in the documented bits") {
  Transfer command = test::transfer();
  command.buffer = Buffer::kParameter;
  const CommandWords expected = {0x00842102, 7, 2, 0x1000, 0x100, 100, 20, 10, 3};
  CHECK(encode_load(command) == expected);
}

TEST_CASE("a CONV's fields lie in the documented bits") {
  Conv command = test::conv_with_copy();
  command.precision = Precision::kInt4;
  command.stride_y = 4;
  command.stride_x = 5;
  command.pad_top = 6;
  command.pad_left = 7;
  const CommandWords expected = {0x01221104, 3,          0x00000345, 16,         100,
                                 0x000A0008, 0x05040203, 0x00800706, 0x00050002, 0x00090006,
                                 4,          3,          300,        60,         0x00000201,
                                 600,        60,         0x00057F80, 0x00FD07F8};
  CHECK(encode(command) == expected);
}

TEST_CASE("a residual's fields lie in the documented bits") {
  Conv command = test::conv_with_tflite_residual();
  command.narrow_weights = true;
  command.repeat = true;
  command.residual->precision = Precision::kInt4;
  command.residual->first = true;
  const CommandWords words = encode(command);
  CHECK(words[2] == 0x00170404);
  CHECK(words[19] == 0x02F9649C);
  CHECK(words[20] == 0xFFF70007);
  CHECK(words[22] == 700);
  CHECK(words[23] == 70);
  CHECK(words[24] == 0x3F000000);
  CHECK(words[25] == 0x3E800001);
  CHECK(words[26] == 0x60000000);
  CHECK(words[27] == 0x00110201);
}

TEST_CASE("partial and the copy's offset lie in the documented bits") {
  CHECK(encode(test::partial_conv())[2] == 1U << 21);
  Conv command = test::conv_with_copy();
  command.copy_offset = -3;
  CHECK(encode(command)[21] == 0x0000FFFD);
}

TEST_CASE("a POOL's fields lie in the documented bits") {
  const CommandWords expected = {0x01481205, 9, 1,          16, 100, 0x000A0008, 0x05040203,
                                 0x00000706, 3, 0x00090006, 0,  0,   400,        60};
  CHECK(encode(test::pool()) == expected);
}

TEST_CASE("words that no command has decode to something") {
  CommandWords words{};
  words.fill(0xFFFFFFFF);
  const Conv command = decode_conv(words);
  CHECK(command.copy.has_value());
  CHECK(command.residual.has_value());
  CHECK_FALSE(command.narrow_weights);
  CHECK(decode_pool(words).kernel_width == 255);
}

TEST_CASE("a POOL's steps are its columns and rows, groups and channel words") {
  const Pool command = test::pool();  // X 42, N 15, 2 groups of 4 rows, 3 channel words
  CHECK(command.group_columns() == 8 * 5 + 2);
  CHECK(command.group_rows(test::machine()) == 3 * 4 + 3);
  CHECK(command.steps(test::machine()) == 3 * 2 * 42 * 15);
}

TEST_CASE("a token has one bit at its producer and one at its consumer") {
  for (std::uint32_t e = 0; e < kEngines; ++e) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      const Engine engine = static_cast<Engine>(e);
      const Engine peer = token_peer(engine, bit);
      const std::uint32_t back = peer_bit(engine, bit);
      CHECK(peer != engine);
      CHECK(token_peer(peer, back) == engine);
      CHECK(peer_bit(peer, back) == bit);
    }
  }
  CHECK(token_peer(Engine::kLoad, 0) == Engine::kCompute);
  CHECK(token_peer(Engine::kLoad, 4) == Engine::kStore);
  CHECK(token_peer(Engine::kCompute, 3) == Engine::kLoad);
  CHECK(token_peer(Engine::kCompute, 7) == Engine::kStore);
  CHECK(token_peer(Engine::kStore, 1) == Engine::kLoad);
  CHECK(token_peer(Engine::kStore, 5) == Engine::kCompute);
}

TEST_CASE("names are those of the documents") {
  CHECK(name(Opcode::kEnd) == "END");
  CHECK(name(Opcode::kConv) == "CONV");
  CHECK(name(Opcode::kPool) == "POOL");
  CHECK(name(Engine::kCompute) == "compute");
  CHECK(name(ErrorCode::kNone) == "NONE");
  CHECK(name(ErrorCode::kIllegalQuantization) == "ILLEGAL_QUANTIZATION");
  CHECK(name(ErrorCode::kTruncated) == "TRUNCATED");
  CHECK(name(ErrorCode::kAborted) == "ABORTED");
  CHECK(name(Cause::kWaitPost) == "WAIT_POST");
  CHECK(name(Cause::kStop) == "STOP");
  CHECK(name(Precision::kInt4) == "int4");
}

}  // namespace
}  // namespace hb::arch
