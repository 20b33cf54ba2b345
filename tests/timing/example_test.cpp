// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the layer that docs/timing.md works out by hand, section 11, take the cycles that its terms
// add up to, and does the page say those?
#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "sw/cli/engines.hpp"
#include "sw/cli/model.hpp"
#include "sw/report/report.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {
namespace {

// The machine base and its memory.
constexpr arch::Cycles kR = 8;
constexpr arch::Cycles kC = 32;
constexpr arch::Cycles kB = 32;
constexpr arch::Cycles kL = 100;
// The layer: 3x3, 128 to 128 channels, 28x28 pixels; a word has 32 channels.
constexpr arch::Cycles kSide = 28;
constexpr arch::Cycles kWords = 128 / 32;
constexpr arch::Cycles kTiles = 128 / kC;
// Its schedule, from the listing that the page names: strips of two rows of pixels, one tile at a
// time; a STORE has two tiles of a strip. The last STORE of the layer before it in the network,
// layer2.1.conv1, has one.
constexpr arch::Cycles kStripRows = 2;
constexpr arch::Cycles kStoreTiles = 2;
constexpr arch::Cycles kPreviousStoreTiles = 1;

// Section 1.
constexpr arch::Cycles kCheck = 3;
constexpr arch::Cycles kDrain = kR + kC + 21;
constexpr arch::Cycles kModeChange = kR + kC - 2;

struct Estimate {
  arch::Timeline timeline;
  report::Report report;
};

Estimate estimate(const std::vector<const char*>& arguments) {
  std::vector<const char*> words = {"halfbyte", "estimate"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const arch::Program program =
      resolve_model(parse_options(static_cast<int>(words.size()), words.data()).value()).program;
  arch::Timeline timeline = play_formulas(program);
  report::Report report = report::make_report(program, &timeline);
  return {std::move(timeline), std::move(report)};
}

/// Whether `text` has `number` as a whole number, not inside of a longer one: "12" is not in "112",
/// "12,000", "1,012" or "12.5", but is in "12," and "12.".
bool says(const std::string& text, const std::string& number) {
  const auto digit = [&](std::size_t at) {
    return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
  };
  const auto joins = [&](std::size_t at) {
    return at < text.size() && (text[at] == ',' || text[at] == '.');
  };
  for (std::size_t at = text.find(number); at != std::string::npos;
       at = text.find(number, at + 1)) {
    const std::size_t end = at + number.size();
    const bool begun = at > 0 && (digit(at - 1) || (at > 1 && joins(at - 1) && digit(at - 2)));
    const bool goes_on = digit(end) || (joins(end) && digit(end + 1));
    if (!begun && !goes_on) return true;
  }
  return false;
}

void check_page_says(arch::Cycles value) {
  std::ifstream stream("docs/timing.md");
  const std::string page(std::istreambuf_iterator<char>(stream), {});
  const std::size_t section = page.find("## 11.");
  REQUIRE(section != std::string::npos);
  CHECK_MESSAGE(says(page.substr(section), report::grouped(value)), value);
}

TEST_CASE("a number inside of another one is not found") {
  for (const char* text : {"112", "124", "1,012", "12,000", "12.5", "7.12", "1,112,000", ""}) {
    CAPTURE(text);
    CHECK_FALSE(says(text, "12"));
  }
  for (const char* text : {"12", "12, 13", "is 12.", "112 or 12", "(12)", "x,12", "12,"}) {
    CAPTURE(text);
    CHECK(says(text, "12"));
  }
}

/// Steps of a tile and R pixels: every kernel position and channel word for each of R rows.
constexpr arch::Cycles kT = kR * 3 * 3 * kWords;
constexpr arch::Cycles kSteps = kTiles * (kSide * kSide / kR) * kT;

/// From a layer's last step to its end: its last STORE, of some tiles of a strip, waits for its
/// last CONV.
constexpr arch::Cycles tail(arch::Cycles tiles) {
  const arch::Cycles beats = tiles * kStripRows * kSide * 4 * kR / kB;
  return kDrain + 2 + kL + beats + 4;
}

TEST_CASE("a layer alone takes the cycles of its terms") {
  // Doorbell to the first LOAD's start: the first command's address is out in cycle 1.
  const arch::Cycles head = 1 + kL + 128 / kB;  // its last beat has come, and it is seen
  const arch::Cycles start = head + kCheck + 2;
  // What the first CONV waits for: a tile's weights and parameters, and three rows of pixels.
  const arch::Cycles weights = kT * 4 * kC / kB;
  const arch::Cycles parameters = 4 * 4 * kC / kB;
  const arch::Cycles pixels = (kStripRows + 1) * kSide * kWords * 4 * kR / kB;
  const arch::Cycles loaded = start + kL + weights + parameters + pixels + 1;
  const arch::Cycles first_step = loaded + 2;
  const arch::Cycles last_step = first_step + kSteps - 1;
  const arch::Cycles retired = last_step + kDrain;
  const arch::Cycles stored = last_step + tail(kStoreTiles);
  const arch::Cycles total = stored + 2;

  const Estimate alone = estimate({"builtin:resnet50/layer2.0.conv2"});
  REQUIRE(alone.timeline.commands.size() > 3);
  CHECK(alone.timeline.commands.front().start == start);
  const auto compute = [&](auto begin, auto end) {
    return std::find_if(begin, end, [](const arch::CommandTimes& command) {
      return command.engine == arch::Engine::kCompute;
    });
  };
  const auto& commands = alone.timeline.commands;
  CHECK(compute(commands.begin(), commands.end())->start == first_step);
  CHECK(compute(commands.rbegin(), commands.rend())->retire == retired);
  CHECK(commands.back().engine == arch::Engine::kStore);
  CHECK(commands.back().retire == stored);
  CHECK(alone.report.total.causes->at(static_cast<std::size_t>(arch::Cause::kBusy)) == kSteps);
  CHECK(alone.timeline.total == total);
  for (const arch::Cycles value :
       {start, weights, loaded, first_step, kSteps, last_step, retired, stored, total}) {
    check_page_says(value);
  }
}

const report::Row& row(const Estimate& estimate, const std::string& name) {
  for (const report::Row& row : estimate.report.layers) {
    if (row.layer.name == name) return row;
  }
  REQUIRE_MESSAGE(false, name);
  return estimate.report.total;
}

TEST_CASE("the same layer in the network owns its steps and what its tail is longer") {
  const Estimate whole = estimate({"builtin:resnet50"});
  const arch::Cycles owned = kSteps + tail(kStoreTiles) - tail(kPreviousStoreTiles);
  CHECK(row(whole, "layer2.1.conv2").cycles == owned);
  CHECK(row(whole, "layer2.1.conv2").causes->at(static_cast<std::size_t>(arch::Cause::kBusy)) ==
        owned);
  for (const arch::Cycles value : {tail(kStoreTiles), tail(kPreviousStoreTiles), owned}) {
    check_page_says(value);
  }
}

TEST_CASE("a change of mode costs its term, once in the mixed network") {
  const Estimate mixed = estimate({"builtin:resnet50", "--bits", "mostly-w4a4", "--residual", "4"});
  const report::CauseCycles& causes = *mixed.report.total.causes;
  // The last cycle of the term is the decision to start.
  CHECK(causes.at(static_cast<std::size_t>(arch::Cause::kModeChange)) == kModeChange - 1);
  check_page_says(kModeChange - 1);
}

}  // namespace
}  // namespace hb::cli
