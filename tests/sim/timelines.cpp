// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/sim/timelines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hb::test {
namespace {

std::string text(const arch::CommandTimes& times) {
  return fmt::format("command {} ({}) {}..{}", times.index, arch::name(times.engine), times.start,
                     times.retire);
}

std::string text(const arch::CauseSpan& span) {
  return fmt::format("cause {} from cycle {}", arch::name(span.cause), span.first);
}

template <class T>
std::string first_difference(const std::vector<T>& formula, const std::vector<T>& run) {
  for (std::size_t i = 0; i < std::min(formula.size(), run.size()); ++i) {
    if (!(formula[i] == run[i])) {
      return fmt::format("formula: {}; run: {}", text(formula[i]), text(run[i]));
    }
  }
  return formula.size() == run.size()
             ? std::string()
             : fmt::format("formula has {} entries, run has {}", formula.size(), run.size());
}

}  // namespace

std::string timeline_difference(const arch::Timeline& formula, const arch::Timeline& run) {
  std::string difference = first_difference(formula.commands, run.commands);
  if (difference.empty()) {
    difference = first_difference(formula.causes, run.causes);
  }
  if (difference.empty() && formula.total != run.total) {
    difference = fmt::format("formula: {} cycles; run: {} cycles", formula.total, run.total);
  }
  for (std::size_t i = 0; difference.empty() && i < arch::kCounters; ++i) {
    if (formula.counters[arch::kCounterTotal] != 0 && formula.counters[i] != run.counters[i]) {
      difference =
          fmt::format("counter {}: formula {}, run {}", i, formula.counters[i], run.counters[i]);
    }
  }
  return difference;
}

}  // namespace hb::test
