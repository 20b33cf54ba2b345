// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cost/programs.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::cost::test {

namespace {

constexpr std::uint32_t kLimit = 0x00FFFFFF;

class Generator {
 public:
  explicit Generator(std::uint32_t seed) : engine_(seed) {}

  [[nodiscard]] std::uint32_t upto(std::uint32_t most) {
    return std::uniform_int_distribution<std::uint32_t>(0, most)(engine_);
  }
  [[nodiscard]] std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + upto(high - low);
  }
  [[nodiscard]] bool chance(std::uint32_t percent) { return upto(99) < percent; }
  [[nodiscard]] std::uint32_t power(std::uint32_t low, std::uint32_t high) {
    std::vector<std::uint32_t> powers;
    for (std::uint32_t value = low; value <= high; value *= 2) {
      powers.push_back(value);
    }
    return powers[upto(static_cast<std::uint32_t>(powers.size()) - 1)];
  }

  [[nodiscard]] arch::Machine machine() {
    static const std::vector<arch::Machine> kPresets = arch::read_machines("config/machines.json");
    if (chance(50)) {
      return kPresets[upto(static_cast<std::uint32_t>(kPresets.size()) - 1)];
    }
    arch::Machine machine;
    machine.name = "odd";
    machine.rows = power(2, 32);
    machine.columns = power(4, std::min(64U, 4 * machine.rows));
    machine.bus_bytes = power(4, std::min(64U, 4 * std::min(machine.rows, machine.columns)));
    machine.activation_banks = power(2, 32);
    machine.activation_bytes = machine.activation_banks * power(64, 512) * machine.word_bytes();
    machine.weight_bytes = machine.row_bytes() * power(2 * machine.rows, 4096);
    machine.parameter_tiles = power(2, 64);
    arch::check_machine(machine, "generator");
    return machine;
  }

  [[nodiscard]] arch::MemoryTiming memory() {
    return {chance(30) ? between(1, 4) : between(1, 200), 1U << upto(2)};
  }

 private:
  std::mt19937 engine_;
};

/// What a program is made of, in percent; every program has its own taste.
struct Taste {
  std::uint32_t load, store;  ///< the rest are CONVs and POOLs
  std::uint32_t wait, signal;
  std::uint32_t fence, int4;
  std::uint32_t pool;   ///< of the CONVs and POOLs
  std::uint32_t large;  ///< transfers and CONVs of some hundred cycles
};

class ProgramWriter {
 public:
  ProgramWriter(Generator& random, const arch::Machine& machine)
      : random_(random), machine_(machine) {
    taste_ = {random.upto(60),
              random.upto(40),
              random.upto(60),
              random.upto(70),
              random.chance(50) ? random.upto(60) : 0,
              random.chance(50) ? random.upto(60) : 0,
              random.chance(50) ? random.upto(60) : 0,
              random.chance(50) ? random.upto(40) : 0};
  }

  [[nodiscard]] std::vector<arch::CommandWords> write(std::uint32_t count) {
    std::vector<arch::CommandWords> commands;
    while (commands.size() < count) {
      const std::uint32_t kind = random_.upto(99);
      const auto engine = kind < taste_.load                  ? arch::Engine::kLoad
                          : kind < taste_.load + taste_.store ? arch::Engine::kStore
                                                              : arch::Engine::kCompute;
      const arch::CommandWords words = legal(engine);
      if (words[0] != 0) {
        commands.push_back(words);
        commands.back()[0] |= tokens(engine);
      }
    }
    commands.push_back(arch::encode_end());
    return commands;
  }

 private:
  /// Words of a legal command without tokens; all 0 if luck ran out.
  [[nodiscard]] arch::CommandWords legal(arch::Engine engine) {
    for (int attempt = 0; attempt < 100; ++attempt) {
      const arch::CommandWords words = engine == arch::Engine::kCompute ? compute()
                                       : engine == arch::Engine::kLoad
                                           ? encode_load(transfer(true))
                                           : encode_store(transfer(false));
      if (check(words, machine_, kLimit) == arch::ErrorCode::kNone) {
        return words;
      }
    }
    return {};
  }

  [[nodiscard]] arch::Transfer transfer(bool load) {
    const bool large = random_.chance(taste_.large);
    arch::Transfer command;
    command.buffer = load ? static_cast<arch::Buffer>(random_.upto(2)) : arch::Buffer::kActivation;
    command.rows = static_cast<std::uint16_t>(random_.between(1, large ? 400 : 12));
    command.segments =
        static_cast<std::uint16_t>(random_.chance(60) ? 1 : random_.between(1, large ? 6 : 40));
    const std::uint32_t border = 4096 * random_.between(1, 100);
    command.memory_address =
        border - machine_.bus_bytes * (random_.chance(50) ? 0 : random_.upto(40));
    command.memory_stride = machine_.bus_bytes * random_.upto(600);
    command.buffer_stride = random_.upto(8);
    return command;
  }

  [[nodiscard]] arch::CommandWords compute() {
    return random_.chance(taste_.pool) ? encode(pool()) : encode(conv());
  }

  [[nodiscard]] arch::Conv conv() {
    const bool large = random_.chance(taste_.large);
    arch::Conv command;
    command.common.fence = random_.chance(taste_.fence);
    command.precision =
        random_.chance(taste_.int4) ? arch::Precision::kInt4 : arch::Precision::kInt8;
    command.kernel_height = static_cast<std::uint8_t>(random_.between(1, large ? 3 : 1));
    command.kernel_width = static_cast<std::uint8_t>(random_.between(1, large ? 3 : 1));
    command.channel_words = static_cast<std::uint16_t>(random_.between(1, large ? 4 : 2));
    command.tiles = static_cast<std::uint16_t>(random_.between(1, large ? 3 : 1));
    command.output_height = static_cast<std::uint16_t>(random_.between(1, large ? 8 : 3));
    command.output_width = static_cast<std::uint16_t>(random_.between(1, large ? 8 : 6));
    command.output.address = 1;
    command.narrow_weights = command.precision == arch::Precision::kInt8 && random_.chance(20);
    command.repeat = random_.chance(20);
    if (random_.chance(20)) make_partial(command);
    return command;
  }

  /// One tile of at most R pixels, the sums of which stay in the array.
  void make_partial(arch::Conv& command) const {
    command.partial = true;
    command.tiles = 1;
    command.output = {};
    command.output_height = 1;
    command.output_width =
        static_cast<std::uint16_t>(std::min<std::uint32_t>(command.output_width, machine_.rows));
  }

  [[nodiscard]] arch::Pool pool() {
    const bool large = random_.chance(taste_.large);
    const auto byte = [&](std::uint32_t low, std::uint32_t high) {
      return static_cast<std::uint8_t>(random_.between(low, high));
    };
    arch::Pool command;
    command.common.fence = random_.chance(taste_.fence);
    command.precision =
        random_.chance(taste_.int4) ? arch::Precision::kInt4 : arch::Precision::kInt8;
    command.kernel_height = byte(1, large ? 9 : 3);
    command.kernel_width = byte(1, large ? arch::kMostPoolWidth : 3);
    command.stride_y = byte(1, large ? 4 : 2);
    command.stride_x = byte(1, large ? 4 : 2);
    command.channel_words = static_cast<std::uint16_t>(random_.between(1, large ? 3 : 1));
    command.output_height = static_cast<std::uint16_t>(random_.between(1, large ? 40 : 4));
    command.output_width = static_cast<std::uint16_t>(random_.between(1, large ? 6 : 4));
    command.output_address = 1;
    return command;
  }

  /// Random wait and signal fields, placed in w0; waits find their tokens.
  [[nodiscard]] std::uint32_t tokens(arch::Engine engine) {
    std::uint32_t wait = 0;
    std::uint32_t signal = 0;
    auto& mine = there_[static_cast<std::size_t>(engine)];
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      if (mine[bit] > 0 && random_.chance(taste_.wait)) {
        wait |= 1U << bit;
        --mine[bit];
      }
      auto& peer = there_[static_cast<std::size_t>(arch::token_peer(engine, bit))]
                         [arch::peer_bit(engine, bit)];
      if (peer < 200 && random_.chance(taste_.signal / 2)) {
        signal |= 1U << bit;
        ++peer;
      }
    }
    return wait << 8 | signal << 16;
  }

  Generator& random_;
  const arch::Machine& machine_;
  Taste taste_{};
  std::array<std::array<std::uint32_t, 8>, arch::kEngines> there_{};
};

}  // namespace

Case random_case(std::uint32_t seed) {
  Generator random(seed);
  Case result;
  result.machine = random.machine();
  result.memory = random.memory();
  ProgramWriter writer(random, result.machine);
  result.commands = writer.write(random.chance(10) ? random.upto(200) : random.upto(40));
  return result;
}

arch::Transfer transfer(std::uint16_t rows, arch::Common common) {
  arch::Transfer command;
  command.common = common;
  command.rows = rows;
  return command;
}

arch::Conv conv(std::uint16_t pixels, std::uint16_t channel_words, arch::Common common) {
  arch::Conv command;
  command.common = common;
  command.channel_words = channel_words;
  command.output_width = pixels;
  return command;
}

arch::Pool pool(std::uint16_t output_height, std::uint16_t output_width, arch::Common common) {
  arch::Pool command;
  command.common = common;
  command.kernel_height = command.kernel_width = 3;
  command.stride_y = command.stride_x = 2;
  command.output_height = output_height;
  command.output_width = output_width;
  return command;
}

Case resnet50_sized() {
  Case result;
  result.machine = arch::read_machines("config/machines.json").back();
  constexpr std::uint16_t kWeightRows = 576;
  constexpr std::uint32_t kPieces = 340;  // of 576 rows of 128 bytes: 25 MB
  for (std::uint32_t i = 0; i < kPieces; ++i) {
    arch::Transfer weights = transfer(kWeightRows, {0, 0x01, false, 0});
    weights.buffer = arch::Buffer::kWeight;
    weights.memory_address = i * kWeightRows * result.machine.row_bytes();
    result.commands.push_back(encode_load(weights));
    arch::Conv work = conv(784, 9, {0x01, 0x10, false, 0});
    work.tiles = 8;
    result.commands.push_back(encode(work));
    arch::Transfer output = transfer(900, {0x10, 0, false, 0});
    output.memory_address = i * 900 * result.machine.word_bytes();
    result.commands.push_back(encode_store(output));
  }
  result.commands.push_back(arch::encode_end());
  return result;
}

}  // namespace hb::cost::test
