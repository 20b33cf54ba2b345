// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One run, cycle by cycle: host, memory, checks and records around whatever computes the outputs.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "model/arch/activity.hpp"
#include "model/arch/ports.hpp"
#include "model/arch/program.hpp"
#include "sim/activity.hpp"
#include "sim/compare.hpp"
#include "sim/driver.hpp"
#include "sim/memory.hpp"
#include "sim/options.hpp"
#include "sim/protocol.hpp"
#include "sim/recorder.hpp"
#include "sim/run.hpp"
#include "sim/watchdog.hpp"

namespace hb::sim {

/// What the bus saw, to be held against the machine's own counters.
struct BusBeats {
  std::uint64_t fetch = 0;
  std::uint64_t load = 0;
  std::uint64_t store = 0;
};

/// Adds to `violations` whatever counters and STATUS say otherwise than what was seen.
void check_readout(const Readout& readout, const Recorder& recorder, const BusBeats& beats,
                   Violations& violations);

template <class Shape>
class Session {
 public:
  using Outputs = arch::Outputs<Shape>;
  using Inputs = arch::Inputs<Shape>;

  /// `program` must live as long as the session.
  Session(const arch::Program& program, const RunOptions& options)
      : program_(program),
        options_(options),
        driver_(program, options, violations_),
        memory_(MemoryImage(program.memory, program.memory_limit), options),
        protocol_(memory_.image(), violations_),
        recorder_(violations_),
        tags_(program),
        activity_(program),
        watchdog_(options.watchdog != 0 ? options.watchdog : default_watchdog(options.memory)) {
    inputs_.reset_n = options.warm;
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Visible in this cycle.
  [[nodiscard]] const Inputs& inputs() const { return inputs_; }

  /// Compares both sides in this cycle; call before step(). The first cycle shows garbage and is
  /// left out.
  void compare(const Outputs& expected, const Outputs& actual) {
    if (t_ > 0 && !divergence_) {
      divergence_ = sim::compare(t_, expected, actual, recorder_, tags_);
      if (divergence_ && divergence_->signal.rfind("lite_", 0) == 0) {
        divergence_->signal += fmt::format(" (register {:#x})", driver_.address());
      }
    }
  }

  /// Compares both sides' counters of toggled bits, as above.
  void compare(const arch::Toggles& expected, const arch::Toggles& actual) {
    if (t_ > 0 && !divergence_) {
      divergence_ = sim::compare({expected, actual, t_}, recorder_, tags_);
    }
  }

  /// The counters of toggled bits in this cycle; call before step().
  void count(const Outputs& outputs, const arch::Toggles& toggles) {
    if (t_ > 0) activity_.step(outputs, toggles);
  }

  /// From this cycle to the next. `outputs` drive memory and host.
  void step(const Outputs& outputs) {
    if (t_ > 0) {
      watch(outputs);
    }
    memory_.step(t_, outputs_or_none(outputs), inputs_);
    driver_.step(t_, outputs, inputs_);
    ++t_;
    if (t_ % kProgressCycles == 0 && options_.progress) {
      options_.progress(recorder_.total());
    }
  }

  [[nodiscard]] bool done() const { return driver_.done() || divergence_.has_value(); }

  /// Adds a violation that the wrapper of a side saw.
  void violate(const char* what) { violations_.add(t_, "{}", what); }

  /// After the last cycle.
  [[nodiscard]] RunResult finish() {
    RunResult result;
    result.timeline = recorder_.timeline();
    if (driver_.hung()) {
      result.hang = describe_hang(program_, watchdog_.patience(), driver_.states());
    } else if (!divergence_) {
      const Readout& readout = driver_.readout();
      check_readout(readout, recorder_,
                    {memory_.fetch_beats(), memory_.load_beats(), memory_.store_beats()},
                    violations_);
      result.timeline.error = static_cast<arch::ErrorCode>(readout.error_code);
      result.timeline.error_index = readout.error_index;
      result.timeline.counters = readout.counters;
    }
    if constexpr (arch::kCountsToggles<Shape>) result.timeline.toggles = activity_.finish();
    result.memory = memory_.image().take();
    result.divergence = divergence_;
    result.violations = violations_.list();
    return result;
  }

 private:
  static constexpr Cycles kProgressCycles = Cycles{1} << 20;

  void watch(const Outputs& outputs) {
    recorder_.step(t_, outputs);
    if (recorder_.running()) {
      tags_.step(recorder_.cycle(), outputs, (outputs.store_w.valid & inputs_.store_wready) != 0);
    }
    protocol_.step(t_, outputs, inputs_);
    if (!watchdog_.step(progresses(outputs))) {
      driver_.give_up(t_);
    }
  }

  /// Whether anything but waiting happens in this cycle.
  [[nodiscard]] bool progresses(const Outputs& o) const {
    const std::uint32_t pulses = o.start[0].valid | o.start[1].valid | o.start[2].valid |
                                 o.retire[0].valid | o.retire[1].valid | o.retire[2].valid;
    const std::uint32_t bus =
        (o.fetch_ar.valid & inputs_.fetch_arready) | (o.load_ar.valid & inputs_.load_arready) |
        (o.store_aw.valid & inputs_.store_awready) | (o.store_w.valid & inputs_.store_wready) |
        inputs_.fetch_r.valid | inputs_.load_r.valid | inputs_.store_bvalid;
    const std::uint32_t writes = o.load_write.valid | o.output_write.valid | o.copy_write.valid;
    const bool busy =
        o.cause_valid != 0 && o.cause == static_cast<std::uint32_t>(arch::Cause::kBusy);
    const bool host = o.running == 0 && (o.lite_bvalid | o.lite_rvalid) != 0;
    return (pulses | bus | writes) != 0 || busy || host;
  }

  /// Nothing of what the first cycle shows may reach the memory.
  [[nodiscard]] const Outputs& outputs_or_none(const Outputs& outputs) const {
    return t_ > 0 ? outputs : none_;
  }

  const arch::Program& program_;
  const RunOptions options_;
  Violations violations_;
  Driver driver_;
  Memory<Shape> memory_;
  ProtocolChecker<Shape> protocol_;
  Recorder recorder_;
  Tags tags_;
  ActivityLog activity_;
  Watchdog watchdog_;
  Inputs inputs_{};
  Outputs none_{};
  Cycles t_ = 0;
  std::optional<Divergence> divergence_;
};

}  // namespace hb::sim
