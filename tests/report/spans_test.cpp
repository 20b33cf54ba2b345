// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the units' spans follow from docs/timing.md, and does the JSON have them as they are?
#include "sw/report/spans.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "sw/cost/timing.hpp"
#include "sw/report/json.hpp"
#include "tests/report/small.hpp"

namespace hb::test {
namespace {

using arch::Cycles;
using report::Span;
using report::Spans;
using report::Unit;

/// docs/timing.md section 1, tiny: R = C = 4.
constexpr Cycles kRows = 4;
constexpr Cycles kColumns = 4;
constexpr Cycles kPostLatency = 18;
constexpr Cycles kDrain = kRows + kColumns + 21;
constexpr Cycles kPoolDrain = kRows + 3;

const std::vector<Span>& of(const Spans& spans, Unit unit) {
  return spans[static_cast<std::size_t>(unit)];
}

/// 2 tiles of 9 pixels, 3x2 kernel, 2 channel words: T = 4 * 6 * 2 = 48, 3 groups of rows.
arch::Conv two_tiles() {
  arch::Conv conv;
  conv.input_height = 5;
  conv.input_width = 4;
  conv.input_plane = 20;
  conv.kernel_height = 3;
  conv.kernel_width = 2;
  conv.channel_words = 2;
  conv.tiles = 2;
  conv.output_height = conv.output_width = 3;
  conv.output.address = 2048;
  conv.output.plane = 9;
  return conv;
}

arch::Conv one_row(bool partial) {
  arch::Conv conv;
  conv.common.layer = 1;
  conv.partial = partial;
  if (!partial) conv.output.address = 2048;
  return conv;
}

/// 2 rows of 3 outputs, 3x2 windows at stride 1 x 2: N = 3 * 1 + 3 = 6, X = 2 * 2 + 2 = 6.
arch::Pool windows() {
  arch::Pool pool;
  pool.common.layer = 7;  // no such row
  pool.kernel_height = 3;
  pool.kernel_width = 2;
  pool.stride_x = 2;
  pool.input_height = 4;
  pool.input_width = 6;
  pool.output_height = 2;
  pool.output_width = 3;
  pool.output_address = 2048;
  return pool;
}

/// A program of all kinds of commands, played by the formulas.
struct Played {
  arch::Program program;
  arch::Timeline timeline;
  Spans spans;

  Played() {
    program.machine = machine();
    program.layers = {{"a", "conv", "", arch::Precision::kInt8, 0},
                      {"b", "conv", "", arch::Precision::kInt8, 0}};
    for (const arch::CommandWords& words :
         {load(0, 3, 2), arch::encode(two_tiles()), load(1, 8, 1), arch::encode(one_row(true)),
          arch::encode(one_row(false)), arch::encode(windows()), store(1, 5), arch::encode_end()}) {
      append(program, words);
    }
    std::vector<arch::CommandWords> commands;
    for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
    timeline = cost::play(commands, program.machine, {});
    spans = report::spans_of(program, timeline);
  }

  [[nodiscard]] const arch::CommandTimes& times(std::uint32_t index) const {
    return timeline.commands.at(index);
  }
};

TEST_CASE("LOAD and STORE work from their start to their retirement, by the layers of their tags") {
  const Played run;
  const std::vector<Span>& loads = of(run.spans, Unit::kLoad);
  REQUIRE(loads.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(loads[i].command == 2 * i);
    CHECK(loads[i].layer == i);
    CHECK(loads[i].start == run.times(loads[i].command).start);
    CHECK(loads[i].end == run.times(loads[i].command).retire);
  }
  const std::vector<Span>& stores = of(run.spans, Unit::kStore);
  REQUIRE(stores.size() == 1);
  CHECK(stores[0].command == 6);
  CHECK(stores[0].start == run.times(6).start);
  CHECK(stores[0].end == run.times(6).retire);
}

TEST_CASE("the array works a command's steps: together they are the cycles with cause BUSY") {
  const Played run;
  const std::vector<Span>& array = of(run.spans, Unit::kArray);
  REQUIRE(array.size() == 4);
  const std::vector<Cycles> steps = {2 * 3 * 48, 4, 4, 6 * 6};
  std::vector<bool> busy(run.timeline.total);
  for (std::size_t i = 0; i < array.size(); ++i) {
    CAPTURE(i);
    const Cycles drain = i == 3 ? kPoolDrain : kDrain;
    CHECK(array[i].start == run.times(array[i].command).start);
    CHECK(*array[i].end == array[i].start + steps[i]);
    CHECK(*array[i].end - 1 + drain == run.times(array[i].command).retire);
    for (Cycles t = array[i].start; t < *array[i].end; ++t) busy.at(t) = true;
  }
  CHECK_FALSE(array[3].layer);
  for (std::size_t i = 0; i < run.timeline.causes.size(); ++i) {
    const bool last = i + 1 == run.timeline.causes.size();
    const Cycles end = last ? run.timeline.total : run.timeline.causes[i + 1].first;
    for (Cycles t = run.timeline.causes[i].first; t < end; ++t) {
      CHECK(busy.at(t) == (run.timeline.causes[i].cause == arch::Cause::kBusy));
    }
  }
}

TEST_CASE("the post-processor works from its first row to the retirement; partial sums pass by") {
  const Played run;
  const std::vector<Span>& post = of(run.spans, Unit::kPostProcessor);
  REQUIRE(post.size() == 3);
  const std::vector<std::uint32_t> commands = {1, 4, 5};
  for (std::size_t i = 0; i < post.size(); ++i) {
    CHECK(post[i].command == commands[i]);
    CHECK(post[i].end == run.times(commands[i]).retire);
  }
  // V(0) = e + 4 + C, where the first tile's last step is e = start + T - 1.
  CHECK(post[0].start == run.times(1).start + 48 - 1 + 4 + kColumns);
  // Of one tile of R pixels all that is left then are the other rows and the post-processor.
  CHECK(*post[1].end - post[1].start == kRows - 1 + kPostLatency);
  // The first window ends with the second column of 6 rows; its first write is 4 later.
  CHECK(post[2].start == run.times(5).start + 2 * 6 - 1 + 4);
}

TEST_CASE("a command that never retired has a start and no end") {
  Played run;
  run.timeline.commands[1].retire = 0;
  run.timeline.commands[6].retire = 0;
  const Spans spans = report::spans_of(run.program, run.timeline);
  CHECK_FALSE(of(spans, Unit::kArray)[0].end);
  CHECK_FALSE(of(spans, Unit::kPostProcessor)[0].end);
  CHECK_FALSE(of(spans, Unit::kStore)[0].end);
  CHECK(of(spans, Unit::kStore)[0].start == run.times(6).start);
}

TEST_CASE(
    "the JSON has a column for each figure, null for what is not known, numbers of the table") {
  Played run;
  run.timeline.commands[6].retire = 0;
  report::Report report = report::make_report(run.program, &run.timeline);
  report.first = 3;
  const auto json = report::to_json(report, {"m", "tiny", "rtl", "ort", "w8a8"}, {});
  const auto& timeline = json.at("timeline");
  CHECK(timeline.size() == report::kUnits);
  for (const auto& [unit, columns] : timeline.items()) {
    CAPTURE(unit);
    CHECK(columns.size() == 3);
    CHECK(columns.at("layer").size() == columns.at("start").size());
    CHECK(columns.at("end").size() == columns.at("start").size());
  }
  CHECK(timeline.at("load").at("layer") == nlohmann::json{3, 4});
  CHECK(timeline.at("array").at("layer") == nlohmann::json{3, 4, 4, nullptr});
  CHECK(timeline.at("post_processor").at("end").at(0) == run.times(1).retire);
  CHECK(timeline.at("store").at("end") == nlohmann::json::array({nullptr}));
  const std::string text = report::dump(json);
  CHECK(nlohmann::ordered_json::parse(text) == json);
  CHECK(text.find("\n      \"layer\": [3,4,4,null],\n") != std::string::npos);
}

TEST_CASE("a file's name that is no UTF-8 does not keep the report from being written") {
  const Played run;
  const report::Report report = report::make_report(run.program, &run.timeline);
  const auto json = report::to_json(report, {"m\xFF.onnx", "tiny", "rtl", "ort", "w8a8"}, {});
  CHECK(nlohmann::json::parse(report::dump(json)).at("model") == "m\xEF\xBF\xBD.onnx");
}

TEST_CASE("an untimed run has no timeline, and neither has a network with an untimed part") {
  const Played run;
  const report::Report timed = report::make_report(run.program, &run.timeline);
  const report::Report untimed = report::make_report(run.program, nullptr);
  const auto json = report::to_json(untimed, {"m", "tiny", "golden", "ort", "w8a8"}, {});
  CHECK(json.at("timeline").is_null());
  CHECK(nlohmann::ordered_json::parse(report::dump(json)) == json);
  CHECK_FALSE(report::join({timed, untimed}, machine()).spans);
  CHECK_FALSE(report::join({untimed, timed}, machine()).spans);
}

TEST_CASE("a part's spans come behind the layers and the cycles of the parts before it") {
  const Played run;
  const report::Report part = report::make_report(run.program, &run.timeline);
  const report::Report joined = report::join({part, part, part}, machine());
  for (std::size_t unit = 0; unit < report::kUnits; ++unit) {
    const std::vector<Span>& one = run.spans[unit];
    const std::vector<Span>& all = joined.spans.value()[unit];
    REQUIRE(all.size() == 3 * one.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Span& span = one[i % one.size()];
      const std::size_t before = i / one.size();
      CHECK(all[i].start == span.start + before * run.timeline.total);
      CHECK(*all[i].end == *span.end + before * run.timeline.total);
      CHECK(all[i].layer.has_value() == span.layer.has_value());
      if (span.layer) CHECK(*all[i].layer == *span.layer + 2 * before);
    }
  }
}

}  // namespace
}  // namespace hb::test
