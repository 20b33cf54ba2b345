// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a command writes with --json.
#pragma once

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/cli/process.hpp"

namespace hb::test {

/// Runs a command that must be good, and reads its report; the file stays as report.json.
inline nlohmann::json json_of(const Sandbox& sandbox, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--quiet", "--json", "report.json"});
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  return nlohmann::json::parse(sandbox.read("report.json"));
}

/// The same on machine tiny.
inline nlohmann::json tiny_json_of(const Sandbox& sandbox, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--preset", "tiny"});
  return json_of(sandbox, std::move(arguments));
}

}  // namespace hb::test
