// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Buffer accesses of the counts against those that are seen at the RTL's buffers, cycle by cycle.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <bitset>

#include "Vtiny_top.h"
#include "model/arch/shapes.hpp"
#include "sim/rtl_chip.hpp"
#include "sim/session.hpp"
#include "sim/wave.hpp"
#include "sw/energy/count.hpp"
#include "tests/sim/machines.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace {

using hb::energy::Action;
using hb::energy::Counts;
using Shape = hb::arch::shapes::tiny;
using Chip = hb::sim::RtlChip<Shape, Vtiny_top, hb::sim::NoWave>;

template <class Write>
std::uint64_t bytes_of(const Write& write) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t mask : write.mask) bytes += std::bitset<32>(mask).count();
  return write.valid != 0 ? bytes : 0;
}

/// What the RTL does to its buffers in a cycle.
void watch(const hb::arch::Outputs<Shape>& outputs, Counts& seen) {
  seen[Action::kActivationRead] +=
      outputs.feed_read.valid + outputs.store_read.valid + outputs.residual_read.valid;
  seen[Action::kActivationWrite] += bytes_of(outputs.output_write) + bytes_of(outputs.copy_write);
  if (outputs.load_write.valid == 0) return;
  const Action write = outputs.load_write.buffer == 0   ? Action::kActivationWrite
                       : outputs.load_write.buffer == 1 ? Action::kWeightWrite
                                                        : Action::kParameterWrite;
  seen[write] += Shape::kBusBytes;
}

}  // namespace

TEST_CASE("reads and writes of the buffers are as many as the RTL makes, stalls or not") {
  const hb::arch::Machine machine = hb::test::machine_of<Shape>();
  const std::uint64_t seed = hb::test::run_seed();
  CAPTURE(seed);
  hb::test::Coverage coverage;
  for (std::uint64_t i = 0; i < 40; ++i) {
    CAPTURE(i);
    const hb::arch::Program program = hb::test::random_program(seed + i, machine, coverage);
    hb::sim::RunOptions options;
    options.memory.stall_seed = i % 2;
    hb::sim::Session<Shape> session(program, options);
    Chip chip(i, std::nullopt);
    Counts seen;
    for (bool first = true; !session.done(); first = false) {
      if (!first) watch(chip.outputs(), seen);  // the first cycle shows garbage
      session.step(chip.outputs());
      chip.step(session.inputs());
    }
    const hb::sim::RunResult run = session.finish();
    REQUIRE(run.good());
    const Counts counts = hb::energy::count_actions(program, run.timeline).total;
    for (const Action action : {Action::kActivationRead, Action::kActivationWrite,
                                Action::kWeightWrite, Action::kParameterWrite}) {
      CAPTURE(hb::energy::full_name(action));
      CHECK(counts[action] == seen[action]);
    }
  }
}
