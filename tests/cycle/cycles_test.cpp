// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every cycle the one that docs/timing.md says, by its closed forms and by sw/cost?
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sw/cost/timing.hpp"
#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

constexpr std::uint64_t kR = Shape::kRows;
constexpr std::uint64_t kC = Shape::kColumns;
constexpr std::uint64_t kDrain = kR + kC + 21;
constexpr std::uint64_t kCommandBeats = arch::kCommandBytes / Shape::kBusBytes;
constexpr std::uint64_t kWordBeats = Shape::kWordBytes / Shape::kBusBytes;
constexpr std::uint32_t kBank = Shape::kBankWords;

/// Cycle in which the first command is dispatched: AR decided in 0, beats, Check.
std::uint64_t first_dispatch(const arch::MemoryTiming& timing) {
  const std::uint64_t last = 1 + timing.latency + (kCommandBeats - 1) * timing.cycles_per_beat;
  return last + 1 + 3;
}

arch::Conv small_conv() {
  arch::Conv conv;
  conv.kernel_height = conv.kernel_width = 2;
  conv.input_height = conv.input_width = 4;
  conv.output_height = conv.output_width = 3;
  conv.tiles = 2;
  conv.output.address = kBank;
  conv.output.plane = 9;
  conv.output.low = -5;
  conv.output.high = 5;
  return conv;
}

const Trace& run_one(const arch::CommandWords& words, const arch::MemoryTiming& timing) {
  Builder builder(1);
  builder.add(words);
  bench().timing = timing;
  bench().reset();
  bench().run(builder.build());
  return bench().trace;
}

TEST_CASE("a program of END alone finishes two cycles after its dispatch decision") {
  Builder builder(1);
  bench().timing = {7, 1};
  bench().reset();
  bench().run(builder.build());
  // `ended` is visible one cycle after the decision; finish is decided there.
  CHECK(bench().trace.total == first_dispatch({7, 1}) + 2);
  CHECK(bench().trace.fetches == std::vector<std::uint64_t>{1});
}

TEST_CASE("a load alone takes latency, beats and one cycle from start to retirement") {
  const arch::MemoryTiming timing{9, 1};
  const arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 0, 40);
  const Trace& trace = run_one(arch::encode_load(load), timing);
  const arch::CommandTimes& times = trace.of(0);
  CHECK(times.start == first_dispatch(timing) + 2);
  CHECK(times.retire - times.start == 9 + 40 * kWordBeats + 1);
  CHECK(trace.load_writes.size() == 40 * kWordBeats);
}

TEST_CASE("a store alone takes latency, beats and four cycles from start to retirement") {
  const arch::MemoryTiming timing{9, 1};
  const arch::Transfer store = transfer(arch::Buffer::kActivation, 0, 0, 40);
  const Trace& trace = run_one(arch::encode_store(store), timing);
  const arch::CommandTimes& times = trace.of(0);
  CHECK(times.start == first_dispatch(timing) + 2);
  CHECK(times.retire - times.start == 9 + 40 * kWordBeats + 4);
  CHECK(trace.store_reads.front() == times.start + 1);
}

/// small_conv() with all that it can write and read.
arch::Conv whole_conv() {
  arch::Conv conv = small_conv();
  conv.copy = conv.output;
  conv.copy->address = 2 * kBank;
  conv.copy_source = arch::CopySource::kCode;
  conv.residual.emplace();
  conv.residual->address = 3 * kBank + 7;
  conv.residual->plane = 11;
  conv.residual->sum_scale = conv.residual->residual_scale = 0x3F800000;
  return conv;
}

/// Cycles V(r) of the rows that have a pixel, from the first step on.
std::vector<std::uint64_t> rows_of(const arch::Conv& conv, std::uint64_t first_step) {
  const std::uint64_t tile = conv.tile_steps(machine());
  const std::uint64_t pixel_tiles = (conv.pixels() + kR - 1) / kR;
  std::vector<std::uint64_t> rows;
  for (std::uint64_t t = 0; t < pixel_tiles * conv.tiles; ++t) {
    const std::uint64_t last_step = first_step + (t + 1) * tile - 1;
    for (std::uint64_t r = 0; r < kR; ++r) {
      if (t % pixel_tiles * kR + r < conv.pixels()) rows.push_back(last_step + 4 + kC + r);
    }
  }
  return rows;
}

std::vector<std::uint64_t> later(std::vector<std::uint64_t> cycles, std::uint64_t by) {
  for (std::uint64_t& cycle : cycles) cycle += by;
  return cycles;
}

TEST_CASE("a CONV's reads, writes and retirement follow from its first step") {
  const arch::Conv conv = whole_conv();
  const Trace& trace = run_one(arch::encode(conv), {9, 1});
  const arch::CommandTimes& times = trace.of(0);
  const std::uint64_t tiles = (9 + kR - 1) / kR * conv.tiles;
  // Dispatch, queue, slot, decision: each one cycle.
  CHECK(times.start == first_dispatch({9, 1}) + 3);
  CHECK(times.retire - times.start == tiles * conv.tile_steps(machine()) - 1 + kDrain);
  CHECK(trace.feed_reads.front() == times.start + 1);
  CHECK(trace.feed_reads.size() == 2 * 9 * 4);
  const std::vector<std::uint64_t> rows = rows_of(conv, times.start);
  CHECK(trace.residual_reads == later(rows, 3));
  CHECK(trace.outputs == later(rows, 13));
  CHECK(trace.copies == later(rows, 18));
}

TEST_CASE("a residual's words follow its own address, plane, part and precision") {
  arch::Conv conv = whole_conv();
  conv.residual->precision = arch::Precision::kInt4;
  const std::uint32_t parts = arch::parts_per_word(machine(), arch::Precision::kInt4);
  conv.residual->part = static_cast<std::uint8_t>(parts - 1);  // tile 1 begins the next word
  const Trace& trace = run_one(arch::encode(conv), {9, 1});
  std::vector<std::uint32_t> addresses;
  for (std::uint32_t tile = 0; tile < 2; ++tile) {
    for (std::uint32_t q = 0; q < 9; ++q) addresses.push_back(3 * kBank + 7 + tile * 11 + q);
  }
  CHECK(trace.residual_addresses == addresses);
}

TEST_CASE("a CONV with partial writes nothing and takes the cycles of any other") {
  arch::Conv conv = small_conv();
  conv.output = {};
  conv.tiles = 1;
  conv.output_height = conv.output_width = 2;
  conv.partial = true;
  const Trace& trace = run_one(arch::encode(conv), {9, 1});
  const arch::CommandTimes& times = trace.of(0);
  CHECK(times.retire - times.start == conv.tile_steps(machine()) - 1 + kDrain);
  CHECK(trace.feed_reads.size() == 4 * 4);
  CHECK(trace.outputs.empty());
  CHECK(trace.copies.empty());
  CHECK(trace.residual_reads.empty());
}

TEST_CASE("the other mode starts Skew after the last step, the same mode at once") {
  for (const bool change : {false, true}) {
    CAPTURE(change);
    Builder builder(1);
    arch::Conv conv = small_conv();
    conv.output_height = conv.output_width = 30;  // long enough to hide the second fetch
    conv.input_height = conv.input_width = 31;
    conv.output.plane = 900;
    builder.add(arch::encode(conv));
    if (change) conv.precision = arch::Precision::kInt4;
    builder.add(arch::encode(conv));
    bench().timing = {2, 1};
    bench().reset();
    bench().run(builder.build());
    const Trace& trace = bench().trace;
    const std::uint64_t last_step = trace.of(0).retire - kDrain;
    CHECK(trace.of(1).start == last_step + 1 + (change ? kR + kC - 2 : 0));
    const auto changing =
        std::count(trace.causes.begin(), trace.causes.end(), arch::Cause::kModeChange);
    CHECK(static_cast<std::uint64_t>(changing) == (change ? kR + kC - 3 : 0));
  }
}

/// First difference between the bench's trace and `expected`; empty if there is none.
std::string difference(const arch::Timeline& expected, const Trace& trace) {
  if (expected.commands.size() != trace.commands.size()) return "number of commands";
  for (const arch::CommandTimes& want : expected.commands) {
    const arch::CommandTimes& got = trace.of(want.index);
    if (want == got) continue;
    return fmt::format("command {} ({}): {}..{}, expected {}..{}", want.index, name(want.engine),
                       got.start, got.retire, want.start, want.retire);
  }
  if (expected.total != trace.total) return fmt::format("total {}", trace.total);
  for (std::size_t span = 0; span < expected.causes.size(); ++span) {
    const std::uint64_t end =
        span + 1 < expected.causes.size() ? expected.causes[span + 1].first : expected.total;
    for (std::uint64_t t = expected.causes[span].first; t < end; ++t) {
      if (trace.causes.at(t) != expected.causes[span].cause) {
        return fmt::format("cycle {}: {}, expected {}", t, name(trace.causes[t]),
                           name(expected.causes[span].cause));
      }
    }
  }
  return "";
}

TEST_CASE("random traffic takes the cycles that the formulas say") {
  Bench& b = bench();
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    b.timing = {random.in(1, 60), random.in(1, 4)};
    CAPTURE(b.timing.latency);
    CAPTURE(b.timing.cycles_per_beat);
    const arch::Program program = traffic(seed);
    std::vector<arch::CommandWords> commands;
    for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
    const arch::Timeline expected = cost::play(commands, program.machine, b.timing);
    b.reset();
    b.run(program);
    REQUIRE(b.read(0x0C) == 2);
    REQUIRE(difference(expected, b.trace) == "");
    for (std::uint32_t i = 0; i < arch::kCounters; ++i) {
      CAPTURE(i);
      REQUIRE(b.read(0x100 + 8 * i) == expected.counters[i]);
    }
  }
}

}  // namespace
}  // namespace hb::cycle::test
