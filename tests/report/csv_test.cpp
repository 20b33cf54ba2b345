// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are records what RFC 4180 says, and is what is not known empty?
#include "sw/report/csv.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sw/report/json.hpp"
#include "tests/report/small.hpp"

namespace hb::test {
namespace {

TEST_CASE("fields are quoted where they must be, and only there") {
  CHECK(report::csv_record({"a", "", "b c", "1.5"}) == "a,,b c,1.5\n");
  CHECK(report::csv_record({"a,b", "say \"x\"", "two\nlines", "\r"}) ==
        "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\"\r\"\n");
  CHECK(report::csv_record({"\""}) == "\"\"\"\"\n");
  CHECK(report::csv_record({"only"}) == "only\n");
}

TEST_CASE("a field is found by its path, and empty where there is none") {
  const nlohmann::ordered_json row = {
      {"a", 0}, {"b", nullptr}, {"c", {{"d", 2.5}, {"e", nullptr}}}, {"f", "x\n\x1b"}};
  CHECK(report::csv_field(row, "a") == "0");
  CHECK(report::csv_field(row, "b").empty());
  CHECK(report::csv_field(row, "b.d").empty());
  CHECK(report::csv_field(row, "c.d") == "2.5");
  CHECK(report::csv_field(row, "c.e").empty());
  CHECK(report::csv_field(row, "g").empty());
  CHECK(report::csv_field(row, "f") == "x\\x0a\\x1b");
}

TEST_CASE("the table has the same columns with cycles and without, and a name keeps to its field") {
  arch::Program program;
  program.machine = machine();
  program.layers = {{"a, \"b\"", "conv", "2x3", arch::Precision::kInt4, 64}};
  append(program, load(0, 4, 1));
  arch::Timeline timeline;
  timeline.commands = {{0, arch::Engine::kLoad, 10, 30}};
  timeline.causes = {{0, arch::Cause::kFetch}};
  timeline.total = 40;
  const auto csv = [&](const arch::Timeline* run) {
    return report::to_csv(report::to_json(report::make_report(program, run),
                                          {"m", "tiny", "rtl", "ort", "w4a4"}, {}));
  };
  const std::string timed = csv(&timeline);
  const std::string untimed = csv(nullptr);
  CHECK(timed.substr(0, timed.find('\n')) == untimed.substr(0, untimed.find('\n')));
  CHECK(timed.rfind("index,name,op,shape,bits,macs,cycles,utilization,cycles_by_cause.busy,", 0) ==
        0);
  CHECK(timed.find("\n1,\"a, \"\"b\"\"\",conv,2x3,w4a4,64,40,") != std::string::npos);
  CHECK(timed.find("\n,total,,,,64,40,") != std::string::npos);
  CHECK(untimed.find("\n,total,,,,64,,,,") != std::string::npos);
  CHECK(std::count(timed.begin(), timed.end(), '\n') == 3);
}

}  // namespace
}  // namespace hb::test
