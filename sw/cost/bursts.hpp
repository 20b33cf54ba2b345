// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How LOAD and STORE cut their segments into bursts (docs/timing.md section 5).
#pragma once

#include "sw/cost/terms.hpp"

namespace hb::cost {

/// A command's bursts in order: min(beats left in the segment, beats to the next 4 KB border, 256)
/// beats each.
class Bursts {
 public:
  Bursts(const arch::Transfer& command, const arch::Machine& machine);

  [[nodiscard]] bool done() const { return segments_left_ == 0; }
  /// Beats of the next burst; not after done().
  [[nodiscard]] std::uint32_t next();
  [[nodiscard]] std::uint64_t total_beats() const { return total_beats_; }

 private:
  std::uint32_t bus_bytes_;
  std::uint32_t memory_stride_;
  std::uint32_t segment_beats_;
  std::uint64_t total_beats_;
  std::uint64_t segment_address_;
  std::uint64_t address_;
  std::uint32_t beats_left_;  ///< in the segment
  std::uint32_t segments_left_;
};

}  // namespace hb::cost
