// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Dot products of two 32-bit lanes and wrapping sums (docs/arithmetic.md section 1).
#pragma once

#include <cstdint>

namespace hb::arith {

/// The `width` low bits of `bits >> shift` as a signed value; width 1..31, shift + width <= 32.
[[nodiscard]] constexpr std::int32_t signed_field(std::uint32_t bits, std::uint32_t shift,
                                                  std::uint32_t width) {
  const std::uint32_t sign = 1U << (width - 1);
  const std::uint32_t field = (bits >> shift) & ((sign << 1) - 1);
  return static_cast<std::int32_t>((field ^ sign) - sign);
}

/// Sum modulo 2^32, as the accumulators and the bias adders do it.
[[nodiscard]] constexpr std::int32_t add_wrapping(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) + static_cast<std::uint32_t>(b));
}

/// Four int4 values (the lower 16 bits, low nibble first) as four int8 values: narrow weights at
/// the array's edge. Bits 31:16 are ignored.
[[nodiscard]] constexpr std::uint32_t widen_narrow(std::uint32_t nibbles) {
  std::uint32_t bytes = 0;
  for (std::uint32_t i = 0; i < 4; ++i) {
    const auto value = static_cast<std::uint32_t>(signed_field(nibbles, 4 * i, 4));
    bytes |= (value & 0xFF) << (8 * i);
  }
  return bytes;
}

/// Four signed 8-bit products, byte i of `a` with byte i of `w`. In -65024..65536.
[[nodiscard]] constexpr std::int32_t dot_int8(std::uint32_t a, std::uint32_t w) {
  std::int32_t sum = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += 8) {
    sum += signed_field(a, shift, 8) * signed_field(w, shift, 8);
  }
  return sum;
}

/// Eight signed 4-bit products, nibble i of `a` with nibble i of `w`. In -448..512.
[[nodiscard]] constexpr std::int32_t dot_int4(std::uint32_t a, std::uint32_t w) {
  std::int32_t sum = 0;
  for (std::uint32_t shift = 0; shift < 32; shift += 4) {
    sum += signed_field(a, shift, 4) * signed_field(w, shift, 4);
  }
  return sum;
}

}  // namespace hb::arith
