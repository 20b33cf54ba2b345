// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/stretches.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hb::report {

namespace {

arch::Cycles divide_up(arch::Cycles value, arch::Cycles by) { return (value + by - 1) / by; }

}  // namespace

Stretches::Stretches(arch::Cycles total)
    : total_(total),
      width_(std::max<arch::Cycles>(divide_up(total, kMost), 1)),
      amounts_(divide_up(total, width_)) {}

void Stretches::add(const Stretch& when, double amount) {
  const arch::Cycles end = std::min(when.end, total_);
  for (arch::Cycles at = when.start; at < end;) {
    const arch::Cycles next = std::min((at / width_ + 1) * width_, end);
    amounts_[at / width_] +=
        amount * static_cast<double>(next - at) / static_cast<double>(when.end - when.start);
    at = next;
  }
}

std::string Stretches::events(const char* name, const char* unit, double factor) const {
  std::string text;
  std::string last;
  for (std::size_t i = 0; i <= amounts_.size(); ++i) {
    const arch::Cycles start = std::min(i * width_, total_);
    const arch::Cycles cycles = std::min(width_, total_ - start);
    const double rate =
        i < amounts_.size() ? factor * amounts_[i] / static_cast<double>(cycles) : 0;
    const std::string value = fmt::format("{:.3f}", rate);
    if (value == last) continue;
    text += fmt::format(R"({{"ph":"C","pid":1,"tid":0,"name":"{}","ts":{},"args":{{"{}":{}}}}},)",
                        name, start, unit, value) +
            "\n";
    last = value;
  }
  return text;
}

}  // namespace hb::report
