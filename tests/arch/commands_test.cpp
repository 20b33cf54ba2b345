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

  [[nodiscard]] Conv conv() {
    Conv value;
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
    fill(value.pad_value);
    fill(value.channel_words);
    fill(value.tiles);
    fill(value.output_height);
    fill(value.output_width);
    fill(value.weight_address);
    fill(value.parameter_address);
    value.output = output();
    if (coin()) {
      value.copy = output();
      value.copy_source = coin() ? CopySource::kCode : CopySource::kAccumulator;
    }
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

bool same_geometry(const Conv& a, const Conv& b) {
  return a.input_address == b.input_address && a.input_plane == b.input_plane &&
         a.input_height == b.input_height && a.input_width == b.input_width &&
         a.kernel_height == b.kernel_height && a.kernel_width == b.kernel_width &&
         a.stride_y == b.stride_y && a.stride_x == b.stride_x && a.pad_top == b.pad_top &&
         a.pad_left == b.pad_left && a.pad_value == b.pad_value &&
         a.channel_words == b.channel_words && a.tiles == b.tiles &&
         a.output_height == b.output_height && a.output_width == b.output_width;
}

bool same(const Conv& a, const Conv& b) {
  return same(a.common, b.common) && a.precision == b.precision && same_geometry(a, b) &&
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
  }
}

TEST_CASE("opcodes are the documented ones") {
  CHECK(opcode_bits(encode_end()) == 1);
  CHECK(opcode_bits(encode_load({})) == 2);
  CHECK(opcode_bits(encode_store({})) == 3);
  CHECK(opcode_bits(encode(Conv{})) == 4);
  CHECK(encode_end() == CommandWords{1});
  CHECK(engine_of(Opcode::kLoad) == Engine::kLoad);
  CHECK(engine_of(Opcode::kConv) == Engine::kCompute);
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
