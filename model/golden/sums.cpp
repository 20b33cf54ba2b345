// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/sums.hpp"

namespace hb::golden {
namespace {

constexpr std::size_t kPixels = 4;

/// Runs added up in signed 32 bits before the wrapping sum takes over: 2^12 * 2^4 products of at
/// most 2^14.
constexpr std::size_t kRunsPerSum = 4096;

/// Adds the products of kPixels rows with two weight rows to `sums` (rows `stride` apart).
void add_block(const std::int16_t* a, std::size_t length, const std::int16_t* w, std::size_t runs,
               std::uint32_t* sums, std::size_t stride) {
  const std::int16_t *a0 = a, *a1 = a + length, *a2 = a + 2 * length, *a3 = a + 3 * length;
  const std::int16_t *w0 = w, *w1 = w + length;
  std::int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
  for (std::size_t k = 0; k < runs * kRun; ++k) {
    s00 += a0[k] * w0[k];
    s01 += a0[k] * w1[k];
    s10 += a1[k] * w0[k];
    s11 += a1[k] * w1[k];
    s20 += a2[k] * w0[k];
    s21 += a2[k] * w1[k];
    s30 += a3[k] * w0[k];
    s31 += a3[k] * w1[k];
  }
  sums[0] += static_cast<std::uint32_t>(s00);
  sums[1] += static_cast<std::uint32_t>(s01);
  sums[stride] += static_cast<std::uint32_t>(s10);
  sums[stride + 1] += static_cast<std::uint32_t>(s11);
  sums[2 * stride] += static_cast<std::uint32_t>(s20);
  sums[2 * stride + 1] += static_cast<std::uint32_t>(s21);
  sums[3 * stride] += static_cast<std::uint32_t>(s30);
  sums[3 * stride + 1] += static_cast<std::uint32_t>(s31);
}

/// Adds the products of one row with two weight rows.
void add_row(const std::int16_t* a, std::size_t length, const std::int16_t* w, std::size_t runs,
             std::uint32_t* sums) {
  const std::int16_t *w0 = w, *w1 = w + length;
  std::int32_t s0 = 0, s1 = 0;
  for (std::size_t k = 0; k < runs * kRun; ++k) {
    s0 += a[k] * w0[k];
    s1 += a[k] * w1[k];
  }
  sums[0] += static_cast<std::uint32_t>(s0);
  sums[1] += static_cast<std::uint32_t>(s1);
}

}  // namespace

Operands::Operands(std::size_t row_count, std::size_t elements)
    : rows(row_count), runs((elements + kRun - 1) / kRun), values(row_count * runs * kRun, 0) {}

void multiply(const Operands& pixels, std::size_t count, const Operands& weights,
              std::uint32_t* sums) {
  const std::size_t length = pixels.length(), channels = weights.rows;
  for (std::size_t i = 0; i < count * channels; ++i) sums[i] = 0;
  for (std::size_t first = 0; first < pixels.runs; first += kRunsPerSum) {
    const std::size_t rest = pixels.runs - first;
    const std::size_t runs = rest < kRunsPerSum ? rest : kRunsPerSum;
    std::size_t p = 0;
    for (; p + kPixels <= count; p += kPixels) {
      for (std::size_t c = 0; c < channels; c += 2) {
        add_block(pixels.row(p) + first * kRun, length, weights.row(c) + first * kRun, runs,
                  sums + p * channels + c, channels);
      }
    }
    for (; p < count; ++p) {
      for (std::size_t c = 0; c < channels; c += 2) {
        add_row(pixels.row(p) + first * kRun, length, weights.row(c) + first * kRun, runs,
                sums + p * channels + c);
      }
    }
  }
}

void widen_int8(const std::uint8_t* data, std::size_t bytes, std::int16_t* elements) {
  for (std::size_t i = 0; i < bytes; ++i) elements[i] = static_cast<std::int8_t>(data[i]);
}

void widen_int4(const std::uint8_t* data, std::size_t bytes, std::int16_t* elements) {
  for (std::size_t i = 0; i < bytes; ++i) {
    elements[2 * i] = static_cast<std::int16_t>(((data[i] & 0xF) ^ 8) - 8);
    elements[2 * i + 1] = static_cast<std::int16_t>(static_cast<std::int8_t>(data[i]) >> 4);
  }
}

}  // namespace hb::golden
