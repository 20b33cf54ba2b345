// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do tensors, weights and parameters lie where docs/commands.md section 5 says?
#include <doctest/doctest.h>

#include <cstring>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"
#include "tests/support/random_data.hpp"

using namespace hb;  // NOLINT: a test
using arch::Precision;

namespace {

std::vector<arch::Machine> machines() { return arch::read_machines("config/machines.json"); }

/// Code `channel` of the 32-bit lanes at `offset`: byte i of lane l is channel 4l + i, nibble i
/// channel 8l + i.
int code_at(const std::vector<std::uint8_t>& bytes, std::size_t offset, std::uint32_t channel,
            Precision precision) {
  if (precision == Precision::kInt8) return static_cast<std::int8_t>(bytes[offset + channel]);
  const int nibble = bytes[offset + channel / 2] >> (channel % 2 == 1 ? 4 : 0) & 0xF;
  return nibble >= 8 ? nibble - 16 : nibble;
}

}  // namespace

TEST_CASE("a tensor's code lies in word (channel word, y, x), and the rest of the word is 0") {
  test::Random random(1);
  for (const arch::Machine& machine : machines()) {
    for (const Precision precision : {Precision::kInt8, Precision::kInt4}) {
      const std::uint32_t per_word = (precision == Precision::kInt4 ? 8 : 4) * machine.rows;
      const std::uint32_t channels = per_word + per_word / 2 + 1;
      const arch::Tensor tensor = test::random_tensor(random, precision, channels, 3, 5);
      const auto bytes = map::pack_tensor(machine, precision, tensor);
      REQUIRE(bytes.size() == 2 * 3 * 5 * machine.word_bytes());
      for (std::uint32_t c = 0; c < 2 * per_word; ++c) {
        for (std::uint32_t y = 0; y < 3; ++y) {
          for (std::uint32_t x = 0; x < 5; ++x) {
            const std::size_t word = (c / per_word * 3 + y) * 5 + x;
            const int expected = c < channels ? tensor.codes[tensor.index(c, y, x)] : 0;
            REQUIRE(code_at(bytes, word * machine.word_bytes(), c % per_word, precision) ==
                    expected);
          }
        }
      }
    }
  }
}

TEST_CASE("unpacking gives back what was packed, and refuses a memory that ends too early") {
  test::Random random(2);
  for (const arch::Machine& machine : machines()) {
    for (const Precision precision : {Precision::kInt8, Precision::kInt4}) {
      const arch::Tensor tensor = test::random_tensor(random, precision, 37, 4, 3);
      std::vector<std::uint8_t> memory(24, 0xAA);
      const auto bytes = map::pack_tensor(machine, precision, tensor);
      memory.insert(memory.end(), bytes.begin(), bytes.end());
      const arch::TensorPlace place{"t", 24, 37, 4, 3, precision};
      REQUIRE(map::tensor_bytes(machine, place) == bytes.size());
      CHECK(map::unpack_tensor(machine, place, memory).codes == tensor.codes);
      memory.pop_back();
      CHECK_THROWS_AS(map::unpack_tensor(machine, place, memory), Error);
    }
  }
}

TEST_CASE("a weight lies in the row and lane that docs/commands.md section 3 gives") {
  test::Random random(3);
  for (const arch::Machine& machine : machines()) {
    for (const Precision precision : {Precision::kInt8, Precision::kInt4}) {
      const std::uint32_t per_lane = precision == Precision::kInt4 ? 8 : 4;
      const std::uint32_t per_word = per_lane * machine.rows;
      schedule::ConvLayer layer;
      layer.precision = precision;
      layer.input_channels = per_word + 3;
      layer.output_channels = machine.columns + 1;
      layer.kernel_height = 2;
      layer.kernel_width = 3;
      const map::Weights weights = test::random_weights(random, layer);
      const auto bytes = map::pack_weights(machine, precision, weights);
      const std::uint32_t rows = machine.rows * 2 * 3 * 2;
      REQUIRE(map::tile_rows(machine, precision, weights) == rows);
      REQUIRE(bytes.size() == std::size_t{2} * rows * machine.row_bytes());
      for (std::uint32_t o = 0; o < 2 * machine.columns; ++o) {
        for (std::uint32_t i = 0; i < 2 * per_word; ++i) {
          for (std::uint32_t k = 0; k < 6; ++k) {
            const std::uint32_t row = o / machine.columns * rows +
                                      (i / per_word * 6 + k) * machine.rows +
                                      i % per_word / per_lane;
            const bool real = o < weights.output_channels && i < weights.input_channels;
            const int expected = real ? weights.values[weights.index(o, i, k / 3, k % 3)] : 0;
            REQUIRE(code_at(bytes, row * machine.row_bytes() + 4 * (o % machine.columns),
                            i % per_lane, precision) == expected);
          }
        }
      }
    }
  }
}

TEST_CASE("parameters are rows of bias, scale, nothing and copy scale") {
  for (const arch::Machine& machine : machines()) {
    const std::uint32_t channels = machine.columns + 2;
    map::Parameters parameters;
    for (std::uint32_t c = 0; c < channels; ++c) {
      parameters.bias.push_back(static_cast<std::int32_t>(c) - 7);
      parameters.scale.push_back(0.5F + static_cast<float>(c));
      parameters.copy_scale.push_back(0.25F + static_cast<float>(c));
    }
    const auto bytes = map::pack_parameters(machine, parameters);
    REQUIRE(bytes.size() == 2 * 4 * machine.row_bytes());
    for (std::uint32_t c = 0; c < 2 * machine.columns; ++c) {
      const auto lane = [&](std::size_t row, auto value) {
        const std::size_t at =
            (c / machine.columns * 4 + row) * machine.row_bytes() + 4 * (c % machine.columns);
        std::memcpy(&value, &bytes[at], 4);
        return value;
      };
      const bool real = c < channels;
      REQUIRE(lane(0, std::int32_t{}) == (real ? parameters.bias[c] : 0));
      REQUIRE(lane(1, float{}) == (real ? parameters.scale[c] : 1.0F));
      REQUIRE(lane(2, std::int32_t{}) == 0);
      REQUIRE(lane(3, float{}) == (real ? parameters.copy_scale[c] : 1.0F));
    }
  }
}
