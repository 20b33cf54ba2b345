// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The SystemC side of a run: clock, reference machine and, on every falling edge, one cycle of the
// harness.
#pragma once

#include <cstdint>
#include <optional>
#include <systemc>
#include <type_traits>

#include "model/arch/ports.hpp"
#include "sim/session.hpp"

namespace hb::sim {

/// Stands in for the RTL when SystemC runs alone.
struct NoRtl {};

/// `Chip`: a module with `sc_in<bool> clock`, `sc_in<ChipInputs> inputs`, `observe(Outputs&)` and
/// `scramble(seed)`. In the middle of a cycle all registers are stable, so the order of processes
/// within an edge cannot matter. Elaborated once per process; each run() resets the machine.
template <class Shape, class Chip, class ChipInputs, class Rtl>
class Bench : public sc_core::sc_module {
 public:
  explicit Bench(const sc_core::sc_module_name& name)
      : sc_module(name),
        clock_("clock", sc_core::sc_time(2, sc_core::SC_PS), 0.5, sc_core::SC_ZERO_TIME, false),
        inputs_("inputs"),
        chip_("chip") {
    chip_.clock(clock_);
    chip_.inputs(inputs_);
    SC_HAS_PROCESS(Bench);
    SC_METHOD(cycle);
    sensitive << clock_.negedge_event();
    dont_initialize();
  }

  /// Runs `session` to its end, with `rtl` (may be null) beside the reference. Without
  /// `garbage_seed` the chip goes on as the run before left it.
  void run(Session<Shape>& session, Rtl* rtl, std::optional<std::uint64_t> garbage_seed) {
    if (garbage_seed) {
      chip_.scramble(*garbage_seed);
      show({});  // in reset
    }
    session_ = &session;
    rtl_ = rtl;
    sc_core::sc_start();
    session_ = nullptr;
  }

 private:
  void cycle() {
    show(session_->inputs());
    chip_.observe(outputs_);
    if constexpr (!std::is_same_v<Rtl, NoRtl>) {
      if (rtl_ != nullptr) {
        session_->compare(outputs_, rtl_->outputs());
        if constexpr (arch::kCountsToggles<Shape>) {
          session_->compare(chip_.toggles(), rtl_->toggles());
          session_->count(rtl_->outputs(), rtl_->toggles());
        }
        session_->step(rtl_->outputs());
        rtl_->step(session_->inputs());
        pause_if_done();
        return;
      }
    }
    if constexpr (arch::kCountsToggles<Shape>) session_->count(outputs_, chip_.toggles());
    session_->step(outputs_);
    pause_if_done();
  }

  void pause_if_done() {
    if (session_->done()) {
      sc_core::sc_pause();
    }
  }

  void show(const arch::Inputs<Shape>& inputs) {
    ChipInputs value;
    static_cast<arch::Inputs<Shape>&>(value) = inputs;
    inputs_.write(value);
  }

  sc_core::sc_clock clock_;
  sc_core::sc_signal<ChipInputs> inputs_;
  Chip chip_;
  arch::Outputs<Shape> outputs_{};
  Session<Shape>* session_ = nullptr;
  Rtl* rtl_ = nullptr;
};

}  // namespace hb::sim
