// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/count.hpp"

#include <doctest/doctest.h>

#include "model/arch/machine.hpp"
#include "sw/cost/timing.hpp"
#include "sw/energy/rates.hpp"
#include "sw/energy/table.hpp"
#include "sw/report/report.hpp"
#include "tests/energy/naive.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::energy::Action;
using hb::energy::Counts;

hb::arch::Timeline play(const hb::arch::Program& program) {
  std::vector<hb::arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return hb::cost::play(commands, program.machine, program.memory_model.timing);
}

hb::arch::Machine machine_named(const std::string& name) {
  for (const hb::arch::Machine& machine : hb::arch::read_machines("config/machines.json")) {
    if (machine.name == name) return machine;
  }
  FAIL("no machine " << name);
  return {};
}

/// Calls `check(program, timeline)` for programs of both small machines.
template <class Check>
void for_programs(std::uint32_t programs, Check check) {
  const std::uint64_t seed = hb::test::run_seed();
  CAPTURE(seed);
  hb::test::Coverage coverage;
  for (const char* name : {"tiny", "edge"}) {
    const hb::arch::Machine machine = machine_named(name);
    for (std::uint64_t i = 0; i < programs; ++i) {
      CAPTURE(i);
      const hb::arch::Program program = hb::test::random_program(seed + i, machine, coverage);
      check(program, play(program));
    }
  }
}

void compare(const Counts& actual, const Counts& expected) {
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    const std::string action = hb::energy::full_name(static_cast<Action>(i));
    CAPTURE(action);
    CHECK(actual.count[i] == expected.count[i]);
  }
}

}  // namespace

TEST_CASE("every action is counted as often as counting every step, row, byte and cycle finds it") {
  Counts all;
  for_programs(60, [&](const hb::arch::Program& program, const hb::arch::Timeline& timeline) {
    const hb::energy::RunCounts counts = hb::energy::count_actions(program, timeline);
    const std::vector<Counts> naive = hb::energy::test::naive_counts(program, timeline);
    REQUIRE(naive.size() == counts.layers.size() + 1);
    Counts total;
    for (std::size_t i = 0; i < naive.size(); ++i) {
      CAPTURE(i);
      if (i < counts.layers.size()) compare(counts.layers[i], naive[i]);
      total += naive[i];
    }
    compare(counts.total, total);
    all += total;
  });
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    const auto action = static_cast<Action>(i);
    CAPTURE(hb::energy::full_name(action));
    CHECK((all.count[i] > 0 || hb::energy::info(action).action == "leak"));
  }
}

TEST_CASE("bytes that pass the memory are the beats that the machine's own counters count") {
  for_programs(20, [](const hb::arch::Program& program, const hb::arch::Timeline& timeline) {
    const Counts total = hb::energy::count_actions(program, timeline).total;
    const std::uint64_t bus = program.machine.bus_bytes;
    const auto& counters = timeline.counters;
    CHECK(total[Action::kDramRead] ==
          bus * (counters[hb::arch::kCounterFetchBeats] + counters[hb::arch::kCounterLoadBeats]));
    CHECK(total[Action::kDramWrite] == bus * counters[hb::arch::kCounterStoreBeats]);
    CHECK(total[Action::kBusTransfer] == total[Action::kDramRead] + total[Action::kDramWrite]);
  });
}

TEST_CASE("layers' actions and energy sum to the total's, leakage included") {
  for_programs(20, [](const hb::arch::Program& program, const hb::arch::Timeline& timeline) {
    const hb::energy::Rates rates = hb::energy::read_table_file("", program.machine);
    hb::report::Report report = hb::report::make_report(program, &timeline);
    hb::report::add_energy(report, program, timeline, rates);
    for (std::uint32_t i = 0; i < program.count; ++i) {  // otherwise the total is more
      if (i + 1 < program.count) {
        REQUIRE(hb::arch::decode_common(program.command(i)).layer < program.layers.size());
      }
    }
    Counts actions;
    hb::energy::PartEnergy energy{};
    for (const hb::report::Row& row : report.layers) {
      actions += *row.actions;
      for (std::size_t i = 0; i < energy.size(); ++i) energy[i] += (*row.energy_pj)[i];
    }
    CHECK(actions == *report.total.actions);
    for (std::size_t i = 0; i < energy.size(); ++i) {
      CHECK(energy[i] == doctest::Approx((*report.total.energy_pj)[i]).epsilon(1e-12));
    }
    CHECK((*report.total.actions)[Action::kActivationLeak] == timeline.total);
  });
}
