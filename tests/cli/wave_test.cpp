// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do waves show what the RTL does, in the cycles that were asked for and no other?
#include <doctest/doctest.h>

#include <array>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "model/arch/program.hpp"
#include "tests/cli/process.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;

/// On tiny one tile of 4 steps, so every PE adds up four products of four channels.
const std::string kLayer = "builtin:conv:16x4x1:4x1x1";
constexpr std::uint32_t kSteps = 4;
constexpr std::uint64_t kPeriod = 10;  // ns

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Change {
  std::uint64_t time;
  std::int32_t value;
};

/// Values of one signal, the first one included, and all times of a VCD file.
struct Wave {
  std::vector<Change> changes;
  std::vector<std::uint64_t> times;
};

/// Signal `name` of the text of a VCD file.
Wave read_wave(const std::string& vcd, const std::string& name) {
  std::istringstream lines(vcd);
  std::string line;
  std::string id;
  Wave wave;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::array<std::string, 5> word;
    for (std::string& part : word) {
      words >> part;
    }
    if (word[0] == "$var" && word[4] == name && id.empty()) {
      id = word[3];
    } else if (line[0] == '#') {
      wave.times.push_back(std::stoull(line.substr(1)));
    } else if (line[0] == 'b' && word[1] == id) {
      const auto value = static_cast<std::uint32_t>(std::stoull(word[0].substr(1), nullptr, 2));
      wave.changes.push_back({wave.times.back(), static_cast<std::int32_t>(value)});
    } else if ((line[0] == '0' || line[0] == '1') && line.substr(1) == id) {
      wave.changes.push_back({wave.times.back(), line[0] - '0'});
    }
  }
  CHECK_MESSAGE(!id.empty(), name);
  return wave;
}

/// The wave file as VCD text; empty where there is no fst2vcd (Debian: gtkwave).
std::string to_vcd(const Sandbox& sandbox, const std::string& name) {
  const std::string from = sandbox.path(name).string();
  const std::string to = sandbox.path("wave.vcd").string();
  const std::string line = "fst2vcd -f '" + from + "' -o '" + to + "' >/dev/null 2>&1";
  if (std::system(line.c_str()) != 0) {
    MESSAGE("not compared: no fst2vcd here (Debian: gtkwave)");
    return "";
  }
  return sandbox.read("wave.vcd");
}

/// Address of the first LOAD to the weight buffer.
std::uint32_t weights_of(const hb::arch::Program& program) {
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const hb::arch::Transfer load = hb::arch::decode_transfer(program.command(i));
    if (load.buffer == hb::arch::Buffer::kWeight) {
      return load.memory_address;
    }
  }
  FAIL("no weights");
  return 0;
}

/// Sum of PE(0,0) after each step: pixel 0 and output channel 0, four channels a step
/// (docs/commands.md: lane l of a word; column 0 of a weight row).
std::array<std::int32_t, kSteps> sums(const hb::arch::Program& program) {
  const auto code = [&](std::uint32_t address) {
    return static_cast<std::int8_t>(program.memory.at(address));
  };
  const std::uint32_t weights = weights_of(program);
  const std::uint32_t word = program.inputs.at(0).address;
  std::array<std::int32_t, kSteps> result{};
  std::int32_t sum = 0;
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    for (std::uint32_t byte = 0; byte < 4; ++byte) {
      sum +=
          code(word + 4 * step + byte) * code(weights + step * program.machine.row_bytes() + byte);
    }
    result[step] = sum;
  }
  return result;
}

void check_refused(const std::vector<std::string>& arguments, const std::string& part) {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.err, part));
}

}  // namespace

TEST_CASE("waves that cannot be are refused before anything is built") {
  check_refused({"run", kLayer, "--wave-cycles", "1:2"}, "requires --wave");
  for (const std::string cycles : {"", "5", "5:4", ":4", "a:b", "-1:4", "1:2:3"}) {
    check_refused({"run", kLayer, "--wave", "w.fst", "--wave-cycles", cycles},
                  "\"" + cycles + "\" (expected cycles A:B");
  }
  check_refused({"run", kLayer, "--wave", "absent/w.fst"}, "absent/w.fst: cannot be written");
  check_refused({"run", kLayer, "--wave", "."}, "cannot be written");
  check_refused({"run", kLayer, "--wave", "/dev/null"}, "/dev/null: cannot be written");
  check_refused({"run", kLayer, "--wave", "w.fst", "--on", "golden"}, "waves are of the RTL");
  check_refused({"run", kLayer, "--wave", "w.fst", "--on", "systemc"}, "waves are of the RTL");
  check_refused({"verify", kLayer, "--wave", "w.fst", "--no-wave"}, "--no-wave");
  check_refused({"estimate", kLayer, "--wave", "w.fst"}, "--wave");
}

TEST_CASE("a PE's accumulator in the waves adds up the layer's products, one step a cycle") {
  const Sandbox sandbox;
  REQUIRE(sandbox.halfbyte({"compile", kLayer, "--preset", "tiny", "-o", "p.hbp"}).exit_code == 0);
  const auto sum = sums(hb::arch::read_program(sandbox.path("p.hbp")));
  const Outcome whole = sandbox.halfbyte({"verify", "p.hbp", "--wave", "whole.fst"});
  CAPTURE(whole.err);
  REQUIRE(whole.exit_code == 0);
  CHECK(contains(whole.out, "RTL, cycles 0 to "));
  const std::string vcd = to_vcd(sandbox, "whole.fst");
  if (vcd.empty()) {
    return;
  }
  // PE(0,0) has the last indices (hb_array). The tile ends with step 3, whose sum leaves at once.
  const Wave accumulator = read_wave(vcd, "accumulator_q[3][3]");
  const std::vector<Change>& seen = accumulator.changes;
  REQUIRE(seen.size() == 1 + kSteps);
  CHECK(accumulator.times.front() == 0);
  const std::uint64_t start = seen[1].time;
  CHECK(start % kPeriod == 0);
  for (std::uint32_t step = 0; step < kSteps; ++step) {
    CHECK(seen[1 + step].time == start + kPeriod * step);
    CHECK(seen[1 + step].value == (step + 1 < kSteps ? sum[step] : 0));
  }
  const std::vector<Change> sums_out = read_wave(vcd, "sum_q[3]").changes;
  REQUIRE(sums_out.size() >= 2);
  CHECK(sums_out[1].time == start + kPeriod * (kSteps - 1));
  CHECK(sums_out[1].value == sum[kSteps - 1]);

  // Two cycles of these alone.
  const std::uint64_t cycle = start / kPeriod;
  const std::string range = std::to_string(cycle) + ":" + std::to_string(cycle + 1);
  REQUIRE(sandbox.halfbyte({"run", "p.hbp", "--wave", "two.fst", "--wave-cycles", range, "--quiet"})
              .exit_code == 0);
  const std::string short_vcd = to_vcd(sandbox, "two.fst");
  const Wave two = read_wave(short_vcd, "accumulator_q[3][3]");
  REQUIRE(two.changes.size() == 2);
  CHECK(two.changes[0].value == sum[0]);
  CHECK(two.changes[1].value == sum[1]);
  const Wave clock = read_wave(short_vcd, "clk_i");
  REQUIRE(clock.changes.size() == 4);
  for (std::uint32_t half = 0; half < 4; ++half) {
    CHECK(clock.changes[half].time == start + kPeriod / 2 * half);
    CHECK(clock.changes[half].value == (half % 2 == 0 ? 1 : 0));
  }
  CHECK(clock.times.front() == start);
  CHECK(clock.times.back() == start + kPeriod / 2 * 3);
}

TEST_CASE("waves that begin after the run's end are refused, and no file is left") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte(
      {"run", kLayer, "--preset", "tiny", "--wave", "late.fst", "--wave-cycles", "100000:"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.err, "waves from cycle 100000: the last cycle is"));
  for (const auto& entry : std::filesystem::directory_iterator(sandbox.path("."))) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    CHECK((name == "stdout" || name == "stderr"));
  }
}
