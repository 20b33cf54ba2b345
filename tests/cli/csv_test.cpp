// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Where does --csv write, and is it refused with one message where it cannot? (Its content:
// csv_rules.py.)
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Arguments = std::vector<std::string>;

const std::string kLayer = "builtin:conv:8x5x5:8x3x3:p1";

Outcome run(const Sandbox& sandbox, Arguments arguments, const std::string& file) {
  arguments.insert(arguments.end(), {"--csv", file});
  return sandbox.halfbyte(arguments);
}

/// All but the last line of a simulation, which says how fast it was.
std::string without_speed(const std::string& text) {
  return text.substr(0, text.find("simulated in"));
}

TEST_CASE("a table's CSV goes to a file beside the table, or to standard output without it") {
  for (const auto& [arguments, heading] :
       std::vector<std::pair<Arguments, std::string>>{{{"estimate", kLayer}, "utilization"},
                                                      {{"run", kLayer}, "utilization"},
                                                      {{"presets"}, "preset,rows"},
                                                      {{"disasm", kLayer}, "index,layer"}}) {
    CAPTURE(arguments.front());
    const Sandbox sandbox;
    const Outcome file = run(sandbox, arguments, "t.csv");
    CHECK(file.exit_code == 0);
    CHECK(without_speed(file.out) == without_speed(sandbox.halfbyte(arguments).out));
    CHECK(file.out.find(heading) == std::string::npos);
    const Outcome stream = run(sandbox, arguments, "-");
    CHECK(stream.exit_code == 0);
    CHECK(stream.out.substr(0, stream.out.find('\n')).find(heading) != std::string::npos);
    CHECK(stream.out == sandbox.read("t.csv"));
  }
}

TEST_CASE("a CSV that cannot be written is one message and exit code 2") {
  const Sandbox sandbox;
  for (const Arguments& arguments :
       {Arguments{"estimate", kLayer}, Arguments{"run", kLayer}, Arguments{"verify", kLayer},
        Arguments{"presets"}, Arguments{"disasm", kLayer}}) {
    for (const auto& [file, message] : std::vector<std::pair<std::string, std::string>>{
             {"none/t.csv", "none/t.csv: cannot be written"}, {"", "an empty name"}}) {
      CAPTURE(arguments.front());
      const Outcome outcome = run(sandbox, arguments, file);
      CHECK(outcome.exit_code == 2);
      CHECK(outcome.out.empty());
      CHECK(outcome.err.find(message) != std::string::npos);
      CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    }
  }
  CHECK(run(sandbox, {"estimate", kLayer, "--json", "-"}, "-").exit_code == 2);
  CHECK(run(sandbox, {"compile", kLayer, "-o", "p.hbp"}, "t.csv").exit_code == 2);
}

}  // namespace
}  // namespace hb::test
