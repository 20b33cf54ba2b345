// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A resource of N places that is taken in order: when is there room for the next?
#pragma once

#include <array>

#include "sw/cost/terms.hpp"

namespace hb::cost {

/// The last N cycles in which a place became free; `room()` is the one N pushes ago, when the next
/// user's place is free.
template <std::uint32_t N>
class Places {
 public:
  /// First cycle with room for the next user; 0 for the first N.
  [[nodiscard]] Cycles room() const { return free_[next_]; }

  /// The next user takes its place and leaves it free from cycle `free` on.
  void use(Cycles free) {
    free_[next_] = free;
    next_ = (next_ + 1) % N;
  }

  /// Moves every cycle by `shift`: N users more, all alike, have passed.
  void shift(Cycles shift) {
    for (Cycles& free : free_) {
      free += shift;
    }
  }

 private:
  std::array<Cycles, N> free_{};
  std::uint32_t next_ = 0;
};

}  // namespace hb::cost
