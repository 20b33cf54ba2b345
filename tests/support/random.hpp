// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random numbers that are the same everywhere: the standard library's distributions differ between
// libraries.
#pragma once

#include <cstdint>

namespace hb::test {

/// splitmix64. It starts at a hash of the seed: neighbouring seeds must not run through the same
/// numbers one place apart.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(hash(seed + 0x1234567)) {}

  std::uint64_t next() { return hash(state_ += 0x9E3779B97F4A7C15U); }
  /// 0 .. bound - 1; bound at least 1.
  std::uint32_t below(std::uint64_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
  /// low .. high, both possible.
  std::int32_t range(std::int32_t low, std::int32_t high) {
    const auto count = static_cast<std::uint64_t>(std::int64_t{high} - low + 1);
    return static_cast<std::int32_t>(low + std::int64_t{below(count)});
  }
  std::uint32_t pick(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1U); }
  bool chance(std::uint32_t percent) { return below(100) < percent; }

 private:
  static std::uint64_t hash(std::uint64_t z) {
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9U;
    z = (z ^ z >> 27) * 0x94D049BB133111EBU;
    return z ^ z >> 31;
  }

  std::uint64_t state_;
};

}  // namespace hb::test
