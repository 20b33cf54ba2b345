// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the cheapest of several ways really the cheapest, though most of them are not played?
#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "sw/schedule/cheapest.hpp"
#include "sw/schedule/conv.hpp"
#include "sw/schedule/played.hpp"
#include "sw/schedule/pool.hpp"
#include "sw/schedule/unit.hpp"
#include "tests/support/random_network.hpp"

using namespace hb;  // NOLINT: a test

namespace {

using Ways = std::vector<std::vector<schedule::Command>>;

/// Tensors this far apart do not touch: the tests' are smaller.
constexpr std::uint32_t kApart = 1U << 24;

/// The layer by itself under `tiling`.
std::vector<schedule::Command> commands_of(const schedule::ConvLayer& layer,
                                           const schedule::Tiling& tiling,
                                           const arch::Machine& machine) {
  const schedule::ConvPlaces places = {0,          kApart,     2 * kApart, 3 * kApart,
                                       4 * kApart, 5 * kApart, 0};
  schedule::BufferState buffers(machine);
  std::vector<schedule::Command> commands;
  schedule::ConvEmitter(machine, buffers, commands).emit(layer, tiling, places);
  return commands;
}

std::vector<schedule::Command> commands_of(const schedule::PoolLayer& layer,
                                           const schedule::PoolTiling& tiling,
                                           const arch::Machine& machine) {
  schedule::BufferState buffers(machine);
  std::vector<schedule::Command> commands;
  schedule::PoolEmitter(machine, buffers, commands).emit(layer, tiling, {0, kApart, 0});
  return commands;
}

std::vector<schedule::Command> commands_of(const schedule::UnitLayer& layer,
                                           const schedule::UnitTiling& tiling,
                                           const arch::Machine& machine) {
  schedule::BufferState buffers(machine);
  std::vector<schedule::Command> commands;
  schedule::UnitEmitter(machine, buffers, commands)
      .emit(layer, tiling, {0, kApart, 2 * kApart, 3 * kApart, 4 * kApart, 0});
  return commands;
}

/// Up to 8 ways of 60 that `draw()` gives: those that fit.
template <class Layer, class Draw>
Ways random_ways(const Layer& layer, const arch::Machine& machine, Draw draw) {
  Ways ways;
  for (int attempt = 0; attempt < 60 && ways.size() < 8; ++attempt) {
    const auto tiling = draw();
    if (schedule::fits(layer, tiling, machine)) ways.push_back(commands_of(layer, tiling, machine));
  }
  return ways;
}

/// Tilings of a convolution: chains of links, or none.
Ways conv_ways(test::Random& random, const schedule::ConvLayer& layer, const arch::Machine& machine,
               bool chains) {
  const schedule::LayerSizes size = schedule::sizes(layer, machine);
  return random_ways(layer, machine, [&] {
    schedule::Tiling tiling;
    tiling.rows = random.pick(1, layer.output_height());
    tiling.columns =
        random.chance(70) ? layer.output_width() : random.pick(1, layer.output_width());
    tiling.block_tiles = std::min(size.tiles, size.word_tiles * random.pick(1, 4));
    tiling.group_tiles = chains ? 1 : random.pick(1, tiling.block_tiles);
    tiling.blocks_outer = random.chance(50);
    tiling.input_banks = random.pick(1, schedule::most_input_banks(layer, machine));
    if (!chains) return tiling;
    tiling.columns = std::min(tiling.columns, machine.rows);
    tiling.link_words = random.pick(1, std::max(1U, size.channel_words - 1));
    return tiling;
  });
}

Ways pool_ways(test::Random& random, const arch::Machine& machine) {
  schedule::PoolLayer layer;
  layer.name = "pool";
  layer.input_channels = random.pick(1, 100);
  layer.input_height = random.pick(3, 20);
  layer.input_width = random.pick(3, 20);
  layer.kernel_height = random.pick(1, 3);
  layer.kernel_width = random.pick(1, 3);
  layer.stride_y = random.pick(1, 2);
  layer.stride_x = random.pick(1, 2);
  return random_ways(layer, machine, [&] {
    return schedule::PoolTiling{random.pick(1, 4), random.pick(1, layer.output_height()),
                                random.pick(1, layer.output_width()),
                                random.pick(1, machine.activation_banks - 1)};
  });
}

Ways unit_ways(test::Random& random, const arch::Machine& machine) {
  schedule::UnitLayer layer;
  layer.name = "unit";
  layer.kind =
      random.chance(50) ? schedule::UnitKind::kGlobalAverage : schedule::UnitKind::kRequantize;
  layer.channels = random.pick(1, 200);
  layer.height = random.pick(1, 12);
  layer.width = random.pick(1, 12);
  const std::uint32_t pixels = layer.height * layer.width;
  return random_ways(layer, machine, [&] {
    return schedule::UnitTiling{random.pick(1, 4),
                                layer.averages() ? pixels : random.pick(1, pixels),
                                random.pick(1, machine.activation_banks - 1)};
  });
}

struct Seen {
  std::size_t ways = 0;
  std::size_t chains = 0;
  std::size_t pools = 0;
  std::size_t units = 0;
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
      const auto check = [&](const Ways& ways) {
        if (!ways.empty()) check_ways(ways, machine, memory, seen);
        return ways.size();
      };
      for (const test::NetworkLayer& layer : network.layers) {
        check(conv_ways(random, layer.layer, machine, false));
        seen.chains += check(conv_ways(random, layer.layer, machine, true));
      }
      seen.pools += check(pool_ways(random, machine));
      seen.units += check(unit_ways(random, machine));
    }
  }
  MESSAGE(seen.tight, " of ", seen.ways, " bounds within 2 % of the cost");
  MESSAGE(seen.chains, " chains, ", seen.pools, " pools, ", seen.units, " unit layers");
  CHECK(seen.ways > 2000);
  CHECK(std::min({seen.chains, seen.pools, seen.units}) > 300);
  CHECK(seen.tight > seen.ways / 4);
}
