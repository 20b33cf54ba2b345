// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the recurrences of sw/cost the machine of docs/timing.md, cycle by cycle, and do they refuse
// what they cannot play?
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <string>

#include "model/arch/error.hpp"
#include "sw/cost/timing.hpp"
#include "tests/cost/programs.hpp"
#include "tests/cost/stepper.hpp"

namespace hb::cost {
namespace {

using arch::CommandWords;
using arch::Timeline;
using test::Case;

constexpr arch::Cycles kGiveUp = 2'000'000;

Timeline play_case(const Case& of) { return play(of.commands, of.machine, of.memory); }

/// Where two timelines differ first; empty if nowhere.
std::string difference(const Timeline& played, const Timeline& stepped) {
  for (std::size_t i = 0; i < played.commands.size() && i < stepped.commands.size(); ++i) {
    const arch::CommandTimes& a = played.commands[i];
    const arch::CommandTimes& b = stepped.commands[i];
    if (!(a == b)) {
      return fmt::format("command {} {} of {}: played {}..{}, stepped {}..{}", a.index, b.index,
                         name(a.engine), a.start, a.retire, b.start, b.retire);
    }
  }
  for (std::size_t i = 0; i < played.causes.size() && i < stepped.causes.size(); ++i) {
    const arch::CauseSpan& a = played.causes[i];
    const arch::CauseSpan& b = stepped.causes[i];
    if (!(a == b)) {
      return fmt::format("span {}: played {} {}, stepped {} {}", i, a.first, name(a.cause), b.first,
                         name(b.cause));
    }
  }
  for (std::size_t i = 0; i < arch::kCounters; ++i) {
    if (played.counters[i] != stepped.counters[i]) {
      return fmt::format("counter {}: played {}, stepped {}", i, played.counters[i],
                         stepped.counters[i]);
    }
  }
  const bool same = played.commands.size() == stepped.commands.size() &&
                    played.causes.size() == stepped.causes.size() && played.total == stepped.total;
  return same ? "" : "numbers of commands or spans, or totals";
}

void check_sums(const Timeline& timeline) {
  std::uint64_t sum = 0;
  for (std::uint32_t cause = 0; cause < arch::kCauses; ++cause) {
    sum += timeline.counters[arch::kCounterCause + cause];
  }
  CHECK(sum == timeline.total);
  CHECK(timeline.counters[arch::kCounterTotal] == timeline.total);
}

TEST_CASE("random programs take the same cycles as the stepped machine") {
  const char* more = std::getenv("SEEDS");
  const std::uint32_t seeds = more != nullptr ? static_cast<std::uint32_t>(std::stoul(more)) : 2000;
  std::array<std::uint64_t, arch::kCauses> causes{};
  std::array<std::uint64_t, 6> opcodes{};
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    const Case sample = test::random_case(seed);
    const Timeline played = play_case(sample);
    test::Stepper stepper(sample.commands, sample.machine, sample.memory);
    const Timeline stepped = stepper.run(kGiveUp);
    INFO("seed ", seed, ", ", sample.machine.name, ", R ", sample.machine.rows, " C ",
         sample.machine.columns, " B ", sample.machine.bus_bytes, ", L ", sample.memory.latency,
         " k ", sample.memory.cycles_per_beat, ", ", sample.commands.size(), " commands");
    REQUIRE(difference(played, stepped) == "");
    check_sums(played);
    for (std::uint32_t cause = 0; cause < arch::kCauses; ++cause) {
      causes[cause] += played.counters[arch::kCounterCause + cause];
    }
    for (const CommandWords& words : sample.commands) ++opcodes[arch::opcode_bits(words)];
  }
  for (std::uint32_t cause = 0; cause < arch::kCauses; ++cause) {
    const bool stop = static_cast<arch::Cause>(cause) == arch::Cause::kStop;
    CAPTURE(name(static_cast<arch::Cause>(cause)));
    CHECK((causes[cause] > 0) != stop);
  }
  for (std::size_t i = 1; i < opcodes.size(); ++i) CHECK(opcodes[i] >= seeds);
}

TEST_CASE("a program of a whole network's size takes the same cycles as the stepped machine") {
  const Case sample = test::resnet50_sized();
  test::Stepper stepper(sample.commands, sample.machine, sample.memory);
  CHECK(difference(play_case(sample), stepper.run(100'000'000)) == "");
}

TEST_CASE("a whole network is played in milliseconds" * doctest::skip()) {
  const Case sample = test::resnet50_sized();
  constexpr int kRuns = 20;
  const auto begin = std::chrono::steady_clock::now();
  arch::Cycles total = 0;
  for (int i = 0; i < kRuns; ++i) {
    total += play_case(sample).total;
  }
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
  MESSAGE(sample.commands.size(), " commands, ", total / kRuns, " cycles: ", time.count() / kRuns,
          " ms");
}

std::string refusal(const std::vector<CommandWords>& commands) {
  const arch::Machine machine = arch::read_machines("config/machines.json").front();
  try {
    (void)play(commands, machine, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "played";
}

TEST_CASE("a command that waits for a token nobody gave is named") {
  const CommandWords end = arch::encode_end();
  CHECK(refusal(
            {encode_load(test::transfer(1)), encode(test::conv(1, 1, {0x01, 0, false, 0})), end}) ==
        "command 1: compute waits for token 0 of load for ever (expected an earlier command that "
        "signals it)");
  CHECK(refusal({encode_store(test::transfer(1, {0x20, 0, false, 0})), end}) ==
        "command 0: store waits for token 1 of compute for ever (expected an earlier command that "
        "signals it)");
  std::vector<CommandWords> many(70000, encode_load(test::transfer(1)));
  many.push_back(encode_store(test::transfer(1, {0x20, 0, false, 0})));
  many.push_back(end);
  CHECK(refusal(many).rfind("command 70000: store waits for token 1 of compute for ever", 0) == 0);
  // Given later in program order: the sequential rule is broken, though an earlier fetch could save
  // it.
  CHECK(refusal({encode(test::conv(1, 1, {0x01, 0, false, 0})),
                 encode_load(test::transfer(1, {0, 0x01, false, 0})), end}) != "played");
}

TEST_CASE("a program without END as its last and only last command is refused") {
  const CommandWords end = arch::encode_end();
  const CommandWords load = encode_load(test::transfer(1));
  CHECK(refusal({}) == "program: no command (expected END at least)");
  CHECK(refusal({load}) == "command 0: opcode 2 (expected END)");
  CHECK(refusal({end, load, end}) == "command 0: opcode 1 (expected LOAD, STORE, CONV or POOL)");
  CHECK(refusal({CommandWords{6}, end}) ==
        "command 0: opcode 6 (expected LOAD, STORE, CONV or POOL)");
  CHECK(refusal({end}) == "played");
}

TEST_CASE("the 256th waiting token is an overflow, the 255th is not") {
  std::vector<CommandWords> commands(255, encode_load(test::transfer(1, {0, 0x01, false, 0})));
  commands.push_back(arch::encode_end());
  CHECK(refusal(commands) == "played");
  commands.insert(commands.begin(), commands.front());
  CHECK(refusal(commands) ==
        "command 255: a token counter overflows (expected at most 255 tokens waiting)");
}

}  // namespace
}  // namespace hb::cost
