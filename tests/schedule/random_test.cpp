// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the random program generator fit to test with: legal, defined, repeatable, and does it reach
// everything?
#include <doctest/doctest.h>

#include "model/golden/execute.hpp"
#include "tests/support/illegal_command.hpp"
#include "tests/support/random_program.hpp"

using namespace hb;  // NOLINT: a test

namespace {

std::uint64_t steps(const arch::Program& program) {
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (static_cast<arch::Opcode>(arch::opcode_bits(words)) != arch::Opcode::kConv) continue;
    const arch::Conv conv = arch::decode_conv(words);
    sum += conv.tiles * conv.tile_steps(program.machine) *
           ((conv.pixels() + program.machine.rows - 1) / program.machine.rows);
  }
  return sum;
}

}  // namespace

TEST_CASE(
    "random programs run without an error, read nothing undefined, and together reach every bin") {
  test::Coverage coverage;
  constexpr std::uint64_t kSeeds = 150;
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    std::uint64_t sum = 0;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      const arch::Program program = test::random_program(seed, machine, coverage);
      std::vector<golden::Undefined> undefined;
      const golden::Result result = golden::execute(program, &undefined);
      REQUIRE(result.error == arch::ErrorCode::kNone);
      REQUIRE(undefined.empty());
      REQUIRE(result.memory.size() <= program.memory_limit + std::size_t{1});
      sum += steps(program);
    }
    MESSAGE(machine.name, ": ", sum / kSeeds, " steps per program");
    CHECK(sum / kSeeds < 60000);
  }
  for (const std::string& name : coverage.empty_bins()) FAIL_CHECK("never hit: " << name);
}

TEST_CASE("a seed gives the same program again") {
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      test::Coverage coverage;
      const arch::Program a = test::random_program(seed, machine, coverage);
      const arch::Program b = test::random_program(seed, machine, coverage);
      CHECK(a.memory == b.memory);
      CHECK(a.address == b.address);
    }
  }
}

TEST_CASE("a program made illegal ends with the error and at the index that were asked for") {
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    for (std::uint32_t code = 1; code <= 9; ++code) {
      for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        CAPTURE(machine.name);
        CAPTURE(code);
        CAPTURE(seed);
        test::Random random(seed);
        arch::Program program = test::random_commands(random, machine);
        const test::ExpectedError expected =
            test::make_illegal(random, static_cast<arch::ErrorCode>(code), program);
        const golden::Result result = golden::execute(program);
        REQUIRE(static_cast<std::uint32_t>(result.error) == code);
        REQUIRE(result.error == expected.code);
        REQUIRE(result.error_index == expected.index);
      }
    }
  }
}
