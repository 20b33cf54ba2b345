// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The inner loops of execute(): products of 16-bit operands, written so that g++ turns them into
// multiply-add pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hb::golden {

/// Operands are laid out in runs of a multiple of this many elements (zeros at the end).
inline constexpr std::size_t kRun = 16;

/// A matrix of 16-bit operands; each row is `runs * kRun` elements long.
struct Operands {
  std::size_t rows = 0;
  std::size_t runs = 0;
  std::vector<std::int16_t> values;

  Operands(std::size_t row_count, std::size_t elements);
  [[nodiscard]] std::size_t length() const { return runs * kRun; }
  [[nodiscard]] std::int16_t* row(std::size_t r) { return values.data() + r * length(); }
  [[nodiscard]] const std::int16_t* row(std::size_t r) const {
    return values.data() + r * length();
  }
};

/// sums[p * weights.rows + c] = wrapping sum of pixels row p times weights row c, p < count <=
/// pixels.rows. Rows have equal lengths; weights.rows is even; operands lie in -128..127.
void multiply(const Operands& pixels, std::size_t count, const Operands& weights,
              std::uint32_t* sums);

/// Signed 8-bit values of `bytes`: `bytes` elements.
void widen_int8(const std::uint8_t* data, std::size_t bytes, std::int16_t* elements);

/// Signed 4-bit values, low nibble first: 2 * `bytes` elements.
void widen_int4(const std::uint8_t* data, std::size_t bytes, std::int16_t* elements);

}  // namespace hb::golden
