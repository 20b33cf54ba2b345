// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a trace stay whole whatever the run and its names, and do its counters lose nothing?
#include "sw/report/trace.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "sw/report/stretches.hpp"
#include "tests/report/small.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using arch::Cause;
using arch::Engine;

/// Two overlapping LOADs, the second of no layer, and a STORE.
struct Small {
  arch::Program program;
  arch::Timeline timeline;

  Small() {
    program.machine = machine();
    program.layers = {{"a\"\\\n", "conv", "", arch::Precision::kInt8, 64}};
    append(program, load(0, 4, 1));
    append(program, load(9, 2, 1, arch::Buffer::kParameter));
    append(program, store(0, 1));
    append(program, arch::encode_end());
    timeline.commands = {
        {0, Engine::kLoad, 10, 30}, {1, Engine::kLoad, 12, 40}, {2, Engine::kStore, 41, 60}};
    timeline.causes = {{0, Cause::kFetch}, {40, Cause::kTransfer}};
    timeline.total = 62;
  }

  [[nodiscard]] Json trace(std::size_t parts = 1) const {
    const report::Report one = report::make_report(program, &timeline);
    const report::Report report =
        report::join(std::vector<report::Report>(parts, one), program.machine);
    const std::vector<report::Played> played(parts, {&program, &timeline});
    return Json::parse(report::to_trace({"m\xFF", played, report}));
  }
};

/// Spans of the thread with that name.
std::vector<Json> spans(const Json& trace, const std::string& thread) {
  std::vector<Json> found;
  Json number;
  for (const Json& event : trace.at("traceEvents")) {
    if (event.at("name") == "thread_name" && event.at("args").at("name") == thread) {
      number = event.at("tid");
    }
    if (event.at("ph") == "X" && event.at("tid") == number) found.push_back(event);
  }
  return found;
}

TEST_CASE("a span begins where the one before it ends, and its args say when its command started") {
  const std::vector<Json> loads = spans(Small().trace(), "load");
  REQUIRE(loads.size() == 2);
  CHECK(loads[0].at("ts") == 10);
  CHECK(loads[0].at("dur") == 20);
  CHECK(loads[1].at("ts") == 30);
  CHECK(loads[1].at("dur") == 10);
  CHECK(loads[1].at("args").at("start") == 12);
  CHECK(loads[1].at("args").at("end") == 40);
  CHECK(loads[1].at("args").at("bytes") == 2 * 16);
  CHECK(loads[1].at("args").at("buffer") == "parameter");
}

TEST_CASE("names are escaped, and a command of no layer has its own") {
  const Json trace = Small().trace();
  const std::vector<Json> loads = spans(trace, "load");
  CHECK(loads.at(0).at("name") == "a\"\\\n");
  CHECK(loads.at(0).at("args").at("layer") == 1);
  CHECK(loads.at(1).at("name") == "command 1");
  CHECK_FALSE(loads.at(1).at("args").contains("layer"));
  CHECK(trace.at("otherData").at("model") == "m\xEF\xBF\xBD");
}

TEST_CASE("a command that never retired is drawn to the end of the run") {
  Small small;
  small.timeline.commands[1].retire = 0;
  const std::vector<Json> loads = spans(small.trace(), "load");
  CHECK(loads.at(1).at("ts") == 30);
  CHECK(loads.at(1).at("dur") == 62 - 30);
  CHECK(loads.at(1).at("args").at("end").is_null());
}

TEST_CASE("parts are one behind the other, in times, layers and numbers") {
  const Json trace = Small().trace(3);
  CHECK(trace.at("otherData").at("cycles") == 3 * 62);
  const std::vector<Json> stores = spans(trace, "store");
  REQUIRE(stores.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(stores[i].at("ts") == 41 + i * 62);
    CHECK(stores[i].at("args").at("end") == 60 + i * 62);
    CHECK(stores[i].at("args").at("part") == i + 1);
    CHECK(stores[i].at("args").at("layer") == i + 1);
  }
  CHECK(spans(trace, "layers").size() == 3);
  CHECK(spans(trace, "cycle causes").size() == 2 * 3);
}

TEST_CASE("stretches share out what is added, and lose nothing but what comes after the end") {
  report::Stretches rate(2500);
  CHECK(rate.width() == 3);
  rate.add({2, 7}, 10);  // 1 cycle, 3 cycles, 1 cycle
  CHECK(rate.amount(0) == doctest::Approx(2));
  CHECK(rate.amount(1) == doctest::Approx(6));
  CHECK(rate.amount(2) == doctest::Approx(2));
  rate.add({2498, 2502}, 4);
  CHECK(rate.amount(2499 / 3) == doctest::Approx(1));  // the last stretch is 1 cycle long
  rate.add({5, 5}, 7);
  const Json events = Json::parse("[" + rate.events("x", "per cycle", 1) + "0]");
  CHECK(events.at(0).at("args").at("per cycle") == doctest::Approx(2.0 / 3).epsilon(0.001));
  CHECK(events.at(events.size() - 2).at("ts") == 2500);
  CHECK(events.at(events.size() - 2).at("args").at("per cycle") == 0);
}

}  // namespace
}  // namespace hb::test
