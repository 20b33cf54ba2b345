// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the cheapest of several ways really the cheapest, though most of them are not played?
#include <doctest/doctest.h>

#include <limits>
#include <vector>

#include "sw/schedule/cheapest.hpp"
#include "sw/schedule/conv.hpp"
#include "sw/schedule/played.hpp"
#include "tests/support/random_network.hpp"

using namespace hb;  // NOLINT: a test

namespace {

using Ways = std::vector<std::vector<schedule::Command>>;

/// The layer by itself under `tiling`; memory is large enough for the tests' layers.
std::vector<schedule::Command> commands_of(const schedule::ConvLayer& layer,
                                           const schedule::Tiling& tiling,
                                           const arch::Machine& machine) {
  constexpr std::uint32_t kApart = 1U << 24;
  const schedule::ConvPlaces places = {0,          kApart,     2 * kApart, 3 * kApart,
                                       4 * kApart, 5 * kApart, 0};
  schedule::BufferState buffers(machine);
  std::vector<schedule::Command> commands;
  schedule::ConvEmitter(machine, buffers, commands).emit(layer, tiling, places);
  return commands;
}

/// Up to `count` of the layer's ways, by chance.
Ways random_ways(test::Random& random, const schedule::ConvLayer& layer,
                 const arch::Machine& machine, std::size_t count) {
  const schedule::LayerSizes size = schedule::sizes(layer, machine);
  Ways ways;
  for (int attempt = 0; attempt < 60 && ways.size() < count; ++attempt) {
    schedule::Tiling tiling;
    tiling.rows = random.pick(1, layer.output_height());
    tiling.columns =
        random.chance(70) ? layer.output_width() : random.pick(1, layer.output_width());
    tiling.block_tiles = std::min(size.tiles, size.word_tiles * random.pick(1, 4));
    tiling.group_tiles = random.pick(1, tiling.block_tiles);
    tiling.blocks_outer = random.chance(50);
    tiling.input_banks = random.pick(1, schedule::most_input_banks(layer, machine));
    if (schedule::fits(layer, tiling, machine)) ways.push_back(commands_of(layer, tiling, machine));
  }
  return ways;
}

struct Seen {
  std::size_t ways = 0;
  std::size_t tight = 0;  ///< bounds within 2 % of the cost
};

void check_ways(const Ways& ways, const arch::Machine& machine, const arch::MemoryTiming& memory,
                Seen& seen) {
  std::size_t best = 0;
  arch::Cycles least = std::numeric_limits<arch::Cycles>::max();
  for (std::size_t i = 0; i < ways.size(); ++i) {
    const arch::Cycles cost = schedule::play(ways[i], machine, memory).cost();
    const arch::Cycles bound = schedule::least_cost(ways[i], machine, memory);
    CHECK(bound <= cost);
    ++seen.ways;
    if (bound * 102 >= cost * 100) ++seen.tight;
    if (cost >= least) continue;
    least = cost;
    best = i;
  }
  CHECK(schedule::cheapest(ways, machine, memory) == best);
}

}  // namespace

TEST_CASE("no way costs less than its bound, and the first of the cheapest is found") {
  Seen seen;
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    test::Coverage coverage;
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      test::Random random(seed);
      const test::Network network = test::random_network(random, machine, coverage);
      const arch::MemoryTiming memory{random.pick(1, 300),
                                      random.chance(60) ? 1 : random.pick(2, 4)};
      for (const test::NetworkLayer& layer : network.layers) {
        const Ways ways = random_ways(random, layer.layer, machine, 8);
        if (!ways.empty()) check_ways(ways, machine, memory, seen);
      }
    }
  }
  MESSAGE(seen.tight, " of ", seen.ways, " bounds within 2 % of the cost");
  CHECK(seen.ways > 2000);
  CHECK(seen.tight > seen.ways / 4);
}
