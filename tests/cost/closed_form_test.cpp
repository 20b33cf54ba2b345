// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do single commands take the cycles of docs/timing.md section 9, and do the machine's limits bind
// at n and not at n - 1?
#include <doctest/doctest.h>

#include <algorithm>

#include "sw/cost/terms.hpp"
#include "sw/cost/timing.hpp"
#include "tests/cost/programs.hpp"

namespace hb::cost {
namespace {

using arch::CommandWords;
using arch::Timeline;

std::vector<arch::Machine> presets() { return arch::read_machines("config/machines.json"); }

Timeline run(std::vector<CommandWords> commands, const arch::Machine& machine,
             arch::MemoryTiming memory = {}) {
  commands.push_back(arch::encode_end());
  return play(commands, machine, memory);
}

Cycles length(const arch::CommandTimes& times) { return times.retire - times.start; }

/// The first command's dispatch decision: request in 0, its beats, then A, B, C, D.
Cycles first_dispatch(const arch::Machine& machine, arch::MemoryTiming memory) {
  const Cycles last_beat =
      1 + memory.latency + (128 / machine.bus_bytes - 1) * memory.cycles_per_beat;
  return last_beat + 1 + kCheck;
}

TEST_CASE("END alone takes its fetch, its checks and the closing cycle") {
  for (const arch::Machine& machine : presets()) {
    for (const arch::MemoryTiming memory : {arch::MemoryTiming{1, 1}, {100, 1}, {37, 4}}) {
      const Timeline timeline = run({}, machine, memory);
      CHECK(timeline.commands.empty());
      CHECK(timeline.total == first_dispatch(machine, memory) + 2);
      REQUIRE(timeline.causes.size() == 2);
      CHECK(timeline.causes[0] == arch::CauseSpan{0, arch::Cause::kFetch});
      CHECK(timeline.causes[1] == arch::CauseSpan{timeline.total - 1, arch::Cause::kFinish});
    }
  }
}

TEST_CASE("the first command starts two cycles after its dispatch, a CONV three") {
  for (const arch::Machine& machine : presets()) {
    const Cycles dispatch = first_dispatch(machine, {});
    CHECK(run({encode_load(test::transfer(1))}, machine).commands[0].start == dispatch + 2);
    CHECK(run({encode_store(test::transfer(1))}, machine).commands[0].start == dispatch + 2);
    CHECK(run({encode(test::conv(1, 1))}, machine).commands[0].start == dispatch + 3);
  }
}

TEST_CASE("a CONV takes its steps - 1 + Drain") {
  for (const arch::Machine& machine : presets()) {
    arch::Conv command = test::conv(1, 3);
    command.kernel_height = 3;
    command.tiles = 2;
    for (std::uint16_t pixels = 1; pixels < 4 * machine.rows; ++pixels) {
      command.output_width = pixels;
      const Cycles pixel_tiles =
          pixels % machine.rows == 0 ? pixels / machine.rows : pixels / machine.rows + 1;
      const Cycles steps = 2 * pixel_tiles * machine.rows * 3 * 3;
      CHECK(conv_steps(command, machine) == steps);
      const Timeline timeline = run({encode(command)}, machine);
      CHECK(length(timeline.commands[0]) == steps - 1 + machine.rows + machine.columns + 21);
      CHECK(timeline.counters[arch::kCounterCause] == steps);
    }
  }
}

TEST_CASE("a CONV's cycles do not depend on residual, contract, weights or partial sums") {
  for (const arch::Machine& machine : presets()) {
    const Cycles steps = machine.rows;
    const Cycles expected = steps - 1 + machine.rows + machine.columns + 21;
    const auto cycles = [&](void (*change)(arch::Conv&)) {
      arch::Conv command = test::conv(1, 1);
      change(command);
      return length(run({encode(command)}, machine).commands[0]);
    };
    CHECK(cycles([](arch::Conv&) {}) == expected);
    CHECK(cycles([](arch::Conv& c) { c.residual.emplace(); }) == expected);
    CHECK(cycles([](arch::Conv& c) { c.contract = arch::Contract::kTflite; }) == expected);
    CHECK(cycles([](arch::Conv& c) { c.narrow_weights = true; }) == expected);
    CHECK(cycles([](arch::Conv& c) { c.repeat = true; }) == expected);
    CHECK(cycles([](arch::Conv& c) { c.partial = true; }) == expected);
  }
}

TEST_CASE("a POOL takes its steps - 1 + PoolDrain, a group of R output rows at a time") {
  for (const arch::Machine& machine : presets()) {
    for (std::uint32_t height = 1; height <= 3 * machine.rows; ++height) {
      arch::Pool command = test::pool(static_cast<std::uint16_t>(height), 5);
      command.channel_words = 2;
      const Cycles groups =
          1 + (height > machine.rows ? 1 : 0) + (height > 2 * machine.rows ? 1 : 0);
      const Cycles steps = 2 * groups * 11 * (2 * (machine.rows - 1) + 3);
      CHECK(command.steps(machine) == steps);
      const Timeline timeline = run({encode(command)}, machine);
      CHECK(length(timeline.commands[0]) == steps - 1 + machine.rows + 3);
      CHECK(timeline.counters[arch::kCounterCause] == steps);
    }
  }
}

TEST_CASE("a LOAD that never waits takes L + beats + 1") {
  for (const arch::Machine& machine : presets()) {
    for (std::uint16_t rows = 1; rows < 500; rows = static_cast<std::uint16_t>(rows + 7)) {
      const Timeline timeline = run({encode_load(test::transfer(rows))}, machine);
      const Cycles beats = Cycles{rows} * machine.word_bytes() / machine.bus_bytes;
      CHECK(length(timeline.commands[0]) == 100 + beats + 1);
      CHECK(timeline.counters[arch::kCounterLoadBeats] == beats);
    }
  }
}

TEST_CASE("a STORE of bus-wide words takes L + beats + 4") {
  const arch::Machine machine = presets().back();
  REQUIRE(machine.word_bytes() == machine.bus_bytes);
  for (std::uint16_t rows = 1; rows < 1000; ++rows) {
    const Timeline timeline = run({encode_store(test::transfer(rows))}, machine);
    CHECK(length(timeline.commands[0]) == Cycles{100} + rows + 4);
    CHECK(timeline.counters[arch::kCounterStoreBeats] == rows);
  }
}

TEST_CASE("sixteen bursts of one beat are outstanding, the seventeenth waits for the first") {
  const arch::Machine machine = presets().back();
  arch::Transfer command = test::transfer(1);
  command.memory_stride = machine.bus_bytes;
  const auto cycles = [&](std::uint16_t bursts) {
    command.segments = bursts;
    return length(run({encode_load(command)}, machine).commands[0]);
  };
  CHECK(cycles(16) == 100 + 16 + 1);
  CHECK(cycles(17) == 100 + 1 + 1 + 100 + 1 + 1);
}

TEST_CASE("a token is there the cycle after the retirement that gives it is visible") {
  const arch::Machine machine = presets().front();
  const Timeline timeline = run({encode_load(test::transfer(400, {0, 0x11, false, 0})),
                                 encode(test::conv(1, 1, {0x01, 0, false, 0})),
                                 encode_store(test::transfer(1, {0x01, 0, false, 0}))},
                                machine);
  const Cycles retire = timeline.commands[0].retire;
  CHECK(timeline.commands[1].start == retire + 2);
  CHECK(timeline.commands[2].start == retire + 2);
}

/// Two CONVs of which the first is long, so that the second waits in the next slot.
Timeline pair(const arch::Machine& machine, arch::Precision second, bool fence) {
  arch::Conv follower = test::conv(1, 1, {0, 0, fence, 0});
  follower.precision = second;
  return run({encode(test::conv(64, 8)), encode(follower)}, machine);
}

TEST_CASE(
    "a CONV's steps follow the last ones at once, after ModeChange, or with fence after the "
    "drain") {
  for (const arch::Machine& machine : presets()) {
    const Cycles last_step =
        pair(machine, arch::Precision::kInt8, false).commands[0].retire - drain(machine);
    const auto start = [&](arch::Precision precision, bool fence) {
      return pair(machine, precision, fence).commands[1].start;
    };
    CHECK(start(arch::Precision::kInt8, false) == last_step + 1);
    CHECK(start(arch::Precision::kInt4, false) ==
          last_step + machine.rows + machine.columns - 2 + 1);
    CHECK(start(arch::Precision::kInt8, true) == last_step + drain(machine) + 2);
    CHECK(pair(machine, arch::Precision::kInt4, false).counters[1 + 4] == mode_change(machine) - 1);
    CHECK(pair(machine, arch::Precision::kInt8, true).counters[1 + 3] == drain(machine));
  }
}

/// CONV, POOL, CONV, all waiting for one another.
Timeline around_pool(const arch::Machine& machine, arch::Precision second) {
  arch::Conv follower = test::conv(1, 1);
  follower.precision = second;
  return run({encode(test::conv(64, 8)), encode(test::pool(64, 8)), encode(follower)}, machine);
}

TEST_CASE("a POOL starts when all before it have retired, and so does the command after it") {
  for (const arch::Machine& machine : presets()) {
    for (const auto second : {arch::Precision::kInt8, arch::Precision::kInt4}) {
      const Timeline timeline = around_pool(machine, second);
      const auto& times = timeline.commands;
      CHECK(times[1].start == times[0].retire + 2);
      CHECK(times[2].start == times[1].retire + 2);
      const std::uint64_t* causes = &timeline.counters[arch::kCounterCause];
      CHECK(causes[static_cast<int>(arch::Cause::kWaitPost)] ==
            Cycles{machine.rows} + machine.columns + 21 + machine.rows + 3);
      // Far longer ago than ModeChange: a change of mode costs nothing across a POOL.
      CHECK(causes[static_cast<int>(arch::Cause::kModeChange)] == 0);
    }
  }
}

TEST_CASE(
    "after a POOL a CONV waits for whichever comes last, its token or the POOL's retirement") {
  const arch::Machine machine = presets().back();
  REQUIRE(machine.word_bytes() == machine.bus_bytes);  // a beat more per row
  bool pool_last = false;
  bool together = false;
  bool token_last = false;
  for (std::uint16_t rows = 1; rows < 600; ++rows) {
    const Timeline timeline =
        run({encode_load(test::transfer(rows, {0, 0x01, false, 0})), encode(test::pool(8, 8)),
             encode(test::conv(1, 1, {0x01, 0, false, 0}))},
            machine, {1, 1});
    const Cycles token = timeline.commands[0].retire + 1;
    const Cycles drained = timeline.commands[1].retire + 1;
    REQUIRE(timeline.commands[2].start == std::max(token, drained) + 1);
    // The token is looked at first; WAIT_POST has what is left.
    const Cycles last_step = timeline.commands[1].retire - pool_drain(machine);
    const Cycles for_token = token > last_step ? token - last_step - 1 : 0;
    REQUIRE(timeline.counters[arch::kCounterCause + 1] == for_token);
    REQUIRE(timeline.counters[arch::kCounterCause + 3] ==
            drained - last_step - 1 - std::min(for_token, drained - last_step - 1));
    pool_last |= token + 1 == drained;
    together |= token == drained;
    token_last |= token == drained + 1;
  }
  CHECK(pool_last);
  CHECK(together);
  CHECK(token_last);
}

TEST_CASE("only the command right after a POOL is alone") {
  const arch::Machine machine = presets().front();
  const auto times = run({encode(test::pool(64, 8)), encode(test::conv(64, 8)),
                          encode(test::conv(64, 8)), encode(test::pool(64, 8))},
                         machine)
                         .commands;
  CHECK(times[1].start == times[0].retire + 2);
  CHECK(times[2].start == times[1].retire - drain(machine) + 1);
  CHECK(times[3].start == times[2].retire + 2);
}

TEST_CASE("a POOL has no mode: a change counts from the last CONV to the next") {
  const arch::Machine machine = presets().front();
  arch::Pool pool = test::pool(64, 8);
  pool.precision = arch::Precision::kInt4;
  const Timeline timeline = run(
      {encode(test::conv(64, 8)), encode(pool), encode(test::conv(1, 1)), encode(test::conv(1, 1))},
      machine);
  CHECK(timeline.counters[arch::kCounterCause + 4] == 0);
  CHECK(timeline.commands[3].start == timeline.commands[2].start + machine.rows);
}

TEST_CASE("four CONVs are in flight, the fifth waits for the first to retire") {
  arch::Machine machine = presets().front();
  std::vector<CommandWords> commands = {encode_load(test::transfer(2000, {0, 0x01, false, 0})),
                                        encode(test::conv(1, 1, {0x01, 0, false, 0}))};
  commands.insert(commands.end(), 5, encode(test::conv(1, 1)));
  const Timeline timeline = run(commands, machine);
  const auto& times = timeline.commands;
  // All wait in slot and queue while the load runs; a CONV of R steps starts every R cycles until
  // the slots are used up.
  for (std::size_t i = 2; i <= 4; ++i) {
    CHECK(times[i].start == times[i - 1].start + machine.rows);
  }
  CHECK(times[5].start == times[1].retire + 2);
  CHECK(timeline.counters[1 + 3] > 0);
}

TEST_CASE("dispatch takes four cycles per command once commands wait in the FIFO") {
  const arch::Machine machine = presets().back();
  const std::vector<CommandWords> commands(6, encode_store(test::transfer(1)));
  const Timeline timeline = run(commands, machine, {1, 1});
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(timeline.commands[i].start == timeline.commands[i - 1].start + kCheck + 1);
  }
}

TEST_CASE("a full load queue holds back every later command") {
  const arch::Machine machine = presets().back();
  std::vector<CommandWords> commands = {encode(test::conv(4096, 9, {0, 0x01, false, 0})),
                                        encode_load(test::transfer(1, {0x01, 0, false, 0}))};
  const auto store_start = [&](std::size_t loads_behind) {
    std::vector<CommandWords> all = commands;
    all.insert(all.end(), loads_behind, encode_load(test::transfer(1)));
    all.push_back(encode_store(test::transfer(1)));
    return run(all, machine).commands.back().start;
  };
  const auto load_start = [&](std::size_t loads_behind) {
    std::vector<CommandWords> all = commands;
    all.insert(all.end(), loads_behind, encode_load(test::transfer(1)));
    return run(all, machine).commands[1].start;
  };
  // Eight LOADs fill the queue and the STORE passes; with nine it is dispatched after the first
  // LOAD has left.
  CHECK(store_start(7) < load_start(7));
  CHECK(store_start(8) > load_start(8));
}

}  // namespace
}  // namespace hb::cost
