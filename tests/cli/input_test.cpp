// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bad input and usage: exit code 2 and one message that names what is wrong and what was expected.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/cli/process.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;
using Arguments = std::vector<std::string>;

const std::string kLayer = "builtin:conv:3x6x5:4x3x3:p1";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// One line on standard error that holds every one of `parts`, nothing on standard output, exit
/// code 2.
void check_refused(const Outcome& outcome, const Arguments& parts) {
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  CHECK(contains(outcome.err, "halfbyte: "));
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(contains(outcome.err, part));
  }
}

void check_refused(const Arguments& arguments, const Arguments& parts) {
  const Sandbox sandbox;
  check_refused(sandbox.halfbyte(arguments), parts);
}

}  // namespace

TEST_CASE("no command, an unknown one and an unknown option are wrong usage") {
  check_refused(Arguments{}, {"halfbyte: no command (expected", "--help"});
  check_refused({"fly", kLayer}, {"fly", "--help"});
  check_refused({"run"}, {"MODEL", "--help"});
  check_refused({"run", kLayer, "--loud"}, {"--loud", "--help"});
  check_refused({"disasm", kLayer, "--json", "x.json"}, {"--json", "--help"});
}

TEST_CASE("help teaches, and exits well") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte({"--help"});
  CHECK(outcome.exit_code == 0);
  for (const char* part : {"Examples", "Exit codes", "builtin:", "verify", "estimate"}) {
    CHECK_MESSAGE(contains(outcome.out, part), part);
  }
  CHECK(sandbox.halfbyte({"run", "--help"}).exit_code == 0);
}

TEST_CASE("a file that is not there or no program is named") {
  check_refused({"run", "absent.hbp"}, {"absent.hbp", "expected"});
  check_refused({"verify", "."}, {"expected"});
  check_refused({"estimate", ""}, {"MODEL", "empty", "expected FILE.onnx, FILE.hbp"});
  const Sandbox sandbox;
  sandbox.write("noise.hbp", "this is no program, whatever its name says");
  check_refused(sandbox.halfbyte({"disasm", "noise.hbp"}), {"noise.hbp", "expected"});
}

TEST_CASE("a program file cut off anywhere, or with one byte changed, is refused") {
  const Sandbox sandbox;
  REQUIRE(sandbox.halfbyte({"compile", kLayer, "--preset", "tiny", "-o", "whole.hbp"}).exit_code ==
          0);
  const std::string whole = sandbox.read("whole.hbp");
  REQUIRE(whole.size() > 100);
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{7}, whole.size() / 2, whole.size() - 1}) {
    CAPTURE(size);
    sandbox.write("cut.hbp", whole.substr(0, size));
    check_refused(sandbox.halfbyte({"run", "cut.hbp"}), {"cut.hbp", "expected"});
  }
  std::string changed = whole;
  changed[whole.size() - 20] ^= 1;
  sandbox.write("changed.hbp", changed);
  check_refused(sandbox.halfbyte({"run", "changed.hbp"}), {"changed.hbp", "expected"});
}

TEST_CASE("a layer that cannot be is refused with the form that can") {
  check_refused({"run", "builtin:resnet5000/layer1"}, {"no such layer", "builtin:conv:"});
  check_refused({"run", "builtin:"}, {"no such layer"});
  check_refused({"run", "builtin:conv:"}, {"builtin:conv:"});
  check_refused({"run", "builtin:conv:3x4:5x3x3"}, {"3x4", "CINxHxW"});
  check_refused({"run", "builtin:conv:3x4x4:5x3"}, {"5x3", "COUTxKHxKW"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:q1"}, {"q1", "stride"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:s0"}, {"\"0\""});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:p1x2"}, {"p1x2"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:p3"}, {"pads"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:s1:s2"}, {"\"s2\" after \"s1\""});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:p1:p1"}, {"\"p1\" after \"p1\""});
  check_refused({"run", "builtin:conv:3x4x4:5x300x3"}, {"300"});
  check_refused({"run", "builtin:conv:0x4x4:5x3x3"}, {"\"0\""});
  check_refused({"run", "builtin:conv:3x4x4:5x9x9"}, {"kernel"});
  check_refused({"run", "builtin:conv:60000x60000x60000:5x3x3"}, {"4 GiB"});
  check_refused({"run", "builtin:conv:99999999999x4x4:5x3x3"}, {"99999999999"});
}

TEST_CASE("poolings, fully connected layers and requantizations that cannot be are refused") {
  check_refused({"run", "builtin:maxpool:3x9x9"}, {"builtin:maxpool:CxHxW"});
  check_refused({"run", "builtin:maxpool:3x9:3x3"}, {"3x9", "builtin:maxpool:CxHxW"});
  check_refused({"run", "builtin:maxpool:3x9x9:3"}, {"\"3\"", "KHxKW"});
  check_refused({"run", "builtin:maxpool:3x9x9:3x3:add"}, {"\"add\"", "stride"});
  check_refused({"run", "builtin:maxpool:3x9x9:3x9"}, {"9 wide", "at most 8"});
  check_refused({"run", "builtin:maxpool:3x9x9:3x3:p3"}, {"pads"});
  check_refused({"run", "builtin:fc:100"}, {"builtin:fc:CIN:COUT"});
  check_refused({"run", "builtin:fc:100:10:1"}, {"builtin:fc:CIN:COUT"});
  check_refused({"run", "builtin:fc:100:0"}, {"\"0\"", "builtin:fc:CIN:COUT"});
  check_refused({"run", "builtin:avgpool:64x7"}, {"64x7", "builtin:avgpool:CxHxW"});
  check_refused({"run", "builtin:avgpool:64x7x7:s1"}, {"builtin:avgpool:CxHxW"});
  check_refused({"run", "builtin:avgpool:64x200x7"}, {"200x7", "127x127"});
  check_refused({"run", "builtin:avgpool:64x60x60", "--contract", "tflite"}, {"3600", "2896"});
  check_refused({"run", "builtin:requantize:64"}, {"builtin:requantize:CxHxW"});
  check_refused({"run", "builtin:requantize:60000x60000x60000"}, {"4 GiB"});
}

TEST_CASE("additions that cannot be are refused") {
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:plus"}, {"\"lus\""});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:added"}, {"added", "addition"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:add:add"}, {"\"add\" after \"add\""});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3:add-first", "--contract", "tflite"},
                {"add-first", "order"});
  check_refused({"run", "builtin:conv:3x4x4:5x3x3", "--contract", "half-up"},
                {"half-up", "tflite"});
}

TEST_CASE("an unknown preset, a machine file that is wrong, and one that is not compiled in") {
  check_refused({"run", kLayer, "--preset", "huge"}, {"huge", "tiny", "edge", "base"});
  check_refused({"run", kLayer, "--preset", "absent.json"}, {"absent.json"});
  const Sandbox sandbox;
  sandbox.write("typo.json", R"({"mine": {"rows": 4, "colums": 4}})");
  check_refused(sandbox.halfbyte({"run", kLayer, "--preset", "typo.json"}),
                {"typo.json", "colums"});
  sandbox.write("mine.json",
                R"({"mine": {"rows": 2, "columns": 4, "bus_bytes": 4, "activation_banks": 2,
    "activation_bytes": 4096, "weight_bytes": 4096, "parameter_tiles": 8}})");
  check_refused(sandbox.halfbyte({"run", kLayer, "--preset", "mine.json"}), {"mine", "MACHINE"});
  CHECK(sandbox.halfbyte({"estimate", kLayer, "--preset", "mine.json"}).exit_code == 0);
}

TEST_CASE("memory options: a divisor of the bus width, a latency of at least 1") {
  check_refused({"run", kLayer, "--memory-bytes-per-cycle", "7"}, {"7", "divisor of 32"});
  check_refused({"run", kLayer, "--memory-bytes-per-cycle", "0"}, {"expected an integer from 1"});
  check_refused({"run", kLayer, "--preset", "tiny", "--memory-bytes-per-cycle", "16"},
                {"divisor of 8"});
  check_refused({"run", kLayer, "--memory-latency", "0"}, {"--memory-latency"});
  check_refused({"run", kLayer, "--memory-latency", "soon"}, {"--memory-latency"});
  check_refused({"run", kLayer, "--memory-bytes-per-cycle", "-2"},
                {"--memory-bytes-per-cycle", "expected an integer from 1"});
  check_refused({"estimate", kLayer, "--stall-seed", "5"}, {"stalls", "--stall-seed 0"});
}

TEST_CASE("a seed is a decimal integer of 64 bits") {
  for (const std::string option : {"--seed", "--stall-seed"}) {
    for (const std::string seed : {"-1", "18446744073709551616", "soon", "1.5", "0x10", ""}) {
      CAPTURE(option);
      CAPTURE(seed);
      check_refused({"verify", kLayer, option, seed},
                    {option, "expected an integer from 0 to 2^64-1"});
    }
  }
  const Sandbox sandbox;
  const auto compiled = [&](const std::string& seed) {
    CHECK(sandbox.halfbyte({"compile", kLayer, "--seed", seed, "-o", "s.hbp"}).exit_code == 0);
    return sandbox.read("s.hbp");
  };
  CHECK(compiled("010") == compiled("10"));
  CHECK(compiled("18446744073709551615") != compiled("10"));
}

TEST_CASE("a pipe is no model and no machine file, and nobody waits for its writer") {
  const Sandbox sandbox;
  REQUIRE(::mkfifo(sandbox.path("pipe.json").c_str(), 0600) == 0);
  check_refused(sandbox.halfbyte({"run", "pipe.json"}), {"pipe.json", "cannot be read"});
  check_refused(sandbox.halfbyte({"estimate", kLayer, "--preset", "pipe.json"}),
                {"pipe.json", "cannot be read"});
}

TEST_CASE("options that a compiled program has of its own are refused with it") {
  const Sandbox sandbox;
  REQUIRE(sandbox.halfbyte({"compile", kLayer, "--preset", "tiny", "-o", "p.hbp"}).exit_code == 0);
  check_refused(sandbox.halfbyte({"run", "p.hbp", "--bits", "w4a4"}), {"p.hbp", "--bits"});
  check_refused(sandbox.halfbyte({"run", "p.hbp", "--contract", "ort"}), {"p.hbp", "--contract"});
  check_refused(sandbox.halfbyte({"run", "p.hbp", "--preset", "base"}), {"p.hbp", "--preset"});
  check_refused(sandbox.halfbyte({"run", "p.hbp", "--seed", "3"}), {"p.hbp", "--seed"});
  check_refused({"run", kLayer, "--bits", "w2a2"}, {"w2a2", "w4a4"});
  check_refused({"run", kLayer, "--on", "paper"}, {"paper", "systemc"});
}

TEST_CASE("a file that cannot be written is refused, and leaves nothing behind") {
  check_refused({"run", kLayer, "--json", "absent/x.json"}, {"absent/x.json", "written"});
  check_refused({"run", kLayer, "--json", ""}, {"--json", "empty", "expected"});
  check_refused({"compile", kLayer, "-o", ""}, {"-o", "empty", "expected"});
  check_refused({"compile", kLayer, "-o", "absent/x.hbp"}, {"absent/x.hbp", "written"});
  const Sandbox sandbox;
  check_refused(sandbox.halfbyte({"run", kLayer, "--json", "."}), {"written"});
  for (const auto& entry : std::filesystem::directory_iterator(sandbox.path("."))) {
    const std::string name = entry.path().filename().string();
    CAPTURE(name);
    CHECK((name == "stdout" || name == "stderr"));
  }
}
