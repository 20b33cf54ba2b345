// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Values in the buffers' bytes: operands with 16-bit elements, and C codes packed into, or read
// from, a part of a word (docs/commands.md sections 3 and 5).
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/golden/sums.hpp"

namespace hb::golden {

inline constexpr std::size_t kMaxColumns = 64;

[[nodiscard]] inline std::uint32_t load_u32(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

/// Values that `bytes` bytes hold.
[[nodiscard]] inline std::size_t elements_of(arch::Precision precision, std::size_t bytes) {
  return precision == arch::Precision::kInt4 ? 2 * bytes : bytes;
}

inline void widen(arch::Precision precision, const std::uint8_t* data, std::size_t bytes,
                  std::int16_t* elements) {
  if (precision == arch::Precision::kInt4) {
    widen_int4(data, bytes, elements);
  } else {
    widen_int8(data, bytes, elements);
  }
}

/// Packs `count` codes (even) of type T into zeroed bytes.
template <class T>
void pack(arch::Precision precision, const T* codes, std::size_t count, std::uint8_t* bytes) {
  for (std::size_t c = 0; c < count; ++c) {
    if (precision == arch::Precision::kInt4) {
      const auto nibble = static_cast<std::uint32_t>(codes[c]) & 0xF;
      bytes[c / 2] = static_cast<std::uint8_t>(bytes[c / 2] | nibble << (c % 2 * 4));
    } else {
      bytes[c] = static_cast<std::uint8_t>(codes[c]);
    }
  }
}

}  // namespace hb::golden
