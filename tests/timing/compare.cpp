// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/timing/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hb::test {

namespace {

/// Takes the figures of two views, one pair after the other.
class Comparer {
 public:
  Comparer(Agreement& result, const View& first, const View& other)
      : result_(result), first_(first), other_(other) {}

  void run() {
    rows("total", first_.report.total, other_.report.total);
    list("layers", first_.report.layers, other_.report.layers,
         [&](std::size_t i, const report::Row& a, const report::Row& b) {
           rows(fmt::format("layer {} ({})", i + 1, a.layer.name), a, b);
         });
    list("commands", first_.timeline.commands, other_.timeline.commands,
         [&](std::size_t, const arch::CommandTimes& a, const arch::CommandTimes& b) {
           figure(fmt::format("command {}'s start", a.index), a.start, b.start);
           figure(fmt::format("command {}'s retirement", a.index), a.retire, b.retire);
           figure(fmt::format("command {}'s number", a.index), a.index, b.index);
         });
    list("changes of cause", first_.timeline.causes, other_.timeline.causes,
         [&](std::size_t i, const arch::CauseSpan& a, const arch::CauseSpan& b) {
           figure(fmt::format("begin of cause {}", i), a.first, b.first);
           figure(fmt::format("cause from cycle {}", a.first), static_cast<std::uint64_t>(a.cause),
                  static_cast<std::uint64_t>(b.cause));
         });
    for (std::size_t i = 0; i < arch::kCounters; ++i) {
      figure(fmt::format("counter {}", i), first_.timeline.counters[i],
             other_.timeline.counters[i]);
    }
  }

 private:
  void figure(const std::string& what, std::uint64_t a, std::uint64_t b) {
    ++result_.compared;
    if (a == b) {
      return;
    }
    ++result_.different;
    if (result_.first.empty()) {
      result_.first = fmt::format("{}: {} by {}, {} by {}", what, a, first_.name, b, other_.name);
    }
  }

  template <class Item, class Compare>
  void list(const char* what, const std::vector<Item>& a, const std::vector<Item>& b,
            Compare compare) {
    figure(fmt::format("number of {}", what), a.size(), b.size());
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) compare(i, a[i], b[i]);
  }

  void rows(const std::string& name, const report::Row& a, const report::Row& b) {
    figure(name + "'s cycles", a.cycles.value(), b.cycles.value());
    for (std::size_t i = 0; i < arch::kCauses; ++i) {
      figure(fmt::format("{}'s cycles of {}", name, arch::name(static_cast<arch::Cause>(i))),
             a.causes.value()[i], b.causes.value()[i]);
    }
  }

  Agreement& result_;
  const View& first_;
  const View& other_;
};

/// Why a view has nothing to compare; empty if it has.
std::string nothing(const View& view) {
  if (view.timeline.error != arch::ErrorCode::kNone) {
    return fmt::format("{} stopped with {}", view.name, arch::name(view.timeline.error));
  }
  const bool there =
      view.timeline.total > 0 && !view.timeline.commands.empty() && !view.report.layers.empty();
  return there ? "" : view.name + " ran nothing";
}

}  // namespace

View::View(std::string view, const arch::Program& program, arch::Timeline events)
    : name(std::move(view)),
      timeline(std::move(events)),
      report(report::make_report(program, &timeline)) {}

Agreement compare(const View& first, const std::vector<View>& others) {
  Agreement result;
  result.cycles = first.timeline.total;
  result.layers = first.report.layers.size();
  result.commands = first.timeline.commands.size();
  std::vector<const View*> views = {&first};
  for (const View& other : others) views.push_back(&other);
  for (const View* view : views) {
    const std::string why = nothing(*view);
    if (!why.empty()) {
      ++result.different;
      result.first = result.first.empty() ? why : result.first;
    }
  }
  for (const View& other : others) Comparer(result, first, other).run();
  if (others.empty()) {
    ++result.different;
    result.first = "only one view ran";
  }
  return result;
}

}  // namespace hb::test
