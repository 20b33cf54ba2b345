// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every hazard get its token or fence, and nothing else one?
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "tests/schedule/order.hpp"
#include "tests/schedule/small_commands.hpp"
#include "tests/support/random_network.hpp"
#include "tests/support/random_program.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT
using schedule::Command;
using schedule::Load;
using schedule::Store;

namespace {

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
  SUBCASE("residual, read after write") {
    check_token({load(0, 2 * kBank), add(0, kBank, 2 * kBank)}, 1, 1);
  }
  SUBCASE("residual, write after read") {
    check_token({add(0, kBank, 2 * kBank), load(0, 2 * kBank + 15)}, 1, 1);
  }
  SUBCASE("read port, residual and store in other words of a bank") {
    check_token({add(0, kBank, 2 * kBank), store(2 * kBank + 100, 0)}, 0x10, 0x10);
  }
  SUBCASE("read port, store and residual in other words of a bank") {
    check_token({store(2 * kBank + 100, 0), add(0, kBank, 2 * kBank)}, 0x10, 0x10);
  }
  SUBCASE("pool, read after write") { check_token({load(0, 0), pool(0, kBank)}, 1, 1); }
  SUBCASE("pool, write after read") { check_token({pool(0, kBank), load(0, 15)}, 1, 1); }
  SUBCASE("write port, load and pool in other words of a bank") {
    check_token({load(0, kBank + 100), pool(0, kBank)}, 1, 1);
  }
  SUBCASE("read port, pool and store in other words of a bank") {
    check_token({pool(0, kBank), store(100, 0)}, 0x10, 0x10);
  }
  SUBCASE("store of what a pool has written") {
    check_token({pool(0, kBank), store(kBank, 0)}, 0x10, 0x10);
  }
  SUBCASE("the input of a partial sum") { check_token({load(0, 0), partial(0)}, 1, 1); }
  SUBCASE("the weights of a partial sum") { check_token({partial(0), weights(3)}, 1, 1); }
}

TEST_CASE("a residual's words are counted from its part on") {
  // tiny: a word holds four tiles. Three tiles from part 1 on end with the word, a fourth needs
  // the next.
  REQUIRE(arch::parts_per_word(tiny(), arch::Precision::kInt8) == 4);
  arch::Conv c = add(0, kBank, 2 * kBank);
  c.residual->part = 1;
  const auto tokens = [&](std::uint16_t tiles) {
    c.tiles = tiles;
    return test::count_tokens(linked({c, load(0, 2 * kBank + 16, 1)}));
  };
  CHECK(tokens(3) == 0);
  CHECK(tokens(4) == 1);
}

TEST_CASE("narrow weights take half the rows, repeated ones R, whatever the kernel") {
  // Rows of one tile on tiny: 4 rows x 9 positions x 2 channel words.
  arch::Conv c = conv(0, kBank);
  c.kernel_height = c.kernel_width = 3;
  c.pad_top = c.pad_left = 1;
  c.channel_words = 2;
  const auto orders = [&](std::uint32_t row) {
    const arch::Program program = linked({c, Load{transfer(0, row, 1, arch::Buffer::kWeight)}});
    CHECK(test::unordered_pairs(program).empty());
    return test::count_tokens(program) == 1;
  };
  const auto last_row_is = [&](std::uint32_t row) { return orders(row) && !orders(row + 1); };
  CHECK(last_row_is(71));
  c.narrow_weights = true;
  CHECK(last_row_is(35));
  c.repeat = true;
  CHECK(last_row_is(1));
  c.tiles = 3;
  CHECK(last_row_is(5));
  c.narrow_weights = false;
  CHECK(last_row_is(11));
}

TEST_CASE("a partial sum writes nothing and has no parameters") {
  const arch::Program program =
      linked({partial(kBank), load(0, 0), Load{transfer(0, 0, 4, arch::Buffer::kParameter)},
              store(0, 4096)});
  CHECK(wait_of(program, 1) == 0);
  CHECK(wait_of(program, 2) == 0);
  CHECK(wait_of(program, 3) == 0x01);  // for the load
  CHECK(signal_of(program, 0) == 0);
  CHECK(test::unordered_pairs(program).empty());
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

TEST_CASE("a program holds 1,048,575 commands with its END, and no more") {
  std::vector<Command> commands(1048574, Load{transfer(0, 0, 1)});
  CHECK(linked(commands).count == 1048575);
  commands.push_back(commands.front());
  try {
    (void)linked(commands);
    FAIL("linked");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "program: 1048576 commands (expected at most 1048575)");
  }
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
