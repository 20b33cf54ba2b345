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

/// Product of the signed lanes of `Bits` bits from bit `Low` up.
template <std::uint32_t Bits, std::uint32_t Low>
[[nodiscard]] inline std::int32_t product(std::uint32_t operand, std::uint32_t weight) {
  const auto a = static_cast<std::int32_t>(operand << (32 - Bits - Low)) >> (32 - Bits);
  const auto w = static_cast<std::int32_t>(weight << (32 - Bits - Low)) >> (32 - Bits);
  return a * w;
}

/// Sum of the products of all lanes. Without loops, here and below: a caller's loop vectorises.
template <std::uint32_t Bits>
[[nodiscard]] inline std::uint32_t products(std::uint32_t operand, std::uint32_t weight) {
  std::int32_t sum = product<Bits, 0>(operand, weight) + product<Bits, Bits>(operand, weight) +
                     product<Bits, 2 * Bits>(operand, weight) +
                     product<Bits, 3 * Bits>(operand, weight);
  if constexpr (Bits == 4) {
    constexpr std::uint32_t kHalf = 16;
    sum += product<Bits, kHalf>(operand, weight) + product<Bits, kHalf + Bits>(operand, weight) +
           product<Bits, kHalf + 2 * Bits>(operand, weight) +
           product<Bits, kHalf + 3 * Bits>(operand, weight);
  }
  return static_cast<std::uint32_t>(sum);
}

/// All ones in each lane of `Bits` bits, 4 or 8, that is not 0.
template <std::uint32_t Bits>
[[nodiscard]] inline std::uint32_t used_lanes(std::uint32_t word) {
  if constexpr (Bits == 8) word |= word >> 4;
  word |= word >> 2;
  word |= word >> 1;
  constexpr std::uint32_t kLane = (1U << Bits) - 1;
  constexpr std::uint32_t kLowest = 0xFFFFFFFFU / kLane;
  return (word & kLowest) * kLane;
}

}  // namespace hb::cycle
