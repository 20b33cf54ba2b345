// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a trace whole or not there, and refused where there cannot be one? (Its content:
// trace_rules.py.)
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

const std::string kLayer = "builtin:conv:8x5x5:8x3x3:p1";

TEST_CASE("a trace goes to a file or to standard output, and the table elsewhere then") {
  const Sandbox sandbox;
  const Arguments estimate = {"estimate", kLayer, "--preset", "tiny", "--trace"};
  Arguments arguments = estimate;
  arguments.emplace_back("t.json");
  const Outcome file = sandbox.halfbyte(arguments);
  CHECK(file.exit_code == 0);
  CHECK(file.out.find("cycles") != std::string::npos);
  arguments.back() = "-";
  const Outcome stream = sandbox.halfbyte(arguments);
  CHECK(stream.exit_code == 0);
  CHECK(stream.out == sandbox.read("t.json"));
  CHECK(stream.err.find("cycles") != std::string::npos);
  CHECK(Json::parse(stream.out).at("otherData").at("machine") == "tiny");
}

TEST_CASE("where there cannot be a trace there is one message, exit code 2 and no file") {
  const Sandbox sandbox;
  std::filesystem::create_directory(sandbox.path("folder"));
  const std::vector<std::pair<Arguments, std::string>> bad = {
      {{"run", kLayer, "--on", "golden", "--trace", "t.json"},
       "--trace: given for the golden model"},
      {{"run", kLayer, "--trace", "none/t.json"}, "none/t.json: cannot be written"},
      {{"estimate", kLayer, "--trace", "folder"}, "folder: cannot be written"},
      {{"verify", kLayer, "--trace", ""}, "an empty name"},
      {{"estimate", kLayer, "--trace", "-", "--json", "-"}, "one of them on standard output"},
      {{"estimate", "gone.onnx", "--trace", "t.json"}, "gone.onnx"},
      {{"compile", kLayer, "-o", "p.hbp", "--trace", "t.json"}, "--trace"}};
  for (const auto& [arguments, message] : bad) {
    CAPTURE(message);
    const Outcome outcome = sandbox.halfbyte(arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find(message) != std::string::npos);
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    CHECK_FALSE(std::filesystem::exists(sandbox.path("t.json")));
  }
}

}  // namespace
}  // namespace hb::test
