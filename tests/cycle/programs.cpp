// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cycle/programs.hpp"

#include <cstring>

namespace hb::cycle::test {
namespace {

constexpr std::uint32_t kInputAt = 0x00000;
constexpr std::uint32_t kWeightsAt = 0x40000;
constexpr std::uint32_t kParametersAt = 0x80000;
constexpr std::uint32_t kOutputAt = 0xA0000;
constexpr std::uint32_t kCopyAt = 0xD0000;
constexpr std::uint32_t kLastAt = 0xFF000;
constexpr std::uint32_t kBank = Shape::kBankWords;

/// Words from the first to the last of an output's or a residual's channel words.
template <class Where>
std::uint32_t words_of(const arch::Conv& conv, const Where& where) {
  const std::uint32_t parts = arch::parts_per_word(machine(), where.precision);
  return (where.part + conv.tiles - 1U) / parts * where.plane +
         static_cast<std::uint32_t>(conv.pixels());
}

template <class Command>
std::uint32_t input_words(const Command& command) {
  return (command.channel_words - 1U) * command.input_plane +
         std::uint32_t{command.input_height} * command.input_width;
}

std::uint32_t output_words(const arch::Pool& pool) {
  return (pool.channel_words - 1U) * pool.output_plane + static_cast<std::uint32_t>(pool.pixels());
}

/// Loads, stores and parameters around one compute command; `place` tells its results from the
/// other commands'.
class Surroundings {
 public:
  Surroundings(Builder& builder, std::uint32_t place)
      : builder_(builder), result_(place * kPlaceBytes) {}

  void load(const arch::Conv& conv) {
    load_input(conv);
    const auto rows = static_cast<std::uint32_t>(conv.tile_weight_rows(machine())) * conv.tiles;
    add_load(arch::Buffer::kWeight, kWeightsAt, conv.weight_address, rows);
    if (conv.partial) return;
    // Every stored byte gets a defined value, also those which the CONV does not write.
    load_words(conv.output.address, words_of(conv, conv.output));
    if (conv.copy) load_words(conv.copy->address, words_of(conv, *conv.copy));
    if (conv.residual) load_words(conv.residual->address, words_of(conv, *conv.residual));
    const std::uint32_t parameters = kParametersAt + result_;
    add_load(arch::Buffer::kParameter, parameters, 4 * conv.parameter_address, 4U * conv.tiles);
    builder_.parameters(parameters, conv.tiles, conv.contract);
  }

  void load(const arch::Pool& pool) {
    load_input(pool);
    load_words(pool.output_address, output_words(pool));
  }

  void store(const arch::Conv& conv) {
    if (conv.partial) return;
    add_store(kOutputAt, conv.output.address, words_of(conv, conv.output));
    if (conv.copy) add_store(kCopyAt, conv.copy->address, words_of(conv, *conv.copy));
  }

  void store(const arch::Pool& pool) {
    add_store(kOutputAt, pool.output_address, output_words(pool));
  }

 private:
  static constexpr std::uint32_t kPlaceBytes = 0x4000;

  void add_load(arch::Buffer buffer, std::uint32_t address, std::uint32_t row, std::uint32_t rows) {
    builder_.add(arch::encode_load(transfer(buffer, address, row, rows)));
  }
  void load_words(std::uint32_t address, std::uint32_t words) {
    add_load(arch::Buffer::kActivation, kWeightsAt + 64 * address % 0x10000, address, words);
  }
  template <class Command>
  void load_input(const Command& command) {
    add_load(arch::Buffer::kActivation, kInputAt, command.input_address, input_words(command));
  }
  void add_store(std::uint32_t base, std::uint32_t address, std::uint32_t words) {
    builder_.add(
        arch::encode_store(transfer(arch::Buffer::kActivation, base + result_, address, words)));
  }

  Builder& builder_;
  std::uint32_t result_;
};

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

void Builder::parameters(std::uint32_t address, std::uint32_t tiles, arch::Contract contract) {
  parameters_.push_back({address, tiles, contract});
}

/// Right shifts that bring sums to codes, left shifts that lose nothing; the other bits are noise.
std::uint32_t Builder::random_shifts() {
  const std::uint32_t noise = random_.in(0, ~0U) & 0xE0E0E0E0;
  return noise | random_.in(3, 16) | random_.in(0, 3) << 8 | random_.in(0, 14) << 16 |
         random_.in(0, 3) << 24;
}

std::uint32_t Builder::random_parameter(std::uint32_t row, arch::Contract contract) {
  if (row == 0) return random_.in(0, 20000) - 10000;
  if (contract == arch::Contract::kTflite) {
    return row == 2 ? random_shifts() : random_.in(1U << 30, ~0U >> 1);
  }
  const float scale = static_cast<float>(random_.in(1, 1000)) / 100000.0F;
  std::uint32_t bits = 0;
  std::memcpy(&bits, &scale, sizeof bits);
  return bits;
}

void Builder::fill(std::vector<std::uint8_t>& memory) {
  for (std::uint8_t& byte : memory) byte = static_cast<std::uint8_t>(random_.next());
  for (const Parameters& place : parameters_) {
    for (std::uint32_t i = 0; i < place.tiles * 4 * Shape::kColumns; ++i) {
      const std::uint32_t word = random_parameter(i / Shape::kColumns % 4, place.contract);
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

arch::Program sequence(const std::vector<ComputeCommand>& commands, std::uint64_t seed) {
  Builder builder(seed);
  for (std::uint32_t i = 0; i < commands.size(); ++i) {
    std::visit([&](const auto& command) { Surroundings(builder, i).load(command); }, commands[i]);
  }
  arch::Transfer last_load = transfer(arch::Buffer::kActivation, kInputAt, 7 * kBank, 1);
  last_load.common.signal = 0x01;
  builder.add(arch::encode_load(last_load));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    ComputeCommand command = commands[i];
    std::visit(
        [&](auto& either) {
          either.common.fence = i != 0;
          either.common.wait = i == 0 ? 0x01 : 0;
          either.common.signal = i + 1 == commands.size() ? 0x10 : 0;
          builder.add(arch::encode(either));
        },
        command);
  }
  arch::Transfer first_store = transfer(arch::Buffer::kActivation, kLastAt, 7 * kBank, 1);
  first_store.common.wait = 0x10;
  builder.add(arch::encode_store(first_store));
  for (std::uint32_t i = 0; i < commands.size(); ++i) {
    std::visit([&](const auto& command) { Surroundings(builder, i).store(command); }, commands[i]);
  }
  return builder.build();
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

/// CONV, rarely with `partial`, or POOL.
arch::CommandWords random_compute(Random& random, const arch::Common& common) {
  const bool fence = random.in(0, 3) == 0;
  const std::uint32_t kind = random.in(0, 7);
  if (kind < 2) {
    arch::Pool pool = random_pool(random);
    pool.common = common;
    pool.common.fence = fence;
    return arch::encode(pool);
  }
  arch::Conv conv = kind < 3 ? random_partial(random) : random_conv(random);
  conv.common = common;
  conv.common.fence = fence;
  return arch::encode(conv);
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
      builder.add(random_compute(random, common));
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
