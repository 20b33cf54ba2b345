// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Notices that a machine makes no progress, and says what it waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/arch/program.hpp"
#include "sim/driver.hpp"

namespace hb::sim {

class Watchdog {
 public:
  explicit Watchdog(Cycles patience) : patience_(patience) {}

  /// False once `patience` cycles in a row made no progress.
  bool step(bool progress) {
    idle_ = progress ? 0 : idle_ + 1;
    return idle_ < patience_;
  }
  [[nodiscard]] Cycles patience() const { return patience_; }

 private:
  Cycles patience_;
  Cycles idle_ = 0;
};

/// What each engine waits for, by its state register: one line per engine and one for the fetch.
[[nodiscard]] std::string describe_hang(const arch::Program& program, Cycles patience,
                                        const std::optional<EngineStates>& states);

}  // namespace hb::sim
