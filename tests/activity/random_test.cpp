// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do RTL and SystemC count the same bits, whatever runs?
#include <doctest/doctest.h>

#include <numeric>

#include "model/arch/shapes.hpp"
#include "sim/run.hpp"
#include "tests/sim/cases.hpp"
#include "tests/sim/machines.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::arch::Toggles;
using hb::sim::RunResult;
using hb::sim::View;

hb::arch::Machine tiny() { return hb::test::machine_of<hb::arch::shapes::tiny>(); }

void check_same(const Toggles& a, const Toggles& b) {
  for (std::size_t i = 0; i < hb::arch::kToggles; ++i) {
    CAPTURE(hb::arch::name(static_cast<hb::arch::Toggle>(i)));
    CHECK(a.bits[i] == b.bits[i]);
  }
}

Toggles sum_of(const std::vector<Toggles>& layers) {
  return std::accumulate(layers.begin(), layers.end(), Toggles{},
                         [](Toggles sum, const Toggles& layer) { return sum += layer; });
}

}  // namespace

TEST_CASE("every counter of RTL and SystemC is equal in every cycle of random programs") {
  const std::uint64_t seed = hb::test::run_seed();
  CAPTURE(seed);
  hb::test::Coverage coverage(hb::test::case_bins());
  Toggles all;
  for (std::uint64_t i = 0; i < 150; ++i) {
    CAPTURE(i);
    hb::test::Case one = hb::test::case_of(seed + i, tiny(), coverage);
    one.options.activity = true;
    const RunResult run = hb::sim::run(one.program, one.options);
    REQUIRE_MESSAGE(!run.divergence, run.divergence->describe());
    all += run.timeline.toggles.value().total;
    if (one.expected.empty()) continue;
    // What a stopped machine runs next, without a reset.
    const hb::arch::Program next = hb::test::follower_of(seed + i, tiny());
    one.options.faults.clear();
    one.options.abort.reset();
    one.options.warm = true;
    const RunResult warm = hb::sim::run(next, one.options);
    REQUIRE_MESSAGE(!warm.divergence, warm.divergence->describe());
  }
  for (std::size_t i = 0; i < hb::arch::kToggles; ++i) {
    CAPTURE(hb::arch::name(static_cast<hb::arch::Toggle>(i)));
    CHECK(all.bits[i] > 0);
  }
}

TEST_CASE("each side alone counts what it counts in lockstep; layers sum to the total") {
  const std::uint64_t seed = hb::test::run_seed();
  CAPTURE(seed);
  hb::test::Coverage coverage;
  for (std::uint64_t i = 0; i < 30; ++i) {
    CAPTURE(i);
    const hb::arch::Program program = hb::test::random_program(seed + i, tiny(), coverage);
    hb::sim::RunOptions options;
    options.activity = true;
    options.memory.stall_seed = i % 2 * (i + 1);
    const RunResult both = hb::sim::run(program, options);
    REQUIRE(both.good());
    for (const View view : {View::kRtl, View::kSystemC}) {
      options.view = view;
      const RunResult alone = hb::sim::run(program, options);
      check_same(alone.timeline.toggles.value().total, both.timeline.toggles.value().total);
    }
    const hb::arch::RunToggles& toggles = *both.timeline.toggles;
    REQUIRE(toggles.layers.size() == program.layers.size());
    check_same(sum_of(toggles.layers), toggles.total);
  }
}
