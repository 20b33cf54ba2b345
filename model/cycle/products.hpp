// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Products of lanes, many columns at once: a 32-bit lane of int8 or int4 values becomes pairs of
// int16, and one instruction multiplies and adds a pair in every column.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace hb::cycle {

/// Pairs that a lane expands to: values i and i + kPairs share 32 bits.
inline constexpr std::uint32_t kPairsInt8 = 2;
inline constexpr std::uint32_t kPairsInt4 = 4;

/// Expands `Count` lanes: pair i of lane c goes to pairs[i * Count + c], both halves sign-extended.
template <std::uint32_t Pairs, std::size_t Count>
inline void expand(const std::uint32_t* lanes, std::uint32_t* __restrict__ pairs) {
  constexpr std::uint32_t kBits = 16 / Pairs;
  for (std::uint32_t pair = 0; pair < Pairs; ++pair) {
    for (std::size_t lane = 0; lane < Count; ++lane) {
      const std::uint32_t low = lanes[lane] << (32 - kBits * (pair + 1));
      const std::uint32_t high = lanes[lane] << (16 - kBits * (pair + 1)) & 0xFFFF0000;
      const auto sign_low =
          static_cast<std::uint32_t>(static_cast<std::int32_t>(low) >> (32 - kBits));
      const auto sign_high =
          static_cast<std::uint32_t>(static_cast<std::int32_t>(high) >> (16 - kBits));
      pairs[pair * Count + lane] = (sign_low & 0xFFFF) | (sign_high & 0xFFFF0000);
    }
  }
}

/// Expands the lower (`half` 0) or upper (1) 16 bits of `Count` lanes, four int4 values each, to
/// what expand<kPairsInt8> makes of the same values as int8.
template <std::size_t Count>
inline void expand_narrow(const std::uint32_t* lanes, std::uint32_t half,
                          std::uint32_t* __restrict__ pairs) {
  const std::uint32_t drop = 16 * (1 - half);
  for (std::uint32_t pair = 0; pair < kPairsInt8; ++pair) {
    for (std::size_t lane = 0; lane < Count; ++lane) {
      const std::uint32_t values = lanes[lane] << drop;  // value i in bits 16 + 4i and up
      const auto low = static_cast<std::int32_t>(values << (12 - 4 * pair)) >> 28;
      const auto high = static_cast<std::int32_t>(values << (4 - 4 * pair)) >> 28;
      pairs[pair * Count + lane] =
          (static_cast<std::uint32_t>(low) & 0xFFFF) | static_cast<std::uint32_t>(high) << 16;
    }
  }
}

/// The accumulators of `Width` columns; sums wrap.
template <std::size_t Width>
class Sums {
 public:
  explicit Sums(const std::int32_t* from) { std::memcpy(values_, from, sizeof values_); }
  void store(std::int32_t* to) const { std::memcpy(to, values_, sizeof values_); }
  void add(const std::uint32_t* weights, std::uint32_t activations) {
    for (std::size_t i = 0; i < Width; ++i) {
      values_[i] += low(weights[i]) * low(activations) + high(weights[i]) * high(activations);
    }
  }

 private:
  static std::uint32_t low(std::uint32_t pair) {
    return static_cast<std::uint32_t>(static_cast<std::int16_t>(pair & 0xFFFF));
  }
  static std::uint32_t high(std::uint32_t pair) {
    return static_cast<std::uint32_t>(static_cast<std::int16_t>(pair >> 16));
  }
  std::uint32_t values_[Width];
};

#if defined(__SSE2__)
template <>
class Sums<4> {
 public:
  explicit Sums(const std::int32_t* from) { std::memcpy(&values_, from, sizeof values_); }
  void store(std::int32_t* to) const { std::memcpy(to, &values_, sizeof values_); }
  void add(const std::uint32_t* weights, std::uint32_t activations) {
    __m128i w;
    std::memcpy(&w, weights, sizeof w);
    const __m128i a = _mm_set1_epi32(static_cast<int>(activations));
    values_ = _mm_add_epi32(values_, _mm_madd_epi16(w, a));
  }

 private:
  __m128i values_;
};
#endif

#if defined(__AVX2__)
template <>
class Sums<8> {
 public:
  explicit Sums(const std::int32_t* from) { std::memcpy(&values_, from, sizeof values_); }
  void store(std::int32_t* to) const { std::memcpy(to, &values_, sizeof values_); }
  void add(const std::uint32_t* weights, std::uint32_t activations) {
    __m256i w;
    std::memcpy(&w, weights, sizeof w);
    const __m256i a = _mm256_set1_epi32(static_cast<int>(activations));
    values_ = _mm256_add_epi32(values_, _mm256_madd_epi16(w, a));
  }

 private:
  __m256i values_;
};
inline constexpr std::size_t kWidest = 8;
#else
inline constexpr std::size_t kWidest = 4;
#endif

}  // namespace hb::cycle
