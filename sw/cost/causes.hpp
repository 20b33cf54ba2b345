// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The cause of every cycle (docs/timing.md section 8).
#pragma once

#include <array>
#include <vector>

#include "sw/cost/compute.hpp"

namespace hb::cost {

/// When the program's end comes; each is the first cycle in which the state that is named is
/// visible.
struct Ending {
  Cycles ended = 0;    ///< END dispatched
  Cycles drained = 0;  ///< no compute command in flight
  Cycles settled = 0;  ///< nothing pending, nothing active
  Cycles total = 0;    ///< not running any more
};

/// Spans of cycles, written from cycle 0 on without a gap.
class Causes {
 public:
  /// The cycles up to the last step of the next CONV or POOL.
  void add(const Issue& issue);
  /// The cycles after the last compute command's steps.
  void finish(const Ending& ending);

  [[nodiscard]] const std::vector<arch::CauseSpan>& spans() const { return spans_; }
  [[nodiscard]] const std::array<Cycles, arch::kCauses>& cycles() const { return cycles_; }

 private:
  /// `cause` holds from the first cycle without one up to, not including, `end`.
  void fill(arch::Cause cause, Cycles end);

  std::vector<arch::CauseSpan> spans_;
  std::array<Cycles, arch::kCauses> cycles_{};
  Cycles next_ = 0;
};

}  // namespace hb::cost
