// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a compute command start alone exactly where it must, and is one refused that conflicts with
// itself?
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "tests/schedule/order.hpp"
#include "tests/schedule/small_commands.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT
using schedule::Command;

namespace {

/// Whether the second of two compute commands, which need no token, got a fence.
bool fence(const Command& a, const Command& b) {
  const arch::Program program = linked({a, b});
  CHECK(test::count_tokens(program) == 0);
  CHECK(test::unordered_pairs(program).empty());
  return arch::decode_common(program.command(1)).fence;
}

/// The message with which a command that conflicts with itself is refused.
std::string refusal(const Command& command) {
  try {
    (void)linked({command});
  } catch (const Error& error) {
    return error.what();
  }
  return "linked";
}

}  // namespace

TEST_CASE(
    "within compute a fence comes with read after write and with crossing output and copy banks") {
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

TEST_CASE(
    "a fence comes where an input uses the bank of an earlier residual, or a residual was just "
    "computed") {
  const arch::Conv first = add(0, kBank, 2 * kBank);
  CHECK(fence(first, conv(2 * kBank + 100, 3 * kBank)));
  CHECK(fence(first, add(2 * kBank + 100, 3 * kBank, 4 * kBank)));
  CHECK(fence(conv(0, 2 * kBank), add(0, kBank, 2 * kBank)));
  // A residual read never meets an earlier input's, and residuals are read one after the other.
  CHECK_FALSE(fence(conv(2 * kBank + 100, 3 * kBank), first));
  CHECK_FALSE(fence(first, add(0, kBank, 2 * kBank + 100)));
  // A later write comes after the earlier residual's read.
  CHECK_FALSE(fence(first, conv(0, 2 * kBank)));
}

TEST_CASE("a fence reaches back over commands in between, until one of them has waited") {
  const auto fence_of = [](const std::vector<Command>& commands, std::uint32_t index) {
    const arch::Program program = linked(commands);
    CHECK(test::unordered_pairs(program).empty());
    return arch::decode_common(program.command(index)).fence;
  };
  const arch::Conv residual = add(0, kBank, 2 * kBank);
  const arch::Conv apart = conv(5 * kBank, 6 * kBank);
  const arch::Conv reads = conv(2 * kBank, 3 * kBank);
  CHECK(fence_of({residual, apart, reads}, 2));
  CHECK(fence_of({residual, conv(kBank, 6 * kBank), reads}, 1));
  CHECK_FALSE(fence_of({residual, conv(kBank, 6 * kBank), reads}, 2));
  CHECK_FALSE(fence_of({residual, pool(5 * kBank, 6 * kBank), reads}, 2));
}

TEST_CASE("a POOL and the command after it are alone and need no fence") {
  CHECK_FALSE(fence(conv(0, kBank), pool(kBank, 2 * kBank)));
  CHECK_FALSE(fence(pool(0, kBank), conv(kBank, 2 * kBank)));
  CHECK_FALSE(fence(pool(0, kBank), pool(kBank, 2 * kBank)));
  CHECK_FALSE(fence(add(0, kBank, 2 * kBank), pool(2 * kBank, 3 * kBank)));
  const arch::Program program =
      linked({conv(0, kBank), pool(4 * kBank, 5 * kBank), conv(4 * kBank, 6 * kBank),
              conv(kBank, 2 * kBank), conv(6 * kBank, 3 * kBank)});
  CHECK_FALSE(arch::decode_common(program.command(2)).fence);
  CHECK_FALSE(arch::decode_common(program.command(3)).fence);  // command 0 retired before the POOL
  CHECK(arch::decode_common(program.command(4)).fence);
  CHECK(test::unordered_pairs(program).empty());
}

TEST_CASE("a partial sum is read after a write like any other, and writes nothing itself") {
  CHECK_FALSE(fence(partial(kBank), conv(0, kBank)));
  CHECK(fence(conv(0, kBank), partial(kBank)));
}

TEST_CASE("the second opinion misses a fence that is taken away") {
  arch::Program program = linked({add(0, kBank, 2 * kBank), conv(2 * kBank + 100, 3 * kBank)});
  program.memory[program.address + arch::kCommandBytes + 3] = 0;
  const auto pairs = test::unordered_pairs(program);
  REQUIRE(pairs.size() == 1);
  CHECK(pairs[0].what == "input after residual");
}

TEST_CASE("no fence where a store in between has already waited") {
  const arch::Program program = linked({conv(0, kBank), store(kBank, 4096), load(4096, 2 * kBank),
                                        conv(2 * kBank, 3 * kBank), conv(kBank, 4 * kBank)});
  CHECK_FALSE(arch::decode_common(program.command(4)).fence);
  CHECK(test::unordered_pairs(program).empty());
}

TEST_CASE("a command that conflicts with itself is refused, and told why") {
  CHECK(refusal(conv(0, 8)) == "CONV writes words that it reads");
  CHECK(refusal(pool(0, 8)) == "POOL writes words that it reads");
  CHECK(refusal(add(0, kBank, kBank + 8)) == "CONV writes words of its residual");
  CHECK(refusal(add(0, kBank, 100)) == "CONV: input and residual in one activation bank");
  arch::Conv both = conv(0, kBank);
  both.copy = both.output;
  both.copy->address = kBank + 100;
  CHECK(refusal(both) == "CONV: output and second copy in one activation bank");
  both = add(0, kBank, 2 * kBank);
  both.copy = both.output;
  both.copy_source = arch::CopySource::kCode;
  both.copy->address = 2 * kBank + 15;
  CHECK(refusal(both) == "CONV writes words of its residual");
  both.copy->address = 2 * kBank + 16;
  CHECK(refusal(both) == "linked");
  // Reader and writer may share a bank.
  CHECK(refusal(add(0, 16, kBank)) == "linked");
  CHECK(refusal(add(0, kBank + 16, kBank)) == "linked");
}
