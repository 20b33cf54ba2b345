// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every hazard get its token or fence, and nothing else one?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "sw/schedule/hazards.hpp"
#include "sw/schedule/program.hpp"
#include "tests/schedule/order.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/random_program.hpp"

using namespace hb;  // NOLINT: a test
using schedule::Command;
using schedule::Load;
using schedule::Store;

namespace {

arch::Machine tiny() { return arch::read_machines("config/machines.json").front(); }

arch::Transfer transfer(std::uint32_t memory, std::uint32_t row, std::uint16_t rows,
                        arch::Buffer buffer = arch::Buffer::kActivation) {
  arch::Transfer t;
  t.buffer = buffer;
  t.memory_address = memory;
  t.buffer_address = row;
  t.rows = rows;
  return t;
}
Load load(std::uint32_t memory, std::uint32_t row, std::uint16_t rows = 16) {
  return {transfer(memory, row, rows)};
}
Store store(std::uint32_t row, std::uint32_t memory, std::uint16_t rows = 16) {
  return {transfer(memory, row, rows)};
}

/// A 1x1 convolution of 4x4 pixels, one channel word, from word `input` to word `output`.
arch::Conv conv(std::uint32_t input, std::uint32_t output) {
  arch::Conv c;
  c.input_height = c.input_width = c.output_height = c.output_width = 4;
  c.input_plane = c.output.plane = 16;
  c.input_address = input;
  c.output.address = output;
  c.output.high = 127;
  return c;
}

arch::Program linked(std::vector<Command> commands) {
  arch::Program program;
  program.machine = tiny();
  program.memory.resize(std::size_t{1} << 16);
  schedule::link(program, std::move(commands));
  return program;
}

std::uint8_t wait_of(const arch::Program& program, std::uint32_t index) {
  return arch::decode_common(program.command(index)).wait;
}
std::uint8_t signal_of(const arch::Program& program, std::uint32_t index) {
  return arch::decode_common(program.command(index)).signal;
}

/// The one token between command 0 and command 1, as the field bits of both.
void check_token(const std::vector<Command>& commands, std::uint8_t signal, std::uint8_t wait) {
  const arch::Program program = linked(commands);
  CHECK(signal_of(program, 0) == signal);
  CHECK(wait_of(program, 1) == wait);
  CHECK(wait_of(program, 0) == 0);
  CHECK(signal_of(program, 1) == 0);
  CHECK(test::unordered_pairs(program).empty());
}

constexpr std::uint32_t kBank = 512;  // words of a bank on tiny

}  // namespace

TEST_CASE("each hazard between engines gets one token, in the right bits of both commands") {
  REQUIRE(tiny().bank_words() == kBank);
  const auto weights = [](std::uint32_t row) {
    return Load{transfer(0, row, 4, arch::Buffer::kWeight)};
  };
  const auto parameters = [](std::uint32_t row) {
    return Load{transfer(0, row, 4, arch::Buffer::kParameter)};
  };
  // Signal and wait fields: load to compute 0x01, compute to load 0x01, compute to store 0x10 and
  // 0x10, ...
  SUBCASE("read after write, load to compute") { check_token({load(0, 0), conv(0, kBank)}, 1, 1); }
  SUBCASE("write after read, compute to load") { check_token({conv(0, kBank), load(0, 0)}, 1, 1); }
  SUBCASE("weights") { check_token({weights(0), conv(0, kBank)}, 1, 1); }
  SUBCASE("weights, write after read") { check_token({conv(0, kBank), weights(3)}, 1, 1); }
  SUBCASE("parameters") { check_token({parameters(0), conv(0, kBank)}, 1, 1); }
  SUBCASE("write port, load and compute in other words of a bank") {
    check_token({load(0, kBank + 100), conv(0, kBank)}, 1, 1);
  }
  SUBCASE("read after write, compute to store") {
    check_token({conv(0, kBank), store(kBank, 0)}, 0x10, 0x10);
  }
  SUBCASE("write after read, store to compute") {
    check_token({store(kBank, 0), conv(0, kBank)}, 0x10, 0x10);
  }
  SUBCASE("read port, store and compute in other words of a bank") {
    check_token({store(100, 0), conv(0, kBank)}, 0x10, 0x10);
  }
  SUBCASE("load, then store of the same words") {
    check_token({load(0, 0), store(0, 4096)}, 0x10, 0x01);
  }
  SUBCASE("memory, read after write") { check_token({store(0, 4096), load(4096, kBank)}, 1, 0x10); }
  SUBCASE("memory, write after read") {
    check_token({load(4096, kBank), store(0, 4096)}, 0x10, 0x01);
  }
}

TEST_CASE("commands that touch different things get no token") {
  const arch::Program program =
      linked({load(0, 0), conv(kBank, 2 * kBank), store(3 * kBank, 4096),
              Load{transfer(0, 4, 4, arch::Buffer::kWeight)},
              Load{transfer(0, 4, 4, arch::Buffer::kParameter)}, load(0, kBank + 16)});
  CHECK(test::count_tokens(program) == 0);
  CHECK(test::unordered_pairs(program).empty());
}

TEST_CASE("a bank's halves may be loaded and computed from at the same time") {
  CHECK(test::count_tokens(linked({conv(0, kBank), load(0, kBank / 2)})) == 0);
}

TEST_CASE("segments that interleave with what another command touches do not count") {
  arch::Transfer comb = transfer(0, 0, 4);
  comb.segments = 4;
  comb.memory_stride = 64;
  comb.buffer_stride = 8;
  arch::Conv between = conv(4, kBank);
  between.input_height = 1;
  between.input_plane = 8;
  between.channel_words = 4;
  CHECK(test::count_tokens(linked({Load{comb}, between})) == 0);
  between.input_address = 5;  // one word too far
  CHECK(test::count_tokens(linked({Load{comb}, between})) == 1);
}

TEST_CASE(
    "within compute a fence comes with read after write and with crossing output and copy banks") {
  const auto fence = [](const arch::Conv& a, const arch::Conv& b) {
    const arch::Program program = linked({a, b});
    CHECK(test::count_tokens(program) == 0);
    CHECK(test::unordered_pairs(program).empty());
    return arch::decode_common(program.command(1)).fence;
  };
  arch::Conv both = conv(0, kBank);
  both.copy = both.output;
  both.copy->address = 2 * kBank;
  CHECK(fence(conv(0, kBank), conv(kBank, 2 * kBank)));
  CHECK(fence(both, conv(2 * kBank, 3 * kBank)));
  CHECK(fence(both, conv(0, 2 * kBank + 100)));
  CHECK(fence(conv(0, 2 * kBank + 100), both));
  CHECK_FALSE(fence(both, conv(0, kBank)));
  CHECK_FALSE(fence(both, both));
  CHECK_FALSE(fence(conv(0, kBank), conv(kBank + 16, kBank)));
  CHECK_FALSE(fence(conv(kBank, 0), conv(0 + 16, kBank)));
}

TEST_CASE("no fence where a store in between has already waited") {
  const arch::Program program = linked({conv(0, kBank), store(kBank, 4096), load(4096, 2 * kBank),
                                        conv(2 * kBank, 3 * kBank), conv(kBank, 4 * kBank)});
  CHECK_FALSE(arch::decode_common(program.command(4)).fence);
  CHECK(test::unordered_pairs(program).empty());
}

TEST_CASE("a CONV that conflicts with itself is refused") {
  CHECK_THROWS_AS(linked({conv(0, 8)}), Error);
  arch::Conv both = conv(0, kBank);
  both.copy = both.output;
  both.copy->address = kBank + 100;
  CHECK_THROWS_AS(linked({both}), Error);
}

TEST_CASE("double buffering has no token to spare") {
  std::vector<Command> commands;
  constexpr std::uint32_t kRounds = 12;
  for (std::uint32_t i = 0; i < kRounds; ++i) {
    const std::uint32_t half = i % 2 * (kBank / 2);
    commands.emplace_back(load(256 * i, half));
    commands.emplace_back(conv(half, kBank + half));
    commands.emplace_back(store(kBank + half, 8192 + 256 * i));
  }
  const arch::Program program = linked(commands);
  CHECK(test::unordered_pairs(program).empty());
  // Every load, but the first two, for the conv two rounds ago; every conv for its load, and for
  // the store two rounds ago; every store for its conv.
  CHECK(test::count_tokens(program) == 2 * kRounds + 2 * (kRounds - 2));
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    arch::Program without = program;
    without.memory[program.address + i * arch::kCommandBytes + 1] = 0;
    if (wait_of(program, i) != 0) CHECK_FALSE(test::unordered_pairs(without).empty());
  }
}

TEST_CASE("no counter passes 255, however far an engine could run ahead") {
  std::vector<Command> commands;
  SUBCASE("many loads before many convs") {
    for (std::uint32_t i = 0; i < 700; ++i) {
      commands.emplace_back(Load{transfer(0, 16 + 2 * i, 1, arch::Buffer::kWeight)});
    }
    for (std::uint32_t i = 0; i < 340; ++i) {
      arch::Conv c = conv(0, kBank);
      c.weight_address = 16 + 4 * i;
      commands.emplace_back(c);
    }
  }
  SUBCASE("a load for every conv, and nothing that holds the loads back") {
    for (std::uint32_t i = 0; i < 500; ++i) {
      arch::Conv c = conv(0, kBank);
      c.weight_address = 4 * i;
      commands.emplace_back(Load{transfer(0, 4 * i, 4, arch::Buffer::kWeight)});
      commands.emplace_back(c);
    }
  }
  const arch::Program program = linked(commands);
  CHECK(test::unordered_pairs(program).empty());
  // Worst case: loads retire as soon as they may, convs as late as they may.
  std::uint32_t given = 0;
  std::uint32_t taken_for_sure = 0;
  std::uint32_t back = 0;                        // tokens from compute that loads have waited for
  std::vector<std::uint32_t> takes_before_back;  // tokens taken up to the conv that gives the nth
  std::uint32_t takes = 0;
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    if (static_cast<arch::Opcode>(arch::opcode_bits(program.command(i))) != arch::Opcode::kConv) {
      continue;
    }
    takes += wait_of(program, i) & 1U;
    if ((signal_of(program, i) & 1) != 0) takes_before_back.push_back(takes);
  }
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    if (static_cast<arch::Opcode>(arch::opcode_bits(program.command(i))) != arch::Opcode::kLoad) {
      continue;
    }
    if ((wait_of(program, i) & 1) != 0) taken_for_sure = takes_before_back[back++];
    given += signal_of(program, i) & 1U;
    REQUIRE(given - taken_for_sure <= 255);
  }
  CHECK(given > 10);
}

TEST_CASE("random programs order every conflicting pair, whatever colours their tokens have") {
  test::Coverage coverage;
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      const arch::Program program = test::random_program(seed, machine, coverage);
      const auto pairs = test::unordered_pairs(program);
      for (const auto& pair : pairs) MESSAGE(pair.what, ": ", pair.earlier, " ", pair.later);
      REQUIRE(pairs.empty());
    }
  }
}
