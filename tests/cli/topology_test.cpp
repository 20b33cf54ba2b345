// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does `estimate` take SCALE-Sim's files, and write its reports?
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

const std::string kHeader =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n";
const std::string kConfig =
    "[general]\nrun_name = r\n[architecture_presets]\nArrayHeight: 32\nArrayWidth: 32\n"
    "Bandwidth: 5\nDataflow: ws\n[run_presets]\nInterfaceBandwidth: ";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Json estimated(const Sandbox& sandbox, Arguments arguments) {
  for (const char* more : {"--preset", "tiny", "--quiet", "--json", "r.json"}) {
    arguments.emplace_back(more);
  }
  arguments.insert(arguments.begin(), "estimate");
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return Json::parse(sandbox.read("r.json"));
}

TEST_CASE("a layer of a topology costs what the same built-in layer does") {
  const Sandbox sandbox;
  sandbox.write("conv.csv", kHeader + "a, 14, 15, 3, 3, 32, 30, 1,\n");
  sandbox.write("gemm.csv", "Layer, M, N, K,\ng, 20, 30, 100,\n");
  for (const std::string bits : {"w8a8", "w4a8", "w4a4"}) {
    for (const auto& [file, layer] : std::vector<std::pair<std::string, std::string>>{
             {"conv.csv", "builtin:conv:32x14x15:30x3x3"},
             {"gemm.csv", "builtin:conv:100x20x1:30x1x1"}}) {
      CAPTURE(file);
      const Json topology = estimated(sandbox, {file, "--bits", bits});
      const Json built_in = estimated(sandbox, {layer, "--bits", bits});
      CHECK(topology.at("total") == built_in.at("total"));
      CHECK(topology.at("bits") == bits);
      CHECK(topology.at("layers").at(0).at("shape") == built_in.at("layers").at(0).at("shape"));
    }
  }
}

TEST_CASE("a stem of few channels is lowered as in a network, and rounded up as in SCALE-Sim") {
  const Sandbox sandbox;
  sandbox.write("t.csv",
                kHeader + "stem, 224, 224, 7, 7, 3, 64, 2,\nnext, 55, 55, 1, 1, 64, 8, 1,\n");
  const Json layer = estimated(sandbox, {"t.csv"}).at("layers").at(0);
  CHECK(layer.at("macs") == 110 * 110 * 7 * 7 * 3 * 64);
  CHECK(layer.at("shape") == "3x225x225 7x7/2 -> 64x110x110");
  CHECK(layer.at("utilization") > 0.7);  // 49 kernel positions of 3 channels: below 0.2
}

TEST_CASE("a configuration's bandwidth is the memory's, unless the command line has one") {
  const Sandbox sandbox;
  sandbox.write("t.csv", kHeader + "a, 14, 15, 1, 1, 40, 300, 1,\n");
  sandbox.write("user.cfg", kConfig + "USER\n");
  sandbox.write("calc.cfg", kConfig + "CALC\n");
  const auto total = [&](const Arguments& more) {
    Arguments arguments = {"t.csv"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return estimated(sandbox, arguments).at("total");
  };
  const Json four = total({"--memory-bytes-per-cycle", "4"});
  CHECK(four != total({}));
  CHECK(total({"--cfg", "user.cfg"}) == four);  // 5 words: 4 bytes divide a bus of 8
  CHECK(total({"--cfg", "calc.cfg"}) == total({}));
  CHECK(total({"--cfg", "user.cfg", "--memory-bytes-per-cycle", "8"}) == total({}));
  CHECK(total({"--cfg", "user.cfg", "--bits", "w4a4"}) ==
        total({"--memory-bytes-per-cycle", "2", "--bits", "w4a4"}));
  const Outcome told =
      sandbox.halfbyte({"estimate", "t.csv", "--cfg", "user.cfg", "--preset", "tiny"});
  CHECK(contains(told.err, "user.cfg: an array of 32x32 (ws), 1024 MAC per cycle"));
  CHECK(contains(told.err, "tiny: 4x4x4 (os), 64 MAC per cycle at int8"));
  CHECK(contains(told.err, "5 words of 8 bits per cycle; the memory has 4 bytes"));
}

TEST_CASE("reports are written for topologies and networks, a line per row of the table") {
  const Sandbox sandbox;
  sandbox.write("t.csv", kHeader + "a, 14, 15, 3, 3, 40, 30, 1,\nb, 12, 13, 1, 1, 30, 10, 1,\n");
  for (const std::string model : {"t.csv", "builtin:resnet18"}) {
    const Json report = estimated(sandbox, {model, "--scalesim", "deep/out"});
    for (const char* name : {"deep/out/COMPUTE_REPORT.csv", "deep/out/BANDWIDTH_REPORT.csv"}) {
      const std::string text = sandbox.read(name);
      CHECK(text.rfind("LayerID, ", 0) == 0);
      CHECK(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) ==
            report.at("layers").size() + 1);
      CHECK(!contains(text, "nan"));
      CHECK(!contains(text, "inf"));
      CHECK(!contains(text, "-"));
    }
  }
}

TEST_CASE("sizes without padding are warned of") {
  const Sandbox sandbox;
  sandbox.write("t.csv", kHeader + "c,56,56,3,3,64,64,1,\nd,56,56,1,1,64,256,1,\n");
  const Outcome outcome = sandbox.halfbyte({"estimate", "t.csv"});
  CHECK(outcome.exit_code == 0);
  CHECK(contains(outcome.err, "note: t.csv: line 2: layer c gives maps of height 54"));
}

TEST_CASE("bad files and wrong usage get one message and exit code 2") {
  const Sandbox sandbox;
  sandbox.write("t.csv", kHeader + "a, 14, 15, 3, 3, 40, 30, 1,\n");
  sandbox.write("bad.csv", kHeader + "a, 14, 15, 3, 3, 40, 30, 1\n");
  sandbox.write("bad.cfg", kConfig + "MAYBE\n");
  const std::vector<std::pair<Arguments, std::string>> bad = {
      {{"estimate", "bad.csv"}, "bad.csv: line 2: no comma behind \"1\""},
      {{"estimate", "gone.csv"}, "gone.csv"},
      {{"estimate", "t.csv", "--cfg", "bad.cfg"}, "bad.cfg: line 9: \"MAYBE\""},
      {{"estimate", "t.csv", "--cfg", "gone.cfg"}, "gone.cfg"},
      {{"estimate", "builtin:fc:4:4", "--cfg", "bad.cfg"}, "--cfg bad.cfg: given without"},
      {{"estimate", "t.csv", "--cost-models"}, "--cost-models given for no whole network"},
      {{"estimate", "t.csv", "--layers", "1"}, "--layers given for a topology"},
      {{"estimate", "t.csv", "--bits", "mostly-w4a4"}, "--bits mostly-w4a4"},
      {{"estimate", "t.csv", "--scalesim", "t.csv/out", "--quiet"}, "--scalesim t.csv/out"},
      {{"run", "t.csv"}, "estimate with it"},
      {{"verify", "t.csv"}, "estimate with it"},
      {{"card", "t.csv"}, "estimate with it"},
      {{"compile", "t.csv", "-o", "p.hbp"}, "estimate with it"},
  };
  for (const auto& [arguments, message] : bad) {
    const Outcome outcome = sandbox.halfbyte(arguments);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(contains(outcome.err, message));
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  }
}

}  // namespace
}  // namespace hb::test
