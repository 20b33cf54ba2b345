// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Stalls of the memory model as a pure function of (seed, channel, cycle), so that a replay is
// exact.
#pragma once

#include <cstdint>

#include "model/arch/events.hpp"

namespace hb::sim {

/// Every channel that can be stalled, AXI-Lite's answers included.
enum class Channel : std::uint8_t {
  kFetchAr,
  kFetchR,
  kLoadAr,
  kLoadR,
  kStoreAw,
  kStoreW,
  kStoreB,
  kLiteB,
  kLiteR,
  kPoke,
};

/// Bijective mixing of 64 bits (the finalizer of splitmix64, public domain constants).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

/// With seed 0 nothing is ever stalled.
class Stalls {
 public:
  explicit Stalls(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] bool enabled() const { return seed_ != 0; }

  /// Whether `channel` is held back in cycle `t`: with a probability of 0/8 .. 7/8 that changes
  /// every 64 cycles.
  [[nodiscard]] bool stalled(Channel channel, arch::Cycles t) const {
    return enabled() && (hash(channel, t) & 7U) < (hash(channel, ~(t >> 6)) & 7U);
  }

  /// 1 .. 2 * latency, or `latency` itself without stalls.
  [[nodiscard]] arch::Cycles latency(Channel channel, arch::Cycles t, std::uint32_t latency) const {
    return enabled() ? 1 + (hash(channel, t) >> 8) % (arch::Cycles{2} * latency) : latency;
  }

  [[nodiscard]] std::uint64_t hash(Channel channel, arch::Cycles t) const {
    return mix(mix(seed_ + static_cast<std::uint64_t>(channel)) ^ (t * 0x9E3779B97F4A7C15U));
  }

 private:
  std::uint64_t seed_;
};

}  // namespace hb::sim
