// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A made-up machine for the harness's own tests: registers that answer as docs/timing.md says, a
// run of given length.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "model/arch/ports.hpp"
#include "model/arch/shapes.hpp"
#include "sim/lite.hpp"
#include "tests/sim/machines.hpp"

namespace hb::test {

using Tiny = arch::shapes::tiny;
using Outputs = arch::Outputs<Tiny>;
using Inputs = arch::Inputs<Tiny>;

/// Runs `length` cycles (0: for ever) of cause FETCH after the doorbell, then raises irq. `states`
/// fill LOAD_STATE ...
class FakeMachine {
 public:
  explicit FakeMachine(std::uint64_t length) : length_(length) {
    registers_[sim::kRegId] = sim::kIdValue;
  }

  std::array<std::uint32_t, 4> states{};
  bool answers = true;  ///< the registers do

  [[nodiscard]] const Outputs& outputs() const { return outputs_; }
  [[nodiscard]] Outputs& outputs() { return outputs_; }

  /// The clock edge that ends a cycle in which `inputs` are visible.
  void step(const Inputs& inputs) {
    if (inputs.reset_n == 0) {
      outputs_ = {};
      outputs_.fetch_rready = outputs_.load_rready = outputs_.store_bready = 1;
      return;
    }
    run();
    if (answers) {
      write(inputs);
      read(inputs);
    }
  }

 private:
  void run() {
    outputs_.cause_valid = outputs_.running;
    outputs_.cause = outputs_.running * static_cast<std::uint32_t>(arch::Cause::kFetch);
    if (outputs_.running != 0 && ++cycles_ == length_) {
      outputs_.running = 0;
      outputs_.irq = 1;
    }
    if (clear_) {
      outputs_.running = 1;
      clear_ = false;
    }
  }

  void write(const Inputs& in) {
    if (outputs_.lite_bvalid != 0 && in.lite_bready != 0) {
      outputs_.lite_bvalid = 0;
    }
    if (outputs_.lite_awready != 0) {
      outputs_.lite_bvalid = 1;
      registers_[in.lite_awaddr] = in.lite_wdata;
      clear_ = clear_ || (in.lite_awaddr == sim::kRegControl && (in.lite_wdata & 1U) != 0);
      outputs_.irq = in.lite_awaddr == sim::kRegIrqStatus ? 0 : outputs_.irq;
    }
    outputs_.lite_awready = outputs_.lite_wready =
        in.lite_awvalid != 0 && outputs_.lite_awready == 0 && outputs_.lite_bvalid == 0;
  }

  void read(const Inputs& in) {
    if (outputs_.lite_rvalid != 0 && in.lite_rready != 0) {
      outputs_.lite_rvalid = outputs_.lite_rdata = 0;
    }
    if (outputs_.lite_arready != 0) {
      outputs_.lite_rvalid = 1;
      outputs_.lite_rdata = value(in.lite_araddr);
    }
    outputs_.lite_arready =
        in.lite_arvalid != 0 && outputs_.lite_arready == 0 && outputs_.lite_rvalid == 0;
  }

  [[nodiscard]] std::uint32_t value(std::uint32_t address) {
    const auto fetch = 8 * (arch::kCounterCause + static_cast<std::uint32_t>(arch::Cause::kFetch));
    if (address == sim::kRegCounters || address == sim::kRegCounters + fetch) {
      return static_cast<std::uint32_t>(cycles_);
    }
    if (address >= sim::kRegLoadState && address <= sim::kRegFetchState) {
      return states[(address - sim::kRegLoadState) / 4];
    }
    switch (address) {
      case sim::kRegShape:
        return Tiny::kRows | Tiny::kColumns << 8 | Tiny::kBusBytes << 16;
      case sim::kRegStatus:
        return outputs_.running != 0 ? 1 : 2;
      case sim::kRegIrqStatus:
        return outputs_.irq;
      default:
        return registers_[address];
    }
  }

  std::uint64_t length_;
  Outputs outputs_{};
  std::map<std::uint32_t, std::uint32_t> registers_;
  std::uint64_t cycles_ = 0;
  bool clear_ = false;
};

}  // namespace hb::test
