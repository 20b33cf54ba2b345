// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cycle/programs.hpp"

#include <algorithm>
#include <cstring>

namespace hb::cycle::test {
namespace {

constexpr std::uint32_t kInputAt = 0x00000;
constexpr std::uint32_t kWeightsAt = 0x40000;
constexpr std::uint32_t kParametersAt = 0x80000;
constexpr std::uint32_t kOutputAt = 0xA0000;
constexpr std::uint32_t kCopyAt = 0xD0000;
constexpr std::uint32_t kBank = Shape::kBankWords;

std::uint32_t output_words(const arch::Conv& conv, const arch::Output& output) {
  const std::uint32_t parts = arch::parts_per_word(machine(), output.precision);
  return (output.part + conv.tiles - 1U) / parts * output.plane +
         static_cast<std::uint32_t>(conv.pixels());
}

arch::Output random_output(Random& random, std::uint32_t address) {
  arch::Output output;
  output.precision = static_cast<arch::Precision>(random.in(0, 1));
  const int least = output.precision == arch::Precision::kInt4 ? -8 : -128;
  const auto code = [&] {
    return static_cast<std::int8_t>(
        least + static_cast<int>(random.in(0, -2U * static_cast<unsigned>(least) - 1)));
  };
  output.low = code();
  output.high = code();
  if (output.low > output.high) std::swap(output.low, output.high);
  output.zero_point = code();
  output.address = address;
  output.part = static_cast<std::uint8_t>(
      random.in(0, arch::parts_per_word(machine(), output.precision) - 1));
  return output;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

std::uint32_t Random::in(std::uint32_t low, std::uint32_t high) {
  return low + static_cast<std::uint32_t>(next() % (std::uint64_t{high} - low + 1));
}

std::uint32_t Builder::add(const arch::CommandWords& words) {
  commands_.push_back(words);
  return static_cast<std::uint32_t>(commands_.size() - 1);
}

void Builder::parameters(std::uint32_t address, std::uint32_t tiles) {
  parameters_.push_back({address, tiles});
}

void Builder::fill(std::vector<std::uint8_t>& memory) {
  for (std::uint8_t& byte : memory) byte = static_cast<std::uint8_t>(random_.next());
  for (const Parameters& place : parameters_) {
    for (std::uint32_t i = 0; i < place.tiles * 4 * Shape::kColumns; ++i) {
      std::uint32_t word = 0;
      if (i / Shape::kColumns % 4 == 0) {
        word = random_.in(0, 20000) - 10000;
      } else {
        const float scale = static_cast<float>(random_.in(1, 1000)) / 100000.0F;
        std::memcpy(&word, &scale, sizeof word);
      }
      std::memcpy(&memory[place.address + 4 * i], &word, sizeof word);
    }
  }
}

arch::Program Builder::build(bool end) {
  if (end) add(arch::encode_end());
  arch::Program program;
  program.machine = machine();
  program.address = kDataBytes;
  program.count = static_cast<std::uint32_t>(commands_.size());
  program.memory.resize(kDataBytes + commands_.size() * arch::kCommandBytes);
  program.memory_limit = static_cast<std::uint32_t>(program.memory.size() - 1);
  fill(program.memory);
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    std::memcpy(&program.memory[kDataBytes + i * arch::kCommandBytes], commands_[i].data(),
                arch::kCommandBytes);
  }
  return program;
}

arch::Transfer transfer(arch::Buffer buffer, std::uint32_t address, std::uint32_t row,
                        std::uint32_t rows) {
  arch::Transfer result;
  result.buffer = buffer;
  result.memory_address = address;
  result.buffer_address = row;
  result.rows = static_cast<std::uint16_t>(rows);
  return result;
}

arch::Program layer(const arch::Conv& layer, std::uint64_t seed) {
  arch::Conv conv = layer;
  Builder builder(seed);
  const std::uint32_t input_words = (conv.channel_words - 1U) * conv.input_plane +
                                    std::uint32_t{conv.input_height} * conv.input_width;
  const auto steps = static_cast<std::uint32_t>(conv.tile_steps(machine()));
  builder.add(arch::encode_load(
      transfer(arch::Buffer::kActivation, kInputAt, conv.input_address, input_words)));
  builder.add(arch::encode_load(
      transfer(arch::Buffer::kWeight, kWeightsAt, conv.weight_address, steps * conv.tiles)));
  // Every stored byte gets a defined value, also those which the CONV does not write.
  for (const arch::Output* output : {&conv.output, conv.copy ? &*conv.copy : nullptr}) {
    if (output == nullptr) continue;
    builder.add(arch::encode_load(transfer(arch::Buffer::kActivation, kWeightsAt, output->address,
                                           output_words(conv, *output))));
  }
  arch::Transfer parameters = transfer(arch::Buffer::kParameter, kParametersAt,
                                       4 * conv.parameter_address, 4U * conv.tiles);
  parameters.common.signal = 0x01;
  builder.add(arch::encode_load(parameters));
  builder.parameters(kParametersAt, conv.tiles);
  conv.common.wait = 0x01;
  conv.common.signal = 0x10;
  builder.add(arch::encode(conv));
  arch::Transfer store = transfer(arch::Buffer::kActivation, kOutputAt, conv.output.address,
                                  output_words(conv, conv.output));
  store.common.wait = 0x10;
  builder.add(arch::encode_store(store));
  if (conv.copy) {
    builder.add(arch::encode_store(transfer(arch::Buffer::kActivation, kCopyAt, conv.copy->address,
                                            output_words(conv, *conv.copy))));
  }
  return builder.build();
}

arch::Conv random_conv(Random& random) {
  arch::Conv conv;
  conv.precision = static_cast<arch::Precision>(random.in(0, 1));
  conv.kernel_height = static_cast<std::uint8_t>(random.in(1, 3));
  conv.kernel_width = static_cast<std::uint8_t>(random.in(1, 3));
  conv.stride_y = static_cast<std::uint8_t>(random.in(1, 3));
  conv.stride_x = static_cast<std::uint8_t>(random.in(1, 3));
  conv.pad_top = static_cast<std::uint8_t>(random.in(0, 2));
  conv.pad_left = static_cast<std::uint8_t>(random.in(0, 2));
  conv.pad_value = static_cast<std::uint8_t>(random.in(0, 255));
  conv.input_height = static_cast<std::uint16_t>(random.in(1, 7));
  conv.input_width = static_cast<std::uint16_t>(random.in(1, 7));
  conv.channel_words = static_cast<std::uint16_t>(random.in(1, 2));
  conv.input_plane = std::uint32_t{conv.input_height} * conv.input_width + random.in(0, 3);
  conv.output_height = static_cast<std::uint16_t>(random.in(1, 5));
  conv.output_width = static_cast<std::uint16_t>(random.in(1, 5));
  conv.tiles = static_cast<std::uint16_t>(random.in(1, 3));
  conv.input_address = random.in(0, 5);
  conv.weight_address = random.in(0, 50);
  conv.parameter_address = random.in(0, 5);
  conv.output = random_output(random, kBank + random.in(0, 5));
  conv.output.plane = static_cast<std::uint32_t>(conv.pixels());
  if (random.in(0, 1) != 0) {
    conv.copy = random_output(random, 2 * kBank + random.in(0, 5));
    conv.copy->plane = static_cast<std::uint32_t>(conv.pixels());
    conv.copy_source = static_cast<arch::CopySource>(random.in(0, 1));
  }
  return conv;
}

namespace {

/// Tokens that are there if commands run one at a time.
class Purse {
 public:
  explicit Purse(Random& random) : random_(random) {}

  /// Random wait and signal of the next command of `engine`.
  arch::Common draw(arch::Engine engine) {
    arch::Common common;
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      std::uint32_t& tokens = tokens_[static_cast<std::uint32_t>(engine)][bit];
      if (tokens == 0 || random_.in(0, 2) == 0) continue;
      --tokens;
      common.wait = static_cast<std::uint8_t>(common.wait | 1U << bit);
    }
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      const auto peer = static_cast<std::uint32_t>(arch::token_peer(engine, bit));
      std::uint32_t& tokens = tokens_[peer][arch::peer_bit(engine, bit)];
      if (tokens > 100 || random_.in(0, 4) != 0) continue;
      ++tokens;
      common.signal = static_cast<std::uint8_t>(common.signal | 1U << bit);
    }
    common.layer = static_cast<std::uint16_t>(random_.in(0, 65535));
    return common;
  }

 private:
  Random& random_;
  std::uint32_t tokens_[arch::kEngines][8] = {};
};

/// Up to some hundred rows in segments, buffer rows from `row` on.
arch::Transfer random_transfer(Random& random, std::uint32_t row) {
  arch::Transfer result;
  result.buffer_address = row + random.in(0, 8);
  result.rows =
      static_cast<std::uint16_t>(random.in(0, 3) == 0 ? random.in(1, 150) : random.in(1, 8));
  result.segments = static_cast<std::uint16_t>(random.in(1, 3));
  result.buffer_stride = random.in(0, result.rows);
  result.memory_address = kCopyAt + random.in(0, 600) * Shape::kBusBytes;
  result.memory_stride = random.in(0, 20) * Shape::kBusBytes;
  return result;
}

}  // namespace

arch::Program traffic(std::uint64_t seed) {
  Builder builder(seed);
  Random& random = builder.random();
  Purse purse(random);
  const std::uint32_t count = random.in(1, 40);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto engine = static_cast<arch::Engine>(random.in(0, 2));
    const arch::Common common = purse.draw(engine);
    if (engine == arch::Engine::kCompute) {
      arch::Conv conv = random_conv(random);
      conv.common = common;
      conv.common.fence = random.in(0, 3) == 0;
      builder.add(arch::encode(conv));
      continue;
    }
    const bool load = engine == arch::Engine::kLoad;
    arch::Transfer command = random_transfer(random, (load ? 3 : 4) * kBank);
    if (load && random.in(0, 2) == 0) {
      command.buffer = random.in(0, 1) != 0 ? arch::Buffer::kWeight : arch::Buffer::kParameter;
      command.buffer_address = random.in(0, 3);
      command.rows = static_cast<std::uint16_t>(random.in(1, 32));
      command.buffer_stride = command.rows;
    }
    command.common = common;
    builder.add(load ? arch::encode_load(command) : arch::encode_store(command));
  }
  return builder.build();
}

}  // namespace hb::cycle::test
