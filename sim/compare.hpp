// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Finds the first difference between two sides' outputs and says where it lies.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "sim/divergence.hpp"
#include "sim/recorder.hpp"
#include "sim/signals.hpp"

namespace hb::sim {

/// Two structs of 32-bit words that `signals` names, which differ somewhere.
struct Sides {
  const std::uint32_t* expected = nullptr;  ///< SystemC
  const std::uint32_t* actual = nullptr;    ///< RTL
  Cycles t = 0;                             ///< since the start of reset
};

/// The first signal of `signals` that differs, with its place. Precondition: there is one.
[[nodiscard]] Divergence locate(const std::vector<Signal>& signals, const Sides& sides,
                                const Recorder& recorder, const Tags& tags);

/// Compares what is visible in t, before `recorder` and `tags` see it.
template <class Shape>
[[nodiscard]] std::optional<Divergence> compare(Cycles t, const arch::Outputs<Shape>& expected,
                                                const arch::Outputs<Shape>& actual,
                                                const Recorder& recorder, const Tags& tags) {
  if (std::memcmp(&expected, &actual, sizeof(expected)) == 0) [[likely]] {
    return std::nullopt;
  }
  std::array<std::uint32_t, sizeof(expected) / 4> words[2];
  std::memcpy(words[0].data(), &expected, sizeof(expected));
  std::memcpy(words[1].data(), &actual, sizeof(actual));
  return locate(signals<Shape>(), {words[0].data(), words[1].data(), t}, recorder, tags);
}

}  // namespace hb::sim
