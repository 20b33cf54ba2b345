// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <cstring>

#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

constexpr std::uint32_t kBank = Shape::kBankWords;

/// A code of `precision`, or any int8.
std::int8_t code(Random& random, arch::Precision precision) {
  const int least = precision == arch::Precision::kInt4 ? -8 : -128;
  return static_cast<std::int8_t>(
      least + static_cast<int>(random.in(0, -2U * static_cast<unsigned>(least) - 1)));
}

arch::Precision precision(Random& random) { return static_cast<arch::Precision>(random.in(0, 1)); }

std::uint8_t part(Random& random, arch::Precision of) {
  return static_cast<std::uint8_t>(random.in(0, arch::parts_per_word(machine(), of) - 1));
}

std::int16_t offset(Random& random) {
  const auto most = static_cast<std::uint32_t>(arch::kMostOffset);
  return static_cast<std::int16_t>(static_cast<int>(random.in(0, 2 * most)) - arch::kMostOffset);
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

arch::Output random_output(Random& random, std::uint32_t address) {
  arch::Output output;
  output.precision = precision(random);
  output.low = code(random, output.precision);
  output.high = code(random, output.precision);
  if (output.low > output.high) std::swap(output.low, output.high);
  output.zero_point = code(random, output.precision);
  output.address = address;
  output.part = part(random, output.precision);
  return output;
}

/// Scales and term such that sums of codes stay near the range of codes.
void draw_scales(Random& random, arch::Contract contract, arch::Residual& residual) {
  if (contract == arch::Contract::kTflite) {
    residual.sum_scale = random.in(1U << 30, ~0U >> 1);
    residual.residual_scale = random.in(1U << 30, ~0U >> 1);
    residual.term = random.in(1U << 30, ~0U >> 1);
    residual.sum_shift = static_cast<std::uint8_t>(random.in(0, 3));
    residual.residual_shift = static_cast<std::uint8_t>(random.in(0, 3));
    residual.output_shift = static_cast<std::uint8_t>(random.in(17, 22));
    return;
  }
  residual.first = random.in(0, 1) != 0;
  // Multiples of 1/8 and of 1/2: sums that are ties.
  const float fraction = random.in(0, 1) != 0 ? 0.125F : 0.0037F;
  residual.sum_scale = bits_of(static_cast<float>(random.in(1, 12)) * fraction);
  residual.residual_scale = bits_of(static_cast<float>(random.in(1, 12)) * fraction);
  residual.term = bits_of(0.5F * static_cast<float>(static_cast<int>(random.in(0, 80)) - 40));
  if (random.in(0, 3) == 0) residual.term = 0;
  if (residual.term == bits_of(-0.0F)) residual.term = 0;
}

arch::Residual random_residual(Random& random, arch::Contract contract) {
  arch::Residual residual;
  residual.precision = precision(random);
  residual.address = 5 * kBank + random.in(0, 5);
  residual.part = part(random, residual.precision);
  residual.sum_low = code(random, arch::Precision::kInt8);
  residual.sum_high = code(random, arch::Precision::kInt8);
  if (residual.sum_low > residual.sum_high) std::swap(residual.sum_low, residual.sum_high);
  residual.sum_zero_point = code(random, arch::Precision::kInt8);
  residual.sum_offset = offset(random);
  residual.residual_offset = offset(random);
  draw_scales(random, contract, residual);
  return residual;
}

template <class Command>
void draw_window(Random& random, Command& command) {
  command.kernel_height = static_cast<std::uint8_t>(random.in(1, 3));
  command.kernel_width = static_cast<std::uint8_t>(random.in(1, 3));
  command.stride_y = static_cast<std::uint8_t>(random.in(1, 3));
  command.stride_x = static_cast<std::uint8_t>(random.in(1, 3));
  command.pad_top = static_cast<std::uint8_t>(random.in(0, 2));
  command.pad_left = static_cast<std::uint8_t>(random.in(0, 2));
  command.input_height = static_cast<std::uint16_t>(random.in(1, 7));
  command.input_width = static_cast<std::uint16_t>(random.in(1, 7));
  command.channel_words = static_cast<std::uint16_t>(random.in(1, 2));
  command.input_plane = std::uint32_t{command.input_height} * command.input_width + random.in(0, 3);
  command.input_address = random.in(0, 5);
  command.output_height = static_cast<std::uint16_t>(random.in(1, 5));
  command.output_width = static_cast<std::uint16_t>(random.in(1, 5));
}

void draw_outputs(Random& random, arch::Conv& conv) {
  const auto plane = static_cast<std::uint32_t>(conv.pixels());
  conv.output = random_output(random, kBank + random.in(0, 5));
  conv.output.plane = plane;
  if (random.in(0, 1) != 0) {
    conv.residual = random_residual(random, conv.contract);
    conv.residual->plane = plane;
  }
  if (random.in(0, 1) == 0) return;
  conv.copy = random_output(random, 2 * kBank + random.in(0, 5));
  conv.copy->plane = plane;
  if (!conv.residual && random.in(0, 1) == 0) return;
  conv.copy_source = arch::CopySource::kCode;
  conv.copy_offset = offset(random);
}

}  // namespace

arch::Conv random_conv(Random& random) {
  arch::Conv conv;
  draw_window(random, conv);
  conv.precision = precision(random);
  conv.narrow_weights = conv.precision == arch::Precision::kInt8 && random.in(0, 1) != 0;
  conv.repeat = random.in(0, 3) == 0;
  conv.contract = static_cast<arch::Contract>(random.in(0, 1));
  conv.pad_value = static_cast<std::uint8_t>(random.in(0, 255));
  conv.tiles = static_cast<std::uint16_t>(random.in(1, 3));
  conv.weight_address = random.in(0, 50);
  conv.parameter_address = random.in(0, 5);
  draw_outputs(random, conv);
  return conv;
}

arch::Conv random_partial(Random& random) {
  arch::Conv conv = random_conv(random);
  conv.partial = true;
  conv.tiles = 1;
  conv.output_height = 1;
  conv.output_width = static_cast<std::uint16_t>(random.in(1, Shape::kRows));
  conv.contract = arch::Contract::kOrt;
  conv.parameter_address = 0;
  conv.output = {};
  conv.copy.reset();
  conv.copy_source = arch::CopySource::kAccumulator;
  conv.copy_offset = 0;
  conv.residual.reset();
  if (random.in(0, 1) == 0) return conv;
  conv.contract = arch::Contract::kTflite;
  return conv;
}

arch::Pool random_pool(Random& random) {
  arch::Pool pool;
  draw_window(random, pool);
  pool.precision = precision(random);
  if (random.in(0, 1) != 0) {
    pool.kernel_height = static_cast<std::uint8_t>(random.in(1, 9));
    pool.kernel_width = static_cast<std::uint8_t>(random.in(1, arch::kMostPoolWidth));
  }
  // Groups of R rows, the last one rarely whole.
  pool.output_height = static_cast<std::uint16_t>(random.in(1, 2 * Shape::kRows + 1));
  pool.output_address = kBank + random.in(0, 5);
  pool.output_plane = static_cast<std::uint32_t>(pool.pixels()) + random.in(0, 3);
  return pool;
}

}  // namespace hb::cycle::test
