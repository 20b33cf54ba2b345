// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Waves of the RTL as FST. Include it after the header of a model that was Verilated with
// --trace-fst.
#pragma once

#include <fmt/format.h>
#include <verilated_fst_c.h>

#include <optional>

#include "model/arch/error.hpp"
#include "sim/options.hpp"
#include "sim/run.hpp"
#include "sim/wave_file.hpp"

namespace hb::sim {

/// Writes the cycles that `options` ask for. Cycle n of the run lasts from 10n to 10n + 10 ns: its
/// rising edge is at 10n, its falling edge at 10n + 5, and everything else changes at 10n.
class FstWave {
 public:
  static constexpr bool kOn = true;

  /// Throws hb::Error if the file cannot be written.
  explicit FstWave(const std::optional<WaveOptions>& options) : options_(options.value()) {}

  /// Before the first evaluation.
  template <class Model>
  void attach(VerilatedContext& context, Model& model) {
    constexpr int kAllLevels = 99;
    context.traceEverOn(true);
    fst_.set_time_unit("1ns");
    fst_.set_time_resolution("1ns");
    model.trace(&fst_, kAllLevels);
  }

  /// The clock is high, registers and inputs are those of the cycle that begins. `running`: the
  /// machine runs in it; this is false during reset.
  void rise(bool running) {
    if (cycle_ || running) {
      cycle_ = cycle_ ? *cycle_ + 1 : 0;
    }
    if (open() && *cycle_ > options_.last) {
      fst_.close();
    }
    if (in_range()) {
      if (!open()) {
        begin();
      }
      last_ = *cycle_;
      fst_.dump(kPeriod * *cycle_);
    }
  }

  /// The clock is low, in the same cycle.
  void fall() {
    if (in_range()) {
      fst_.dump(kPeriod * *cycle_ + kPeriod / 2);
    }
  }

  /// After the last cycle: the file gets its name. The cycles that are in it. Throws hb::Error if
  /// there are none, or the file is not whole.
  [[nodiscard]] WaveRange finish() {
    if (!last_) {
      throw bad_input(fmt::format("waves from cycle {}", options_.first),
                      cycle_ ? fmt::format("the last cycle is {}", *cycle_)
                             : std::string("the machine never ran"),
                      "a range that begins within the run");
    }
    fst_.close();
    file_.commit();
    return {options_.first, *last_};
  }

 private:
  static constexpr std::uint64_t kPeriod = 10;  ///< ns

  [[nodiscard]] bool open() const { return fst_.isOpen(); }
  [[nodiscard]] bool in_range() const {
    return cycle_ && *cycle_ >= options_.first && *cycle_ <= options_.last;
  }

  void begin() {
    fst_.open(file_.beside().c_str());
    if (!open()) {
      throw bad_input(options_.file.string(), "cannot be written", "a directory with room");
    }
  }

  WaveOptions options_;
  WaveFile file_{options_.file};
  VerilatedFstC fst_;
  std::optional<Cycles> cycle_;  ///< of the run
  std::optional<Cycles> last_;   ///< written
};

}  // namespace hb::sim
