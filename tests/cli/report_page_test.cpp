// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte report`, and the command that a report of a run names.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/cli/process.hpp"
#include "tests/cli/report_json.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;

const char* const kLayer = "builtin:conv:16x8x8:16x3x3:p1";

std::string page_with(const Sandbox& sandbox, const std::vector<std::string>& files) {
  std::vector<std::string> arguments = {"report"};
  arguments.insert(arguments.end(), files.begin(), files.end());
  arguments.insert(arguments.end(), {"-o", "page.html"});
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return sandbox.read("page.html");
}

}  // namespace

TEST_CASE("a report names the command that makes it again") {
  const Sandbox sandbox;
  const auto json = hb::test::tiny_json_of(sandbox, {"estimate", kLayer});
  CHECK(json.at("command") ==
        std::string("halfbyte estimate ") + kLayer + " --preset tiny --quiet --json report.json");
  const Outcome outcome =
      sandbox.halfbyte({"estimate", kLayer, "--quiet", "--json", "it's a file.json"});
  REQUIRE(outcome.exit_code == 0);
  const auto quoted = nlohmann::json::parse(sandbox.read("it's a file.json"));
  CHECK(quoted.at("command") ==
        std::string("halfbyte estimate ") + kLayer + " --quiet --json 'it'\\''s a file.json'");
}

TEST_CASE("a report names its memory") {
  const Sandbox sandbox;
  const auto json = hb::test::tiny_json_of(
      sandbox, {"estimate", kLayer, "--memory-latency", "37", "--memory-bytes-per-cycle", "4"});
  CHECK(json.at("memory") ==
        nlohmann::json({{"latency_cycles", 37}, {"bytes_per_cycle", 4}, {"stall_seed", 0}}));
}

TEST_CASE("runs of every engine become one page") {
  const Sandbox sandbox;
  const auto write = [&](const std::vector<std::string>& arguments, const char* file) {
    (void)hb::test::tiny_json_of(sandbox, arguments);
    sandbox.write(file, sandbox.read("report.json"));
  };
  write({"estimate", kLayer}, "formula.json");
  write({"run", kLayer}, "rtl.json");
  write({"run", kLayer, "--on", "golden"}, "golden.json");
  write({"verify", kLayer}, "verify.json");
  const std::string page =
      page_with(sandbox, {"formula.json", "rtl.json", "golden.json", "verify.json"});
  for (const char* engine : {"formula", "rtl", "golden", "lockstep"}) {
    CAPTURE(engine);
    CHECK(page.find(std::string("\"engine\":\"") + engine + '"') != std::string::npos);
  }
  CHECK(page == page_with(sandbox, {"formula.json", "rtl.json", "golden.json", "verify.json"}));
}

TEST_CASE("bad input gets a message and leaves no page") {
  const Sandbox sandbox;
  (void)hb::test::tiny_json_of(sandbox, {"estimate", kLayer});
  sandbox.write("text.json", "no JSON");
  sandbox.write("other.json", "{\"a\": 1}");
  sandbox.write("chart.js", "no chart library");
  const auto refuse = [&](std::vector<std::string> arguments, const char* part) {
    arguments.insert(arguments.begin(), "report");
    const Outcome outcome = sandbox.halfbyte(arguments);
    CAPTURE(part);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find(part) != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(sandbox.path("page.html")));
  };
  refuse({"-o", "page.html"}, "FILE.json");
  refuse({"report.json"}, "--output");
  refuse({"report.json", "-o", "./report.json"}, "given as a report and as --output");
  refuse({"nowhere.json", "-o", "page.html"}, "nowhere.json");
  refuse({"report.json", "text.json", "-o", "page.html"}, "text.json");
  refuse({"other.json", "-o", "page.html"}, "no report of halfbyte");
  refuse({"report.json", "-o", "nowhere/page.html"}, "nowhere/page.html");
  refuse({"report.json", "-o", "page.html", "--chart-library", "chart.js"}, "not Chart.js 3");
  refuse({"report.json", "-o", "page.html", "--chart-library", "nowhere.js"}, "nowhere.js");
}

TEST_CASE("no file is written over another one of the same command") {
  const Sandbox sandbox;
  sandbox.write("table.yaml", "mine");
  std::filesystem::create_symlink("table.yaml", sandbox.path("link.yaml"));
  const auto refuse = [&](const std::vector<std::string>& arguments, const char* part) {
    const Outcome outcome = sandbox.halfbyte(arguments);
    CAPTURE(part);
    CHECK(outcome.exit_code == 2);
    CHECK_MESSAGE(outcome.err.find(part) != std::string::npos, outcome.err);
  };
  refuse({"estimate", kLayer, "--json", "a", "--csv", "./a"}, "given as --json and as --csv");
  refuse({"estimate", kLayer, "--csv", "a", "--trace", "a"}, "given as --csv and as --trace");
  refuse({"estimate", kLayer, "--energy", "table.yaml", "--json", "link.yaml"},
         "given as --energy and as --json");
  refuse({"run", "table.yaml", "--csv", "table.yaml"}, "given as the model and as --csv");
  refuse({"card", "builtin:resnet18", "--json", "-", "-o", "-"}, "given as --json and as --output");
  CHECK(sandbox.read("table.yaml") == "mine");
}
