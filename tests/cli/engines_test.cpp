// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What the command reports of good runs, and of programs that stop or hang the machine.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "model/golden/execute.hpp"
#include "sw/map/layout.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/report_json.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;
using hb::test::tiny_json_of;
using Json = nlohmann::json;

const std::string kLayer = "builtin:conv:24x9x7:20x3x2:s2x1:p1x0x2x1";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

hb::arch::Program compiled(const Sandbox& sandbox, const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"compile", "-o", "p.hbp"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  REQUIRE(sandbox.halfbyte(arguments).exit_code == 0);
  return hb::arch::read_program(sandbox.path("p.hbp"));
}

/// Changes command `index`, word `word` of a program's image.
void set_word(hb::arch::Program& program, std::uint32_t index, std::uint32_t word,
              std::uint32_t value) {
  for (std::uint32_t byte = 0; byte < 4; ++byte) {
    program.memory[program.address + index * hb::arch::kCommandBytes + 4 * word + byte] =
        static_cast<std::uint8_t>(value >> (8 * byte));
  }
}

}  // namespace

TEST_CASE("verify finds all views of a layer equal, at both precisions, with and without stalls") {
  for (const std::string bits : {"w8a8", "w4a4"}) {
    for (const std::string seed : {"0", "7"}) {
      CAPTURE(bits);
      CAPTURE(seed);
      const Sandbox sandbox;
      const Outcome outcome = sandbox.halfbyte(
          {"verify", kLayer, "--preset", "tiny", "--bits", bits, "--stall-seed", seed});
      CAPTURE(outcome.err);
      CHECK(outcome.exit_code == 0);
      CHECK(contains(outcome.out, "RTL = SystemC"));
      CHECK(contains(outcome.out, "every byte of memory equal"));
      CHECK(contains(outcome.out, "every start") == (seed == "0"));
    }
  }
}

TEST_CASE("every timed engine reports the same cycles, cause by cause") {
  const Sandbox sandbox;
  const Json rtl = tiny_json_of(sandbox, {"run", kLayer});
  CHECK(rtl.at("engine") == "rtl");
  CHECK(rtl.at("preset") == "tiny");
  CHECK(rtl.at("bits") == "w8a8");
  CHECK(rtl.at("contract") == "ort");
  CHECK(rtl.at("model") == kLayer);
  CHECK(rtl.at("total").at("mismatches").is_null());
  CHECK(rtl.at("simulation").at("wall_seconds") > 0.0);
  CHECK(rtl.at("simulation").at("peak_rss_bytes") > 0);
  const Json formula = tiny_json_of(sandbox, {"estimate", kLayer});
  CHECK(formula.at("engine") == "formula");
  CHECK(formula.at("simulation").is_null());
  CHECK(formula.at("total").at("cycles") > 0);
  const Json lockstep = tiny_json_of(sandbox, {"verify", kLayer});
  CHECK(lockstep.at("layers").at(0).at("mismatches") == 0);
  for (const Json& other :
       {formula, lockstep, tiny_json_of(sandbox, {"run", kLayer, "--on", "systemc"})}) {
    CAPTURE(other.at("engine"));
    for (const char* key : {"cycles", "cycles_by_cause", "bytes_read", "bytes_written", "macs"}) {
      CAPTURE(key);
      CHECK(other.at("total").at(key) == rtl.at("total").at(key));
      CHECK(other.at("layers").at(0).at(key) == rtl.at("layers").at(0).at(key));
    }
  }
}

TEST_CASE("the golden model has no cycles: null, not 0") {
  const Sandbox sandbox;
  const Json golden = tiny_json_of(sandbox, {"run", kLayer, "--on", "golden"});
  CHECK(golden.at("total").at("cycles").is_null());
  CHECK(golden.at("layers").at(0).at("utilization").is_null());
  CHECK(golden.at("total").at("macs") == 20U * 24 * 3 * 2 * 5 * 7);
}

TEST_CASE("slower memory costs cycles, and both of its options count") {
  const Sandbox sandbox;
  const auto cycles = [&](const std::vector<std::string>& options) {
    std::vector<std::string> arguments = {"estimate", kLayer};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return tiny_json_of(sandbox, arguments).at("total").at("cycles").get<std::uint64_t>();
  };
  const std::uint64_t usual = cycles({});
  CHECK(cycles({"--memory-latency", "100"}) == usual);
  CHECK(cycles({"--memory-latency", "300"}) > usual);
  CHECK(cycles({"--memory-bytes-per-cycle", "8"}) == usual);
  CHECK(cycles({"--memory-bytes-per-cycle", "2"}) > usual);
}

TEST_CASE("the same seed makes the same bytes, another seed others") {
  const Sandbox sandbox;
  const auto memory = [&](const char* seed) {
    return compiled(sandbox, {kLayer, "--preset", "tiny", "--seed", seed}).memory;
  };
  CHECK(memory("4") == memory("4"));
  CHECK(memory("4") != memory("5"));
}

TEST_CASE("built-in data saturates less than 5 % of the outputs and makes less than 70 % zero") {
  for (const std::string layer :
       {"builtin:conv:3x20x20:16x7x7:s2:p3", "builtin:conv:64x14x14:64x3x3:p1",
        "builtin:conv:1x40x40:8x1x1", "builtin:conv:256x7x7:64x1x1"}) {
    for (const std::string bits : {"w8a8", "w4a4"}) {
      CAPTURE(layer);
      CAPTURE(bits);
      const Sandbox sandbox;
      const hb::arch::Program program =
          compiled(sandbox, {layer, "--preset", "tiny", "--bits", bits});
      REQUIRE(program.outputs.size() == 1);
      const hb::arch::Tensor output = hb::map::unpack_tensor(
          program.machine, program.outputs.front(), hb::golden::execute(program).memory);
      const int high = program.outputs.front().precision == hb::arch::Precision::kInt4 ? 7 : 127;
      double saturated = 0;
      double zero = 0;
      for (const int code : output.codes) {
        saturated += code == high || code == -high - 1;
        zero += code == 0;
      }
      const auto count = static_cast<double>(output.codes.size());
      CHECK(saturated / count < 0.05);
      CHECK(zero / count < 0.70);
    }
  }
}

TEST_CASE("a compiled program runs as its layer does, and its listing shows every command") {
  const Sandbox sandbox;
  const hb::arch::Program program = compiled(sandbox, {kLayer, "--preset", "tiny"});
  const Outcome listing = sandbox.halfbyte({"disasm", "p.hbp"});
  CHECK(listing.exit_code == 0);
  for (const char* part : {"LOAD", "CONV", "STORE", "END", "stride 2x1", "kernel 3x2"}) {
    CHECK_MESSAGE(contains(listing.out, part), part);
  }
  CHECK(sandbox.halfbyte({"verify", "p.hbp"}).exit_code == 0);
}

TEST_CASE(
    "an illegal command stops the machine with its name and index, exit code 3, in every engine") {
  const Sandbox sandbox;
  hb::arch::Program program = compiled(sandbox, {kLayer, "--preset", "tiny"});
  set_word(program, 2, 31, 1);
  hb::arch::write_program(program, sandbox.path("bad.hbp"));
  for (const std::string engine : {"rtl", "systemc", "golden", "lockstep"}) {
    CAPTURE(engine);
    const Outcome outcome = sandbox.halfbyte({"run", "bad.hbp", "--on", engine});
    CHECK(outcome.exit_code == 3);
    CHECK(contains(outcome.err, "bad.hbp: the machine stopped with RESERVED_FIELD at command 2"));
  }
  CHECK(sandbox.halfbyte({"verify", "bad.hbp"}).exit_code == 3);
  const Outcome listing = sandbox.halfbyte({"disasm", "bad.hbp"});
  CHECK(contains(listing.out, "illegal: RESERVED_FIELD"));
  CHECK(sandbox.halfbyte({"estimate", "bad.hbp"}).exit_code == 3);
}

TEST_CASE(
    "a program that waits for a token nobody gives hangs the machine: exit code 3, and what it "
    "waits for") {
  const Sandbox sandbox;
  hb::arch::Program program = compiled(sandbox, {kLayer, "--preset", "tiny"});
  const std::uint32_t first = program.command(0)[0];
  set_word(program, 0, 0, first | 0x100);
  hb::arch::write_program(program, sandbox.path("hang.hbp"));
  const Outcome outcome = sandbox.halfbyte({"run", "hang.hbp"});
  CHECK(outcome.exit_code == 3);
  CHECK(contains(outcome.err, "hang"));
  const std::vector<std::vector<std::string>> others = {
      {"verify", "hang.hbp"}, {"estimate", "hang.hbp"}, {"run", "hang.hbp", "--on", "golden"}};
  for (const std::vector<std::string>& arguments : others) {
    const Outcome other = sandbox.halfbyte(arguments);
    CAPTURE(other.err);
    CHECK(other.exit_code == 3);
    CHECK(contains(other.err, "hang.hbp: command 0"));
  }
}

TEST_CASE("a program at a misaligned address stops every engine: exit code 3") {
  const Sandbox sandbox;
  hb::arch::Program program = compiled(sandbox, {kLayer, "--preset", "tiny"});
  program.address += 4;
  hb::arch::write_program(program, sandbox.path("odd.hbp"));
  const std::vector<std::vector<std::string>> commands = {{"run", "odd.hbp"},
                                                          {"run", "odd.hbp", "--on", "golden"},
                                                          {"verify", "odd.hbp"},
                                                          {"estimate", "odd.hbp"}};
  for (const std::vector<std::string>& arguments : commands) {
    const Outcome outcome = sandbox.halfbyte(arguments);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 3);
    CHECK(contains(outcome.err, "odd.hbp: "));
    CHECK(contains(outcome.err, "ALIGNMENT"));
  }
}

TEST_CASE("the report on standard output is JSON alone; the table goes to standard error") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte({"verify", kLayer, "--preset", "tiny", "--json", "-"});
  CHECK(outcome.exit_code == 0);
  CHECK(Json::parse(outcome.out).at("engine") == "lockstep");
  CHECK(contains(outcome.err, "total"));
  CHECK(contains(outcome.err, "RTL = SystemC"));
}

TEST_CASE("a standard output that takes nothing is an error") {
  const Sandbox sandbox;
  const std::vector<std::vector<std::string>> commands = {{"presets"},
                                                          {"--help"},
                                                          {"disasm", kLayer},
                                                          {"verify", kLayer, "--preset", "tiny"},
                                                          {"run", kLayer, "--json", "-"}};
  for (const std::vector<std::string>& arguments : commands) {
    const Outcome outcome = sandbox.halfbyte(arguments, "/dev/full");
    CAPTURE(arguments.front());
    CHECK(outcome.exit_code == 2);
    CHECK(contains(outcome.err, "standard output: cannot be written"));
  }
}

TEST_CASE("control characters in a program's names reach the terminal as text") {
  const Sandbox sandbox;
  hb::arch::Program program = compiled(sandbox, {kLayer, "--preset", "tiny"});
  program.layers[0].name = "a\x1b[2Jb";
  program.outputs[0].name = "c\x1b[2Jd";
  hb::arch::write_program(program, sandbox.path("rude.hbp"));
  const Outcome listing = sandbox.halfbyte({"disasm", "rude.hbp"});
  CHECK(contains(listing.out, "a\\x1b[2Jb"));
  CHECK(contains(listing.out, "c\\x1b[2Jd"));
  CHECK_FALSE(contains(listing.out, "\x1b"));
  CHECK_FALSE(contains(sandbox.halfbyte({"estimate", "rude.hbp"}).out, "\x1b"));
}

TEST_CASE("presets lists every machine with its figures") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte({"presets"});
  CHECK(outcome.exit_code == 0);
  for (const char* part : {"tiny", "edge", "base", "8 x 32", "2048"}) {
    CHECK_MESSAGE(contains(outcome.out, part), part);
  }
}
