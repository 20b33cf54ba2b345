// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the operators right where the answer is known, and do CONVs with unit weights average?
#include "model/golden/operators.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"
#include "model/golden/convolution.hpp"
#include "tests/golden/bench.hpp"
#include "tests/support/seed.hpp"

namespace {

using namespace hb;
using arch::Buffer;
using arch::Tensor;
using golden::Limits;
using golden::Quantization;
using test::Random;

using Codes = std::vector<std::int8_t>;

Tensor row(const Codes& codes) { return {1, 1, static_cast<std::uint32_t>(codes.size()), codes}; }

TEST_CASE("an ort addition rounds with the zero point inside, to even") {
  const golden::QuantizedTensor a{row({1, 3, -1, 127}), {0.5F, 0, 0}};
  const golden::QuantizedTensor b{row({0, 0, 0, 127}), {0.5F, 0, 0}};
  // 1.5, 2.5, 0.5, 128
  CHECK(golden::add_ort(a, b, {1, 1, 0}, Limits{}).codes == Codes{2, 2, 0, 127});
  CHECK(golden::add_ort(a, b, {1, 1, 0}, {1, 2}).codes == Codes{2, 2, 1, 2});
}

TEST_CASE("an ort addition of unsigned codes is that of codes stored minus 128") {
  // True codes 130 and 3, zero points 128 and 1: (2 + 2) * 0.5 + 100.
  const golden::QuantizedTensor a{row({2}), {0.5F, 128, 128}};
  const golden::QuantizedTensor b{row({-125}), {0.5F, 1, 128}};
  CHECK(golden::add_ort(a, b, {1, 100, 128}, Limits{}).codes == Codes{102 - 128});
}

TEST_CASE("a tflite addition rounds half away from zero, the zero point outside") {
  const golden::QuantizedTensor a{row({1, -1, 3, 120}), {0.5F, 0, 0}};
  const golden::QuantizedTensor b{row({0, 0, 0, 120}), {0.5F, 0, 0}};
  CHECK(golden::add_tflite(a, b, {1, 1, 0}, Limits{}).codes == Codes{2, 0, 3, 121});
  const golden::QuantizedTensor c{row({10, 10, 10, 10}), {2, 10, 0}};  // adds nothing
  CHECK(golden::add_tflite(a, c, {1, 0, 0}, Limits{}).codes == Codes{1, -1, 2, 60});
}

TEST_CASE("a multiplier and its shifts are the scale") {
  const auto close = [](double scale) {
    const golden::Multiplier m = golden::quantize_multiplier(scale);
    return std::ldexp(m.value, static_cast<int>(m.left) - static_cast<int>(m.right) - 31);
  };
  CHECK(close(0.5) == 0.5);
  CHECK(close(6) == 6);
  CHECK(close(0.1) == doctest::Approx(0.1).epsilon(1e-9));
  CHECK(golden::quantize_multiplier(0.75).value == 3 << 29);
  CHECK(golden::quantize_multiplier(0.9999999999).value == 1 << 30);  // rounds up to 2^31
  CHECK(golden::quantize_multiplier(std::ldexp(0.9, -31)).right == 31);
  CHECK(golden::quantize_multiplier(std::ldexp(0.9, -32)).value == 0);
  CHECK_THROWS_AS((void)golden::quantize_multiplier(std::ldexp(0.9, 32)), Error);
}

TEST_CASE("padding never wins a maximum, and a window of padding gives the minimum") {
  const Tensor input{1, 2, 2, {-5, -6, -7, -8}};
  golden::Windows windows;
  windows.kernel_height = windows.kernel_width = 2;
  windows.pad_top = windows.pad_left = 1;
  windows.stride_y = windows.stride_x = 2;
  windows.output_height = windows.output_width = 2;
  CHECK(golden::max_pool(input, windows, -128).codes == Codes{-5, -6, -7, -8});
  windows.output_height = 3;
  CHECK(golden::max_pool(input, windows, -128).codes == Codes{-5, -6, -7, -8, -128, -128});
}

TEST_CASE("averages round half to even under ort, away from zero under tflite") {
  const Tensor input{4, 1, 2, {1, 2, 2, 3, -1, -2, -2, -3}};
  golden::Windows windows;
  windows.kernel_width = 2;
  CHECK(golden::average_pool_ort({input, {1, 0, 0}}, windows, {1, 0, 0}, Limits{}).codes ==
        Codes{2, 2, -2, -2});
  CHECK(golden::average_pool_tflite(input, windows, Limits{}).codes == Codes{2, 3, -2, -3});
  // (1 - 10 + 2 - 10) / 2 * 2 / 4 + 7
  CHECK(golden::average_pool_ort({{1, 1, 2, {1, 2}}, {2, 10, 0}}, windows, {4, 7, 0}, Limits{})
            .codes == Codes{3});
}

TEST_CASE("a tensor's requantization counts from its zero point under both contracts") {
  const Tensor input = row({13, 10, 5});
  const golden::Range range{-8, 7, 1};
  CHECK(golden::requantize(input, 10, std::vector<float>{0.5F}, range).codes == Codes{3, 1, -1});
  const std::vector<golden::Multiplier> half{{1 << 30, 0, 0}};
  CHECK(golden::requantize(input, 10, half, range).codes == Codes{3, 1, -1});
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Weight rows with which tile n's column c picks channel n * C + c of an int8 word.
test::Bytes unit_weights(const arch::Machine& machine, std::uint32_t tiles) {
  test::Bytes bytes(std::size_t{tiles} * machine.rows * machine.row_bytes());
  for (std::uint32_t channel = 0; channel < tiles * machine.columns; ++channel) {
    const std::uint32_t tile = channel / machine.columns, column = channel % machine.columns;
    const std::size_t lane_row = std::size_t{tile} * machine.rows + channel / 4;
    bytes[lane_row * machine.row_bytes() + 4 * column + channel % 4] = 1;
  }
  return bytes;
}

/// Global average of `input` ([channel words * 4R][1][plane], in words) with channel words for
/// image rows, all tiles with the same parameters.
test::Bytes global_average(const arch::Machine& machine, const Tensor& input, arch::Conv conv,
                           const test::Parameters& lane) {
  const std::uint32_t tiles = 4 * machine.rows / machine.columns;
  test::Parameters all;
  for (std::uint32_t c = 0; c < tiles * machine.columns; ++c) {
    all.bias.push_back(lane.bias[0]);
    all.scale_bits.push_back(lane.scale_bits[0]);
    all.shifts.push_back(lane.shifts[0]);
    all.copy_scale_bits.push_back(0);
  }
  test::Bench bench(machine);
  bench.put(Buffer::kActivation, 0, test::pack_tensor(machine, arch::Precision::kInt8, input));
  bench.put(Buffer::kWeight, 0, unit_weights(machine, tiles));
  bench.put(Buffer::kParameter, 0, test::pack_parameters(machine, all));
  const std::uint32_t words = input.channels / (4 * machine.rows);
  conv.repeat = true;
  conv.tiles = static_cast<std::uint16_t>(tiles);
  conv.input_height = conv.output_height = static_cast<std::uint16_t>(words);
  conv.input_width = static_cast<std::uint16_t>(input.width);
  conv.kernel_width = static_cast<std::uint8_t>(input.width);
  conv.output.address = machine.activation_words() / 2;
  bench.run(conv);
  return bench.read(conv.output.address, words);
}

TEST_CASE("a repeated CONV with unit weights is the operators' global average") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    for (const std::uint32_t plane : {1U, 2U, 7U, 8U, 49U, 64U, 255U}) {
      Tensor input{2 * 4 * machine.rows, 1, plane, {}};
      input.codes.resize(input.index(input.channels, 0, 0));
      for (auto& code : input.codes) code = static_cast<std::int8_t>(random.range(-128, 127));
      golden::Windows windows;
      windows.kernel_width = plane;
      arch::Conv conv;
      conv.output = {arch::Precision::kInt8, 0, 0, 0, -128, 127, -5};
      const Quantization x{0.3F, 11, 0}, y{0.25F, -5, 0};
      const float scale = x.scale / (y.scale * static_cast<float>(plane));
      const auto bias = -11 * static_cast<std::int32_t>(plane);
      CHECK(global_average(machine, input, conv, {{bias}, {bits_of(scale)}, {0}, {}}) ==
            test::pack_tensor(machine, arch::Precision::kInt8,
                              golden::average_pool_ort({input, x}, windows, y, Limits{})));
      conv.contract = arch::Contract::kTflite;
      conv.output.zero_point = 0;
      const std::uint32_t multiplier = plane == 1 ? 1U << 30 : (1U << 31) / plane + 1;
      CHECK(global_average(machine, input, conv,
                           {{0}, {multiplier}, {plane == 1 ? 1U << 8 : 0}, {}}) ==
            test::pack_tensor(machine, arch::Precision::kInt8,
                              golden::average_pool_tflite(input, windows, Limits{})));
    }
  }
}

}  // namespace
