// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Counter-based random integers: value n of a stream is a function of (seed, stream, n), the same
// anywhere.
#pragma once

#include <cstdint>

namespace hb::graph {

class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::uint64_t stream) : key_(mix(seed) ^ mix(~stream)) {}

  /// The next 64 random bits.
  [[nodiscard]] std::uint64_t next() { return mix(key_ + kStep * ++count_); }
  /// low .. high, both included; precondition: high - low < 2^32.
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) {
    const auto range = static_cast<std::uint64_t>(high - low) + 1;
    return low + static_cast<std::int64_t>(((next() >> 32) * range) >> 32);
  }
  /// [0, 1) in steps of 2^-32.
  [[nodiscard]] double fraction() { return static_cast<double>(next() >> 32) / 4294967296.0; }

 private:
  static constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;

  /// The finalizer of splitmix64: a bijection of 64 bits.
  [[nodiscard]] static constexpr std::uint64_t mix(std::uint64_t x) {
    x += kStep;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
  }

  std::uint64_t key_;
  std::uint64_t count_ = 0;
};

}  // namespace hb::graph
