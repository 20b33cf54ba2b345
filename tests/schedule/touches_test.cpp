// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does Touches never overlook a hazard, whatever pieces and pages accesses have?
#include <doctest/doctest.h>

#include <vector>

#include "sw/schedule/touches.hpp"
#include "tests/schedule/small_commands.hpp"
#include "tests/support/random.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT
using schedule::Access;
using schedule::Role;
using schedule::Space;

namespace {

std::uint32_t banks_of(const schedule::Pieces& pieces) {
  std::uint32_t banks = 0;
  for (std::uint64_t i = 0; i < pieces.count; ++i) {
    const std::uint64_t start = pieces.start + i * pieces.stride;
    for (std::uint64_t word = start; word < start + pieces.length; ++word) {
      banks |= 1U << schedule::bank_of(tiny(), word);
    }
  }
  return banks;
}

/// Of any space, with one or more pieces; memory's reach over several pages of blocks.
Access random_access(Random& random, arch::Engine engine) {
  Access access;
  access.space = static_cast<Space>(random.below(4));
  access.write = random.chance(50);
  const bool memory = access.space == Space::kMemory;
  const std::uint32_t reach = memory ? 1U << 18 : access.space == Space::kActivation ? 2000 : 60;
  const std::uint32_t length = 1 + random.below(memory ? 5000 : 20);
  const std::uint32_t stride = length + 1 + random.below(memory ? 40000 : 200);
  const std::uint32_t count = 1 + random.below(4);
  access.pieces = schedule::make_pieces(random.below(reach), stride, count, length);
  if (access.space == Space::kActivation) {
    access.banks = banks_of(access.pieces);
    if (engine == arch::Engine::kCompute) {
      access.role = access.write ? (random.chance(50) ? Role::kOutput : Role::kCopy)
                                 : (random.chance(50) ? Role::kInput : Role::kResidual);
    }
  }
  return access;
}

}  // namespace

TEST_CASE("no command after the one that Touches names conflicts, and few names are wrong") {
  Random random(11);
  std::size_t named = 0;
  std::size_t right = 0;
  for (int round = 0; round < 60; ++round) {
    schedule::Touches touches(tiny());
    std::vector<std::pair<arch::Engine, Access>> all;
    for (std::int32_t number = 0; number < 80; ++number) {
      const auto engine = static_cast<arch::Engine>(random.below(arch::kEngines));
      const Access access = random_access(random, engine);
      for (std::size_t x = 0; x < arch::kEngines; ++x) {
        const auto other = static_cast<arch::Engine>(x);
        const bool fence = other == arch::Engine::kCompute && engine == other;
        if (other == engine && !fence) continue;
        std::int32_t expected = -1;
        for (std::int32_t n = 0; n < number; ++n) {
          const auto& [earlier_engine, earlier] = all[static_cast<std::size_t>(n)];
          if (earlier_engine != other) continue;
          if (fence ? needs_fence(earlier, access) : conflict(earlier, access)) expected = n;
        }
        const std::int32_t latest =
            fence ? touches.latest_fence(access) : touches.latest(other, access);
        REQUIRE(latest >= expected);
        named += latest >= 0 ? 1U : 0U;
        right += latest >= 0 && latest == expected ? 1U : 0U;
      }
      touches.add(engine, number, access);
      all.emplace_back(engine, access);
    }
  }
  CHECK(named > 1000);
  CHECK(2 * right > named);
}
