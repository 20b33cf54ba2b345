// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A rate over time: what happened in equal stretches of a run, as counter events of a trace.
#pragma once

#include <string>
#include <vector>

#include "model/arch/events.hpp"

namespace hb::report {

/// Cycles start .. end - 1.
struct Stretch {
  arch::Cycles start;
  arch::Cycles end;
};

class Stretches {
 public:
  /// At most this many, of whole cycles.
  static constexpr arch::Cycles kMost = 1000;

  explicit Stretches(arch::Cycles total);

  /// `amount`, evenly over these cycles.
  void add(const Stretch& when, double amount);
  /// Amount per cycle times `factor` from the start of each stretch on, and 0 at the end: a line
  /// per event, each with a comma. Stretches that go on as the one before them have none.
  [[nodiscard]] std::string events(const char* name, const char* unit, double factor) const;
  /// Amount in stretch `i`.
  [[nodiscard]] double amount(std::size_t i) const { return amounts_.at(i); }
  [[nodiscard]] arch::Cycles width() const { return width_; }

 private:
  arch::Cycles total_;
  arch::Cycles width_;  ///< of each stretch but the last
  std::vector<double> amounts_;
};

}  // namespace hb::report
