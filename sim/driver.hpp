// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The host of a run: resets the machine, rings the doorbell, waits, and reads everything back over
// AXI4-Lite.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/program.hpp"
#include "sim/lite.hpp"
#include "sim/options.hpp"
#include "sim/violations.hpp"

namespace hb::sim {

inline constexpr Cycles kResetCycles = 8;
inline constexpr Cycles kStatePatience = 1000;  ///< for the state registers of a machine that hangs

/// Registers after a run.
struct Readout {
  std::uint32_t status = 0;
  std::uint32_t error_code = 0;
  std::uint32_t error_index = 0;
  std::uint32_t irq_status = 0;
  std::array<std::uint64_t, arch::kCounters> counters{};
};

/// LOAD_STATE, COMPUTE_STATE, STORE_STATE, FETCH_STATE of a machine that hangs.
using EngineStates = std::array<std::uint32_t, 4>;

class Driver {
 public:
  Driver(const arch::Program& program, const RunOptions& options, Violations& violations);

  /// `inputs`' reset and AXI4-Lite side from t to t + 1.
  template <class Outputs, class Inputs>
  void step(Cycles t, const Outputs& outputs, Inputs& inputs) {
    inputs.reset_n = warm_ || t + 1 >= kResetCycles;
    const bool running = outputs.running != 0 && t >= kResetCycles;
    const bool answered = lite_.step(t, outputs, inputs);
    if (answered) {
      answer(t);
    }
    run_cycle_ += was_running_ ? 1 : 0;
    was_running_ = running;
    seen_running_ = seen_running_ || running;
    if (phase_ == Phase::kRun && !lite_.busy() && !(running && idle(t))) {
      next_in_run(t, running, outputs.irq != 0);
    }
    if (phase_ != Phase::kRun && phase_ != Phase::kDone && t >= kResetCycles && !lite_.busy()) {
      next_in_script(t, outputs.irq != 0);
    }
    if (pending_ && !lite_.busy()) {
      lite_.begin(*pending_, inputs);
      pending_.reset();
    }
  }

  /// The machine makes no progress: read the engines' states instead of waiting for its end.
  void give_up(Cycles t);

  [[nodiscard]] bool done() const { return phase_ == Phase::kDone; }
  [[nodiscard]] bool hung() const { return hang_since_.has_value(); }
  /// Register that is, or was last, accessed.
  [[nodiscard]] std::uint32_t address() const { return lite_.access().address; }
  [[nodiscard]] const Readout& readout() const { return readout_; }
  /// Engaged after give_up(), if the machine still answers.
  [[nodiscard]] const std::optional<EngineStates>& states() const { return states_; }

 private:
  enum class Phase : std::uint8_t { kSetup, kRun, kReadout, kHang, kDone };
  struct Step {
    LiteAccess access;
    std::optional<std::uint32_t> expected;  ///< read data
  };

  /// Whether a running machine is left alone in cycle t: no abort due, no register looked at for
  /// the sake of it.
  [[nodiscard]] bool idle(Cycles t) const {
    return !(abort_ && run_cycle_ >= *abort_) &&
           !(poke_ && stalls_.hash(Channel::kPoke, t) % 64 == 0);
  }

  void answer(Cycles t);
  void next_in_run(Cycles t, bool running, bool irq);
  void next_in_script(Cycles t, bool irq);
  void finish_script(Cycles t, bool irq);
  void begin_readout();
  void keep_readout();
  [[nodiscard]] LiteAccess poke(Cycles t) const;

  Violations& violations_;
  Stalls stalls_;
  LiteMaster lite_;
  std::optional<Cycles> abort_;
  bool poke_;
  bool warm_;  ///< no reset
  Phase phase_ = Phase::kSetup;
  std::vector<Step> script_;
  std::vector<std::uint32_t> answers_;  ///< to `script_`
  std::size_t position_ = 0;
  std::optional<LiteAccess> pending_;
  std::optional<Cycles> hang_since_;
  bool was_running_ = false;
  bool seen_running_ = false;
  Cycles run_cycle_ = 0;
  Readout readout_;
  std::optional<EngineStates> states_;
};

}  // namespace hb::sim
