// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a PE does to its bits in one cycle, for the counting of toggles.
#pragma once

#include <cstdint>

namespace hb::cycle {

/// Bits of `word` that are 1.
[[nodiscard]] inline std::uint32_t ones(std::uint32_t word) {
  word = (word & 0x55555555U) + (word >> 1 & 0x55555555U);
  word = (word & 0x33333333U) + (word >> 2 & 0x33333333U);
  word = (word & 0x0F0F0F0FU) + (word >> 4 & 0x0F0F0F0FU);
  word += word >> 8;
  return (word + (word >> 16)) & 0x3FU;
}

/// Sum of the products of the lanes of `Bits` signed bits.
template <std::uint32_t Bits>
[[nodiscard]] inline std::uint32_t products(std::uint32_t operand, std::uint32_t weight) {
  std::int32_t sum = 0;
  for (std::uint32_t lane = 0; lane < 32; lane += Bits) {
    const auto a = static_cast<std::int32_t>(operand << (32 - Bits - lane)) >> (32 - Bits);
    const auto w = static_cast<std::int32_t>(weight << (32 - Bits - lane)) >> (32 - Bits);
    sum += a * w;
  }
  return static_cast<std::uint32_t>(sum);
}

/// All ones in each lane of `Bits` bits that is not 0.
template <std::uint32_t Bits>
[[nodiscard]] inline std::uint32_t used_lanes(std::uint32_t word) {
  for (std::uint32_t distance = Bits / 2; distance > 0; distance /= 2) word |= word >> distance;
  constexpr std::uint32_t kLane = (1U << Bits) - 1;
  constexpr std::uint32_t kLowest = 0xFFFFFFFFU / kLane;
  return (word & kLowest) * kLane;
}

}  // namespace hb::cycle
