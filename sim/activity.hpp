// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Toggled bits of a run (docs/energy.md section 8): which machine counts them here, and whose they
// are. Counting costs speed, so each machine's has an executable of its own
// (halfbyte_activity_NAME).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/arch/activity.hpp"
#include "model/arch/program.hpp"
#include "sim/divergence.hpp"
#include "sim/options.hpp"
#include "sim/recorder.hpp"
#include "sim/run.hpp"

namespace hb::sim {

/// The machine whose toggles this executable counts; empty in all but the activity executables.
[[nodiscard]] std::string_view activity_machine();

/// As run(), counting. Preconditions: `options.activity`, and `program` is for activity_machine().
[[nodiscard]] RunResult run_activity(const arch::Program& program, const RunOptions& options);

/// Two sides' counters in a cycle.
struct ToggleSides {
  const arch::Toggles& expected;  ///< SystemC
  const arch::Toggles& actual;    ///< RTL
  Cycles t = 0;                   ///< since the start of reset
};

/// The first counter that differs, if one does; before `recorder` and `tags` see the cycle.
[[nodiscard]] std::optional<Divergence> compare(const ToggleSides& sides, const Recorder& recorder,
                                                const Tags& tags);

/// Gives a run's toggles to its layers. Each group of counters follows one engine's commands: what
/// the array and its reads toggle is the command's that started last; what an engine writes, the
/// post-processor reads or STORE reads, is the command's that retires next.
class ActivityLog {
 public:
  explicit ActivityLog(const arch::Program& program)
      : program_(program), layers_(program.layers.size()) {}

  /// The counters `now`, and what else is visible with them.
  template <class Outputs>
  void step(const Outputs& outputs, const arch::Toggles& now) {
    if (ended_ || (!started_ && outputs.running == 0)) return;
    if (!started_) begin(now);
    for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
      const auto engine = static_cast<arch::Engine>(e);
      if (outputs.retire[e].valid != 0) retire(engine, outputs.retire[e].index, now);
      if (outputs.start[e].valid != 0) start(engine, outputs.start[e].index, now);
    }
    last_ = now;
    ended_ = outputs.running == 0;
  }

  /// After the last cycle.
  [[nodiscard]] arch::RunToggles finish();

 private:
  /// Counters that are cut at the same events.
  enum class Group : std::uint8_t { kArray, kLoad, kPost, kStore };
  static constexpr std::size_t kGroups = 4;
  [[nodiscard]] static Group group_of(arch::Toggle toggle);

  void begin(const arch::Toggles& now);
  void start(arch::Engine engine, std::uint32_t index, const arch::Toggles& now);
  void retire(arch::Engine engine, std::uint32_t index, const arch::Toggles& now);
  /// All that `group` counted since its last cut is of command `index`'s layer.
  void cut(Group group, std::uint32_t index, const arch::Toggles& now);

  const arch::Program& program_;
  std::vector<arch::Toggles> layers_;
  arch::Toggles begin_;
  arch::Toggles cut_;
  arch::Toggles last_;
  std::array<std::optional<std::uint32_t>, kGroups> command_{};  ///< the last one of each group
  bool started_ = false;
  bool ended_ = false;
};

}  // namespace hb::sim
