// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Toggled bits on the command line: the same from every engine that has registers, beside the
// counts' energy; builds the executable that counts tiny's, as a user's first --activity does.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
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

/// The built-in table without its toggles.
std::string old_table() {
  std::ifstream file("config/energy_45nm.yaml", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return text.substr(0, text.find("\ntoggles:\n") + 1);
}

void check_refused(const Sandbox& sandbox, const std::vector<std::string>& arguments,
                   const std::string& part) {
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(contains(outcome.err, part));
}

double sum(const Json& parts) {
  double total = 0;
  for (const char* part : {"mac", "register", "buffer"}) total += parts.at(part).get<double>();
  return total;
}

}  // namespace

TEST_CASE("activity that cannot be is refused before anything is built") {
  const Sandbox sandbox;
  sandbox.write("old.yaml", old_table());
  check_refused(sandbox, {"run", kLayer, "--activity", "--on", "golden"},
                "the golden model has no registers");
  check_refused(sandbox, {"run", kLayer, "--activity", "--wave", "w.fst"}, "--wave");
  check_refused(sandbox, {"estimate", kLayer, "--activity"}, "--activity");
  check_refused(sandbox, {"verify", kLayer, "--activity", "--energy", "old.yaml"},
                "old.yaml: no energy of toggles, which --activity needs");
}

TEST_CASE("a table without toggles is good for all but --activity, whose report says null") {
  const Sandbox sandbox;
  sandbox.write("old.yaml", old_table());
  const Json report = tiny_json_of(sandbox, {"run", kLayer, "--energy", "old.yaml"});
  CHECK(report.at("energy").at("total_pj") > 0);
  CHECK(report.at("total").at("activity").is_null());
  CHECK(report.at("layers").at(0).at("activity").is_null());
}

TEST_CASE(
    "RTL, SystemC and lockstep report the same toggles, and their energy beside the counts'") {
  const Sandbox sandbox;
  const Json plain = tiny_json_of(sandbox, {"run", kLayer});
  const Json rtl = tiny_json_of(sandbox, {"run", kLayer, "--activity"});
  const Json& activity = rtl.at("total").at("activity");
  CHECK(activity.at("toggled_bits").at("operand") > 0);
  CHECK(activity.at("toggled_bits").at("active_int4") == 0);
  CHECK(rtl.at("layers").at(0).at("activity") == activity);  // the only layer
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {"verify", kLayer, "--activity"}, {"run", kLayer, "--on", "systemc", "--activity"}}) {
    CHECK(tiny_json_of(sandbox, arguments).at("total").at("activity") == activity);
  }
  // The counting machine is the same machine.
  for (const char* key : {"cycles", "actions", "energy_pj"}) {
    CHECK(rtl.at("total").at(key) == plain.at("total").at(key));
  }
  for (const char* part : {"mac", "register", "buffer"}) {
    CHECK(activity.at("energy_pj_counts").at(part) == rtl.at("total").at("energy_pj").at(part));
  }
  CHECK(activity.at("ratio").get<double>() ==
        doctest::Approx(sum(activity.at("energy_pj_toggles")) /
                        sum(activity.at("energy_pj_counts"))));
}

TEST_CASE("of a stalling memory, several processes and images, each run counts its own") {
  const Sandbox sandbox;
  const Json one = tiny_json_of(sandbox, {"run", kLayer, "--activity"});
  const Json again = tiny_json_of(sandbox, {"run", kLayer, "--activity", "--jobs", "2"});
  const Json stalled = tiny_json_of(sandbox, {"run", kLayer, "--activity", "--stall-seed", "3"});
  CHECK(again.at("total").at("activity") == one.at("total").at("activity"));
  CHECK(stalled.at("total").at("cycles") > one.at("total").at("cycles"));
  // Stalls change when weights are read again, not what the array multiplies.
  const auto toggled = [](const Json& report, const char* name) {
    return report.at("total").at("activity").at("toggled_bits").at(name).get<std::uint64_t>();
  };
  CHECK(toggled(stalled, "accumulator") == toggled(one, "accumulator"));
  CHECK(toggled(stalled, "output_write") == toggled(one, "output_write"));
}

TEST_CASE("a network's layers sum to its total, whole or cut into parts") {
  const Sandbox sandbox;
  const std::string network = std::filesystem::absolute("sw/networks/resnet8_w8_mostly-w4a4.onnx");
  for (const char* jobs : {"1", "2"}) {
    CAPTURE(jobs);
    const Json report = tiny_json_of(sandbox, {"run", network, "--activity", "--jobs", jobs});
    CHECK(report.at("parts") == std::stoi(jobs));
    const Json& total = report.at("total").at("activity");
    for (const auto& [name, bits] : total.at("toggled_bits").items()) {
      CAPTURE(name);
      std::uint64_t sum_of_layers = 0;
      for (const Json& layer : report.at("layers")) {
        sum_of_layers += layer.at("activity").at("toggled_bits").at(name).get<std::uint64_t>();
      }
      CHECK(sum_of_layers == bits);
      CHECK(bits > 0);
    }
    CHECK(total.at("ratio") < 1);
  }
}

TEST_CASE("the table of toggles is at most 100 columns wide") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte({"run", kLayer, "--preset", "tiny", "--activity"});
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(contains(outcome.out, "% toggled; "));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
  }
}
