// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every timed engine report when each unit worked, alike, and does a cut network add up?
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/networks.hpp"
#include "tests/cli/report_json.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

const Arguments kUnits = {"load", "array", "post_processor", "store"};

Json report(Arguments arguments) {
  const Sandbox sandbox;
  return tiny_json_of(sandbox, std::move(arguments));
}

TEST_CASE("the timeline is the same from every timed engine, and null without cycles") {
  const std::string layer = "builtin:conv:24x9x7:20x3x2:s2x1:p1x0x2x1:add";
  const Json estimate = report({"estimate", layer}).at("timeline");
  for (const std::string& unit : kUnits) CHECK_FALSE(estimate.at(unit).at("start").empty());
  for (const char* engine : {"rtl", "systemc", "lockstep"}) {
    CAPTURE(engine);
    CHECK(report({"run", layer, "--on", engine}).at("timeline") == estimate);
  }
  CHECK(report({"verify", layer}).at("timeline") == estimate);
  CHECK(report({"run", layer, "--on", "golden"}).at("timeline").is_null());
}

TEST_CASE("a POOL has its steps at the array and its writes at the post-processor") {
  const Json pool = report({"verify", "builtin:maxpool:16x12x12:3x3:s2:p1"}).at("timeline");
  REQUIRE_FALSE(pool.at("array").at("start").empty());
  for (std::size_t i = 0; i < pool.at("array").at("start").size(); ++i) {
    CHECK(pool.at("array").at("start").at(i) < pool.at("post_processor").at("start").at(i));
    CHECK(pool.at("array").at("end").at(i) < pool.at("post_processor").at("end").at(i));
  }
}

TEST_CASE("the array's cycles are the busy ones, under a memory that stalls too") {
  for (const char* seed : {"0", "3"}) {
    const Json run = report({"run", "builtin:conv:40x9x9:40x3x3:p1", "--stall-seed", seed});
    const Json& array = run.at("timeline").at("array");
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < array.at("start").size(); ++i) {
      sum +=
          array.at("end").at(i).get<std::uint64_t>() - array.at("start").at(i).get<std::uint64_t>();
    }
    CHECK(sum == run.at("total").at("cycles_by_cause").at("busy"));
  }
}

TEST_CASE("a cut network's timeline is that of its parts, one behind the other") {
  const std::string model = shipped("resnet8_w8_mostly-w4a4.onnx");
  const Json cut = report({"estimate", model, "--jobs", "2"});
  REQUIRE(cut.at("parts") == 2);
  CHECK(report({"run", model, "--jobs", "2"}).at("timeline") == cut.at("timeline"));
  const Json& layers = cut.at("layers");
  // Which layer begins the second part: the one before which everything has retired.
  bool found = false;
  for (std::size_t first = 2; first <= layers.size() && !found; ++first) {
    const Json one = report({"estimate", model, "--layers", "1-" + std::to_string(first - 1)});
    const Json other = report({"estimate", model, "--layers",
                               std::to_string(first) + "-" + std::to_string(layers.size())});
    const std::uint64_t shift = one.at("total").at("cycles");
    if (shift + other.at("total").at("cycles").get<std::uint64_t>() !=
        cut.at("total").at("cycles")) {
      continue;
    }
    Json joined = one.at("timeline");
    for (const std::string& unit : kUnits) {
      const Json& more = other.at("timeline").at(unit);
      for (std::size_t i = 0; i < more.at("start").size(); ++i) {
        joined[unit]["layer"].push_back(more.at("layer").at(i));
        joined[unit]["start"].push_back(more.at("start").at(i).get<std::uint64_t>() + shift);
        joined[unit]["end"].push_back(more.at("end").at(i).get<std::uint64_t>() + shift);
      }
    }
    found = joined == cut.at("timeline");
  }
  CHECK(found);
}

}  // namespace
}  // namespace hb::test
