// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the comparison of views see every difference, and refuse to agree on nothing?
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include <functional>

#include "tests/timing/compare.hpp"

namespace hb::test {
namespace {

/// END alone, of a layer that is said to be there.
arch::Program program() {
  arch::Program program;
  program.machine.rows = 4;
  program.machine.columns = 4;
  program.memory.resize(arch::kCommandBytes);
  program.count = 1;
  program.layers = {{"one", "conv", "", arch::Precision::kInt8, 64}};
  return program;
}

arch::Timeline timeline() {
  arch::Timeline timeline;
  timeline.commands = {{0, arch::Engine::kLoad, 10, 30}};
  timeline.causes = {{0, arch::Cause::kFetch}, {10, arch::Cause::kBusy}};
  timeline.total = 40;
  timeline.counters.fill(7);
  return timeline;
}

Agreement compared(const std::function<void(View&)>& change) {
  const View formula("formula", program(), timeline());
  std::vector<View> others = {formula, formula};
  others[0].name = "SystemC";
  others[1].name = "RTL";
  change(others[1]);
  return compare(formula, others);
}

TEST_CASE("equal views differ in nothing, and figures were compared") {
  const Agreement agreement = compared([](View&) {});
  CHECK(agreement.different == 0);
  CHECK(agreement.first.empty());
  CHECK(agreement.cycles == 40);
  CHECK(agreement.layers == 1);
  CHECK(agreement.commands == 1);
  // Twice: total and one layer by cycles and causes; a command; two causes; counters; three sizes.
  CHECK(agreement.compared == 2 * (2 * (1 + arch::kCauses) + 3 + 2 * 2 + arch::kCounters + 3));
}

TEST_CASE("one figure that is off by one is seen") {
  const std::function<void(View&)> changes[] = {
      [](View& view) { ++*view.report.total.cycles; },
      [](View& view) { ++view.report.total.causes->at(3); },
      [](View& view) { ++*view.report.layers[0].cycles; },
      [](View& view) { ++view.report.layers[0].causes->at(arch::kCauses - 1); },
      [](View& view) { ++view.timeline.commands[0].start; },
      [](View& view) { ++view.timeline.commands[0].retire; },
      [](View& view) { ++view.timeline.commands[0].index; },
      [](View& view) { ++view.timeline.causes[1].first; },
      [](View& view) { view.timeline.causes[1].cause = arch::Cause::kDrain; },
      [](View& view) { ++view.timeline.counters[arch::kCounters - 1]; }};
  for (const auto& change : changes) {
    const Agreement agreement = compared(change);
    CHECK(agreement.different == 1);
    CHECK(agreement.first.find("by RTL") != std::string::npos);
  }
}

TEST_CASE("what only one view has is a difference") {
  CHECK(compared([](View& view) {
          view.report.layers.push_back(view.report.layers[0]);
        }).different > 0);
  CHECK(compared([](View& view) { view.timeline.commands.push_back({1}); }).different > 0);
  CHECK(compared([](View& view) { view.timeline.causes.pop_back(); }).different > 0);
}

TEST_CASE("views that ran nothing, or stopped, do not agree") {
  const auto alike = [](const std::function<void(View&)>& change) {
    View formula("formula", program(), timeline());
    change(formula);
    return compare(formula, {formula, formula}).different;
  };
  CHECK(alike([](View&) {}) == 0);
  CHECK(alike([](View& view) { view.report.layers.clear(); }) > 0);
  CHECK(alike([](View& view) { view.timeline.commands.clear(); }) > 0);
  CHECK(alike([](View& view) { view.timeline.total = 0; }) > 0);
  CHECK(alike([](View& view) { view.timeline.error = arch::ErrorCode::kTruncated; }) > 0);
  const View formula("formula", program(), timeline());
  CHECK(compare(formula, {}).different > 0);
}

}  // namespace
}  // namespace hb::test
