// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/random_window.hpp"

#include <algorithm>

#include "tests/support/random_contract.hpp"
#include "tests/support/random_data.hpp"

namespace hb::test {
namespace {

using arch::Conv;
using arch::Machine;
using arch::Pool;
using arch::Precision;

std::uint8_t byte(Random& random, std::uint32_t low, std::uint32_t high) {
  return static_cast<std::uint8_t>(random.pick(low, high));
}

std::uint64_t random_budget(Random& random) { return random.chance(90) ? 2500 : 12000; }

/// An output as large as the input, with as much padding on either side.
template <class Command>
void make_same(Command& command) {
  const std::uint32_t kernel = std::min(command.kernel_height | 1U, 7U);
  command.kernel_height = command.kernel_width = static_cast<std::uint8_t>(kernel);
  command.stride_y = command.stride_x = 1;
  command.pad_top = command.pad_left = static_cast<std::uint8_t>(kernel / 2);
  command.output_height = command.input_height;
  command.output_width = command.input_width;
}

void random_window(Random& random, Conv& conv) {
  conv.kernel_height = byte(random, 1, random.chance(70) ? 3 : 7);
  conv.kernel_width =
      random.chance(30) ? conv.kernel_height : byte(random, 1, random.chance(70) ? 3 : 7);
  conv.stride_y = byte(random, 1, random.chance(70) ? 2 : 4);
  conv.stride_x = random.chance(50) ? conv.stride_y : byte(random, 1, 4);
  conv.pad_top = byte(random, 0, random.chance(80) ? conv.kernel_height - 1U : 9);
  conv.pad_left = byte(random, 0, random.chance(80) ? conv.kernel_width - 1U : 9);
  conv.pad_value = byte(random, 0, 255);
  conv.input_height = byte(random, 1, 9);
  conv.input_width = byte(random, 1, 12);
  conv.output_height = byte(random, 1, 9);
  conv.output_width = byte(random, 1, 12);
  conv.channel_words = byte(random, 1, random.chance(70) ? 2 : 5);
  if (random.chance(15)) make_same(conv);
}

/// One pixel with many channels.
void fully_connected(Random& random, Conv& conv) { conv.channel_words = byte(random, 2, 12); }

void shrink(const Machine& machine, std::uint64_t budget, std::uint32_t most_tiles, Conv& conv) {
  while (conv_steps(machine, conv) > budget ||
         conv.tiles * conv.tile_weight_rows(machine) > machine.weight_rows() ||
         conv.tiles > most_tiles) {
    if (conv.tiles > 1) {
      conv.tiles = static_cast<std::uint16_t>(conv.tiles / 2);
    } else if (conv.output_height > 1) {
      conv.output_height = static_cast<std::uint16_t>(conv.output_height / 2);
    } else if (conv.channel_words > 1) {
      --conv.channel_words;
    } else {
      conv.kernel_height = conv.kernel_width = 1;
    }
  }
}

arch::Output random_output(Random& random, const Machine& machine) {
  const schedule::Quantizer quantizer = random_quantizer(random);
  arch::Output output;
  output.precision = quantizer.precision;
  output.low = quantizer.low;
  output.high = quantizer.high;
  output.zero_point = quantizer.zero_point;
  output.part =
      static_cast<std::uint8_t>(random.below(arch::parts_per_word(machine, output.precision)));
  if (random.chance(50)) output.part = 0;
  return output;
}

/// Strip and window of an average over all positions, channel words as image rows.
void global_average(Random& random, Conv& conv) {
  const std::uint8_t channel_words = byte(random, 1, 6);
  const std::uint8_t positions = byte(random, 1, 49);
  conv.input_height = conv.output_height = channel_words;
  conv.input_width = conv.kernel_width = positions;
}

}  // namespace

std::uint64_t conv_steps(const Machine& machine, const Conv& conv) {
  return conv.tiles * conv.tile_steps(machine) *
         ((conv.pixels() + machine.rows - 1) / machine.rows);
}

Conv random_nest(Random& random, const Machine& machine, Precision precision,
                 std::uint32_t most_tiles) {
  Conv conv;
  conv.precision = precision;
  conv.narrow_weights = precision == Precision::kInt8 && random.chance(40);
  conv.repeat = random.chance(8);
  if (random.chance(16)) {
    fully_connected(random, conv);
  } else {
    random_window(random, conv);
  }
  const std::uint32_t parts = arch::parts_per_word(machine, precision);
  conv.tiles = static_cast<std::uint16_t>(random.pick(1, 2 * parts + 1));
  shrink(machine, random_budget(random), most_tiles, conv);
  return conv;
}

void make_single_tile(Random& random, const Machine& machine, std::uint32_t pixels, Conv& conv) {
  conv.tiles = 1;
  conv.output_height = 1;
  conv.output_width = static_cast<std::uint16_t>(pixels);
  if (pixels % 2 == 0 && random.chance(50)) {
    conv.output_height = 2;
    conv.output_width = static_cast<std::uint16_t>(pixels / 2);
  }
  while (conv.tile_weight_rows(machine) > machine.weight_rows()) {
    if (conv.channel_words > 1) {
      --conv.channel_words;
    } else {
      conv.kernel_height = conv.kernel_width = 1;
    }
  }
}

Conv random_unit_sums(Random& random, const Machine& machine, Precision precision) {
  Conv conv;
  conv.precision = precision;
  conv.narrow_weights = precision == Precision::kInt8 && random.chance(40);
  conv.repeat = true;
  const std::uint32_t roll = random.below(3);
  if (roll == 0) {
    global_average(random, conv);
  } else {
    random_window(random, conv);
    conv.channel_words = 1;
    if (roll == 1) {
      conv.kernel_height = conv.kernel_width = conv.stride_y = conv.stride_x = 1;
      conv.pad_top = conv.pad_left = 0;
    }
  }
  conv.tiles = static_cast<std::uint16_t>(arch::parts_per_word(machine, precision));
  shrink(machine, random_budget(random), conv.tiles, conv);
  return conv;
}

void random_outputs(Random& random, const Machine& machine, Conv& conv) {
  conv.contract = random.chance(50) ? arch::Contract::kTflite : arch::Contract::kOrt;
  conv.output = random_output(random, machine);
  if (random.chance(40)) {
    conv.residual = random_residual(random, conv.contract, conv.output.precision);
    const std::uint32_t parts = arch::parts_per_word(machine, conv.residual->precision);
    if (random.chance(60)) conv.residual->part = static_cast<std::uint8_t>(random.below(parts));
  }
  if (random.chance(40)) {
    conv.copy = random_output(random, machine);
    if (conv.residual || random.chance(50)) conv.copy_source = arch::CopySource::kCode;
    if (conv.copy_source == arch::CopySource::kCode) conv.copy_offset = random_offset(random);
  }
}

Pool random_pool(Random& random, const Machine& machine) {
  Pool pool;
  pool.precision = random.chance(50) ? Precision::kInt4 : Precision::kInt8;
  pool.kernel_height = byte(random, 1, random.chance(60) ? 3 : 9);
  pool.kernel_width = byte(random, 1, random.chance(40) ? 3 : arch::kMostPoolWidth);
  pool.stride_y = byte(random, 1, random.chance(70) ? 2 : 5);
  pool.stride_x = byte(random, 1, random.chance(70) ? 2 : 10);
  pool.pad_top = byte(random, 0, random.chance(75) ? pool.kernel_height - 1U : 12);
  pool.pad_left = byte(random, 0, random.chance(75) ? pool.kernel_width - 1U : 12);
  pool.input_height = byte(random, 1, 14);
  pool.input_width = byte(random, 1, 14);
  pool.output_height = byte(random, 1, 2 * machine.rows + 3);
  pool.output_width = byte(random, 1, 9);
  pool.channel_words = byte(random, 1, random.chance(60) ? 2 : 4);
  if (random.chance(10)) make_same(pool);
  if (random.chance(5)) pool.output_height = pool.output_width = 1;
  const std::uint64_t budget = random_budget(random);
  while (pool.steps(machine) > budget) {
    if (pool.channel_words > 1) {
      --pool.channel_words;
    } else if (pool.output_width > 1) {
      pool.output_width = static_cast<std::uint16_t>(pool.output_width / 2);
    } else if (pool.output_height > machine.rows) {
      pool.output_height = static_cast<std::uint16_t>(pool.output_height / 2);
    } else {
      pool.kernel_height = pool.stride_y = 1;
    }
  }
  return pool;
}

}  // namespace hb::test
