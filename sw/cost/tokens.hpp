// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Token counters as sequences: the n-th taking of a token needs its n-th giving (docs/timing.md
// section 4).
#pragma once

#include <array>
#include <vector>

#include "sw/cost/terms.hpp"

namespace hb::cost {

/// First cycle in which the tokens of a wait field are there, by the engine they come from; 0 if
/// none is named.
using TokenTimes = std::array<Cycles, arch::kEngines>;

class Tokens {
 public:
  /// Command `index` of `engine` takes the tokens of its wait field. Throws hb::Error if one was
  /// never given.
  [[nodiscard]] TokenTimes claim(arch::Engine engine, std::uint8_t wait, std::uint32_t index) const;
  /// Its start, visible in `start`, takes the tokens it claimed.
  void take(arch::Engine engine, std::uint8_t wait, Cycles start);
  /// The retirement of command `index`, visible in `retire`, gives the tokens of its signal field.
  void give(arch::Engine engine, std::uint8_t signal, Cycles retire, std::uint32_t index);
  /// Throws hb::Error if a counter passed 255. A matter of time, not of program order: asked at the
  /// end.
  void require_no_overflow() const;

 private:
  struct Given {
    Cycles retire;
    std::uint32_t index;
  };
  struct Token {
    std::vector<Given> given;
    std::vector<Cycles> taken;  ///< starts
  };

  /// By the consumer and the bit in its wait field.
  std::array<std::array<Token, 8>, arch::kEngines> tokens_;
};

}  // namespace hb::cost
