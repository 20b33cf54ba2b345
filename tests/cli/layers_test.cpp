// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every kind of built-in layer run, in every format, and do its reports say what it was?
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "model/golden/execute.hpp"
#include "sw/map/layout.hpp"
#include "tests/cli/process.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;
using Json = nlohmann::json;

struct Kind {
  std::string spec;
  std::string op;
};

const std::vector<Kind> kKinds = {
    {"builtin:conv:20x7x6:18x3x3:p1", "conv"},
    {"builtin:conv:20x7x6:18x3x2:s2x1:p1x0x1x1:add", "conv+add"},
    {"builtin:maxpool:20x11x9:3x3:s2:p1", "maxpool"},
    {"builtin:avgpool:40x5x4", "avgpool"},
    {"builtin:requantize:40x5x4", "requantize"},
    {"builtin:fc:100:30", "fc"},
};

hb::arch::Program compiled(const Sandbox& sandbox, const std::vector<std::string>& options) {
  std::vector<std::string> arguments = {"compile", "--preset", "tiny", "-o", "p.hbp"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return hb::arch::read_program(sandbox.path("p.hbp"));
}

/// Whether less than 5 % of the program's output saturates and less than 70 % is zero.
void check_spread(const hb::arch::Program& program) {
  REQUIRE(program.outputs.size() == 1);
  const hb::arch::TensorPlace& place = program.outputs.front();
  const hb::arch::Tensor output =
      hb::map::unpack_tensor(program.machine, place, hb::golden::execute(program).memory);
  const int high = place.precision == hb::arch::Precision::kInt4 ? 7 : 127;
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

}  // namespace

TEST_CASE("verify finds all views of every kind of layer equal, in every format and contract") {
  for (const Kind& kind : kKinds) {
    for (const std::string bits : {"w8a8", "w4a8", "w4a4"}) {
      for (const std::string contract : {"ort", "tflite"}) {
        CAPTURE(kind.spec);
        CAPTURE(bits);
        CAPTURE(contract);
        const Sandbox sandbox;
        const Outcome outcome =
            sandbox.halfbyte({"verify", kind.spec, "--preset", "tiny", "--bits", bits, "--contract",
                              contract, "--quiet", "--json", "report.json"});
        CAPTURE(outcome.err);
        REQUIRE(outcome.exit_code == 0);
        const Json report = Json::parse(sandbox.read("report.json"));
        CHECK(report.at("layers").at(0).at("op") == kind.op);
        const bool weights = kind.op.rfind("conv", 0) == 0 || kind.op == "fc";
        CHECK(report.at("bits") == (weights || bits == "w4a4" ? bits : "w8a8"));
        CHECK(report.at("contract") == (kind.op == "maxpool" ? "ort" : contract));
      }
    }
  }
}

TEST_CASE("the operands' order of an addition is in the program, and in the codes now and then") {
  const Sandbox sandbox;
  const std::string spec = "builtin:conv:20x7x6:18x3x3:p1:add";
  CHECK(compiled(sandbox, {spec}).memory != compiled(sandbox, {spec + "-first"}).memory);
}

TEST_CASE("estimates of all kinds are the cycles of their runs") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.spec);
    const Sandbox sandbox;
    const auto cycles = [&](const std::string& command) {
      REQUIRE(
          sandbox.halfbyte({command, kind.spec, "--preset", "tiny", "--quiet", "--json", "r.json"})
              .exit_code == 0);
      return Json::parse(sandbox.read("r.json")).at("total").at("cycles").get<std::uint64_t>();
    };
    CHECK(cycles("estimate") == cycles("run"));
  }
}

TEST_CASE("data of additions, averages and requantizations spreads over the output's codes") {
  for (const std::string spec :
       {"builtin:conv:64x14x14:64x3x3:p1:add", "builtin:conv:16x14x14:32x1x1:add-first",
        "builtin:fc:512:400", "builtin:avgpool:256x7x7", "builtin:requantize:64x14x14"}) {
    for (const std::string bits : {"w8a8", "w4a8", "w4a4"}) {
      CAPTURE(spec);
      CAPTURE(bits);
      const Sandbox sandbox;
      check_spread(compiled(sandbox, {spec, "--bits", bits}));
      if (spec.find("add-first") != std::string::npos) continue;
      if (spec.find("avgpool") != std::string::npos) continue;  // keeps its scale
      check_spread(compiled(sandbox, {spec, "--bits", bits, "--contract", "tflite"}));
    }
  }
}
