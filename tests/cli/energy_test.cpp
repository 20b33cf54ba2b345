// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy on the command line: the same from every timed engine, tables of the user's own, exports.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

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

std::string built_in_table() {
  std::ifstream file("config/energy_45nm.yaml", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  const std::size_t place = text.find(from);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

/// Exit code 2 and one line that holds all of `parts`.
void check_refused(const Outcome& outcome, const std::vector<std::string>& parts) {
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(contains(outcome.err, part));
  }
}

}  // namespace

TEST_CASE("every timed engine reports the same actions and energy; golden says null, not 0") {
  const Sandbox sandbox;
  const Json rtl = tiny_json_of(sandbox, {"run", kLayer});
  CHECK(rtl.at("energy").at("total_pj") > 0);
  CHECK(rtl.at("energy").at("scope") ==
        "dynamic plus leakage, pre-layout, good to a factor of two");
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"estimate", kLayer}, {"verify", kLayer}, {"run", kLayer, "--on", "systemc"}}) {
    const Json other = tiny_json_of(sandbox, arguments);
    for (const char* key : {"actions", "energy_pj"}) {
      CHECK(other.at("total").at(key) == rtl.at("total").at(key));
      CHECK(other.at("layers").at(0).at(key) == rtl.at("layers").at(0).at(key));
    }
    CHECK(other.at("energy") == rtl.at("energy"));
  }
  const Json golden = tiny_json_of(sandbox, {"run", kLayer, "--on", "golden"});
  CHECK(golden.at("energy").is_null());
  CHECK(golden.at("total").at("actions").is_null());
  for (const char* part : {"mac", "register", "buffer", "memory", "postprocess", "leakage"}) {
    CHECK(golden.at("layers").at(0).at("energy_pj").at(part).is_null());
    CHECK(rtl.at("layers").at(0).at("energy_pj").at(part) > 0);
  }
}

TEST_CASE("the terminal shows energy by part within 100 columns, and says what it is") {
  const Sandbox sandbox;
  const Outcome timed = sandbox.halfbyte({"estimate", "builtin:resnet18", "--preset", "tiny"});
  CHECK(timed.exit_code == 0);
  for (const char* part :
       {"energy in ", "leakage", "pJ/MAC", "pre-layout", "W on average at 500 MHz"}) {
    CHECK_MESSAGE(contains(timed.out, part), part);
  }
  std::size_t begin = 0;
  for (std::size_t end = timed.out.find('\n'); end != std::string::npos;
       begin = end + 1, end = timed.out.find('\n', begin)) {
    CHECK(end - begin <= 100);
  }
  const Outcome golden = sandbox.halfbyte({"run", kLayer, "--preset", "tiny", "--on", "golden"});
  CHECK(golden.exit_code == 0);
  CHECK_FALSE(contains(golden.out, "energy"));
}

TEST_CASE("ResNet-50 costs 1 to 5 pJ per MAC at 45 nm, and less with 4 bits") {
  const Sandbox sandbox;
  const auto pj_per_mac = [&](const char* preset, const char* bits) {
    const Outcome outcome = sandbox.halfbyte({"estimate", "builtin:resnet50", "--preset", preset,
                                              "--bits", bits, "--quiet", "--json", "report.json"});
    REQUIRE(outcome.exit_code == 0);
    return Json::parse(sandbox.read("report.json")).at("energy").at("pj_per_mac").get<double>();
  };
  for (const char* preset : {"edge", "base"}) {
    CHECK(pj_per_mac(preset, "w8a8") < 5);
    CHECK(pj_per_mac(preset, "w4a8") < pj_per_mac(preset, "w8a8"));
    CHECK(pj_per_mac(preset, "w4a4") < pj_per_mac(preset, "w4a8"));
    CHECK(pj_per_mac(preset, "w4a4") > 1);
  }
}

TEST_CASE("--energy takes another table, in every command that reports energy") {
  const Sandbox sandbox;
  const Json usual = tiny_json_of(sandbox, {"estimate", kLayer});
  sandbox.write("t.yaml", changed(changed(built_in_table(), "energy: 3.85", "energy: 7.7"),
                                  "name: halfbyte 45 nm", "name: mine"));
  for (const std::string command : {"estimate", "run", "verify"}) {
    const Json mine =
        tiny_json_of(sandbox, {command, kLayer, "--energy", sandbox.path("t.yaml").string()});
    CHECK(mine.at("energy").at("table") == "mine");
    const double macs = usual.at("total").at("actions").at("pe.mac_int8").get<double>();
    CHECK(mine.at("energy").at("total_pj").get<double>() ==
          doctest::Approx(usual.at("energy").at("total_pj").get<double>() + 3.85 * macs));
  }
}

TEST_CASE("bad tables are refused before anything runs, with name and line") {
  const Sandbox sandbox;
  const std::string file = sandbox.path("t.yaml").string();
  const auto refused = [&](const std::string& text, const std::vector<std::string>& parts) {
    sandbox.write("t.yaml", text);
    for (const std::string command : {"estimate", "run", "verify"}) {
      check_refused(sandbox.halfbyte({command, kLayer, "--preset", "tiny", "--energy", file}),
                    parts);
    }
  };
  const std::string table = built_in_table();
  refused(changed(table, "energy: 0.13", "energy: -0.13"), {"t.yaml, line ", "pe.idle"});
  refused(changed(table, "energy: 0.13", "energy: .nan"), {"t.yaml, line ", "pe.idle"});
  refused(changed(table, "unit: uW", "unit: mW"), {"t.yaml, line ", "pe.leak", "mW"});
  refused(changed(table, "component: pool", "component: pond"), {"t.yaml, line ", "pond"});
  refused(changed(table, "action: idle", "action: mac_int8"), {"t.yaml, line ", "pe.mac_int8"});
  refused(table.substr(0, table.find("  - component: pool")), {"t.yaml, line ", "pool.maximum"});
  refused("{", {"t.yaml, line ", "YAML or JSON"});
  check_refused(sandbox.halfbyte({"estimate", kLayer, "--preset", "tiny", "--ert", file}),
                {"t.yaml, line "});
  check_refused(sandbox.halfbyte({"estimate", kLayer, "--energy", "absent.yaml"}), {"absent.yaml"});
  check_refused(sandbox.halfbyte({"estimate", kLayer, "--energy", file, "--ert", file}),
                {"--ert", "--energy"});
  check_refused(sandbox.halfbyte({"disasm", kLayer, "--energy", file}), {"--energy"});
}

TEST_CASE("export takes a timed run's report only") {
  const Sandbox sandbox;
  const std::string folder = sandbox.path("out/accelergy").string();
  const std::string file = sandbox.path("report.json").string();
  (void)tiny_json_of(sandbox, {"estimate", kLayer});
  CHECK(sandbox.halfbyte({"export", "accelergy", file, "-o", folder}).exit_code == 0);
  for (const char* name : {"architecture.yaml", "ERT.yaml", "ART.yaml", "action_counts.yaml"}) {
    CHECK_MESSAGE(!sandbox.read(std::string("out/accelergy/") + name).empty(), name);
  }
  (void)tiny_json_of(sandbox, {"run", kLayer, "--on", "golden"});
  check_refused(sandbox.halfbyte({"export", "accelergy", file, "-o", folder}),
                {"report.json", "no energy", "timed run"});
  sandbox.write("report.json", "[]");
  check_refused(sandbox.halfbyte({"export", "accelergy", file, "-o", folder}), {"report.json"});
  check_refused(sandbox.halfbyte({"export", "accelergy", file}), {"--output"});
  check_refused(sandbox.halfbyte({"export", "timeloop", file}), {"--help"});
}
