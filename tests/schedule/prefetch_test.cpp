// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do loads run ahead as far as they may, and no further?
#include <doctest/doctest.h>

#include <algorithm>

#include "sw/schedule/access.hpp"
#include "sw/schedule/prefetch.hpp"
#include "tests/schedule/small_commands.hpp"
#include "tests/support/random.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::test;  // NOLINT
using schedule::Command;
using schedule::Load;

namespace {

/// Layer tags number the commands.
std::vector<Command> numbered(std::vector<Command> commands) {
  for (std::size_t i = 0; i < commands.size(); ++i) {
    common(commands[i]).layer = static_cast<std::uint16_t>(i);
  }
  return commands;
}

/// Numbers of `commands` in the order that prefetch() gives them.
std::vector<std::uint32_t> order_of(std::vector<Command> commands) {
  std::vector<std::uint32_t> order;
  for (const Command& command : prefetch(numbered(std::move(commands)), tiny())) {
    order.push_back(common(command).layer);
  }
  return order;
}

/// A command and what it touches.
struct Node {
  arch::Engine engine;
  schedule::AccessList accesses;
};

/// Whether the two must keep their order: they conflict, or belong to compute or store, or load the
/// same words.
bool ordered(const Node& a, const Node& b) {
  if (a.engine != b.engine) return conflict(a.accesses, b.accesses);
  if (a.engine != arch::Engine::kLoad) return true;
  return std::any_of(a.accesses.begin(), a.accesses.end(), [&](const schedule::Access& one) {
    return std::any_of(b.accesses.begin(), b.accesses.end(), [&](const schedule::Access& other) {
      return one.write && other.write && one.space == other.space &&
             overlap(one.pieces, other.pieces);
    });
  });
}

Load weights(std::uint32_t row) { return Load{transfer(64 * row, row, 4, arch::Buffer::kWeight)}; }

}  // namespace

TEST_CASE("a load overtakes one that waits for a store") {
  // 1 computes, 2 stores, 3 loads that again for 5; 4 loads 5's weights.
  arch::Conv next = conv(64, kBank + 64);
  next.weight_address = 8;
  CHECK(order_of({load(0, 0), conv(0, kBank), store(kBank, 4096), load(4096, 64), weights(8),
                  next}) == std::vector<std::uint32_t>{0, 4, 1, 2, 3, 5});
}

TEST_CASE("a load of words that a convolution reads stays behind it") {
  CHECK(order_of({load(0, 0), weights(0), conv(0, kBank), weights(0), conv(0, kBank + 64)}) ==
        std::vector<std::uint32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("loads run ahead of a convolution that stands before them") {
  const std::vector<std::uint32_t> order =
      order_of({load(0, 0), conv(0, kBank), load(4096, 32), conv(32, kBank + 64)});
  CHECK(order == std::vector<std::uint32_t>{0, 2, 1, 3});
}

TEST_CASE("random commands: every pair that must be ordered keeps its order") {
  Random random(7);
  for (std::uint32_t round = 0; round < 100; ++round) {
    CAPTURE(round);
    std::vector<Command> commands;
    for (std::uint32_t i = 0; i < 20; ++i) {
      const auto slot = static_cast<std::uint32_t>(random.below(4));
      const auto words = 16 * static_cast<std::uint32_t>(random.below(4));
      const std::uint32_t output = (1 + slot) * kBank + words;
      commands.emplace_back(load(4096 * static_cast<std::uint32_t>(random.below(6)), words));
      commands.emplace_back(weights(4 * static_cast<std::uint32_t>(random.below(4))));
      arch::Conv reader = conv(words, output);
      reader.weight_address = std::get<Load>(commands.back()).transfer.buffer_address;
      commands.emplace_back(reader);
      if (random.below(2) == 0) {
        commands.emplace_back(store(output, 4096 * static_cast<std::uint32_t>(random.below(6))));
      }
    }
    commands = numbered(std::move(commands));
    const std::vector<std::uint32_t> order = order_of(commands);
    std::vector<std::size_t> place(order.size());
    for (std::size_t n = 0; n < order.size(); ++n) place[order[n]] = n;
    std::vector<Node> nodes;
    for (const Command& command : commands) {
      nodes.push_back({engine_of(command), accesses(command, tiny())});
    }
    for (std::size_t a = 0; a < nodes.size(); ++a) {
      for (std::size_t b = a + 1; b < nodes.size(); ++b) {
        if (ordered(nodes[a], nodes[b])) REQUIRE(place[a] < place[b]);
      }
    }
  }
}
