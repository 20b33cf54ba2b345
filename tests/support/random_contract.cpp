// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/random_contract.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "tests/support/random_data.hpp"

namespace hb::test {
namespace {

using arch::Contract;
using arch::Precision;
using arch::Residual;

constexpr std::uint32_t kRows = 4;  ///< bias, scale, shifts, copy's scale

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

using Lane = std::array<std::uint32_t, kRows>;

/// What a program's lanes have in common.
struct Style {
  int exponent = 0;         ///< of a scale from sums to codes
  bool copy_codes = false;  ///< copies start from codes rather than sums
};

Lane ort_lane(Random& random, const Style& style) {
  const int copy = style.copy_codes ? 0 : style.exponent;
  return {static_cast<std::uint32_t>(random_bias(random)),
          bits_of(random_scale(random, style.exponent + random.range(-2, 2))), 0,
          bits_of(random_scale(random, copy + random.range(-4, 2)))};
}

/// A multiplier and its shifts, as a host makes them from a scale of about 2^exponent.
struct Multiplier {
  std::uint32_t value = 0;
  std::uint32_t right = 0;
  std::uint32_t left = 0;
};

Multiplier random_multiplier(Random& random, int exponent) {
  constexpr std::uint32_t kHalf = 1U << 30;
  Multiplier result{kHalf + random.below(kHalf), 0, random.chance(30) ? random.pick(1, 3) : 0};
  result.right =
      static_cast<std::uint32_t>(std::clamp(-exponent + static_cast<int>(result.left), 0, 31));
  const std::uint32_t roll = random.below(100);
  if (roll < 12) {
    result.value = kHalf;  // a power of two: ties
  } else if (roll < 24) {
    result = {static_cast<std::uint32_t>((std::uint64_t{1} << 31) / random.pick(2, 64) + 1), 0, 0};
  } else if (roll < 30) {
    result = {kHalf, 0, 1};  // by 1
  } else if (roll < 36) {
    result = {0, 0, 0};
  } else if (roll < 46) {
    result.value = static_cast<std::uint32_t>(random.next()) & 0x7FFFFFFF;
    result.right = random.below(32);
  }
  if (random.chance(20)) result.value |= 1U << 31;
  return result;
}

Lane tflite_lane(Random& random, const Style& style) {
  constexpr std::uint32_t kIgnored = 0xE0E0E0E0;
  const Multiplier output = random_multiplier(random, style.exponent + random.range(-2, 2));
  const Multiplier copy =
      random_multiplier(random, style.copy_codes ? random.range(-4, 1) : style.exponent);
  const std::uint32_t shifts = output.right | output.left << 8 | copy.right << 16 | copy.left << 24;
  const auto noise = static_cast<std::uint32_t>(random.chance(50) ? random.next() : 0);
  const std::int32_t bias =
      random.chance(5) ? random.range(-(1 << 24), 1 << 24) : random.range(-4000, 4000);
  return {static_cast<std::uint32_t>(bias), output.value, shifts | (noise & kIgnored), copy.value};
}

/// +-2^exponent times an odd number or not, as float32 bits.
std::uint32_t dyadic(int factor, int exponent) {
  float value = static_cast<float>(factor);
  for (; exponent < 0; ++exponent) value /= 2;
  for (; exponent > 0; --exponent) value *= 2;
  return bits_of(value);
}

std::uint32_t float_bits(Random& random, std::uint32_t lowest, std::uint32_t highest) {
  const std::uint32_t mantissa = random.chance(25) ? 0 : random.below(1U << 23);
  return random.pick(lowest, highest) << 23 | mantissa;
}

/// Scales and term as powers of two: sums that lie on ties, or on codes.
void dyadic_scales(Random& random, Residual& residual) {
  const int a = random.range(-5, 1);
  const int b = random.range(-5, 1);
  residual.sum_scale = dyadic(1, a);
  residual.residual_scale = dyadic(1, b);
  residual.term = dyadic(random.range(-255, 255), std::min(a, b) - random.range(0, 1));
}

/// A term that takes away one product: what is left are the last bits.
void cancelling_scales(Random& random, Residual& residual) {
  const float a = random_scale(random, random.range(-20, 20));
  const float b = random_scale(random, random.range(-20, 20));
  const float term = -static_cast<float>(random.range(1, 128)) * (random.chance(50) ? a : b);
  residual.sum_scale = bits_of(a);
  residual.residual_scale = bits_of(b);
  residual.term = bits_of(term);
}

void sensible_scales(Random& random, Precision output, Residual& residual) {
  const int exponent = output == Precision::kInt4 ? -4 : -1;
  residual.sum_scale = bits_of(random_scale(random, exponent + random.range(-1, 1)));
  residual.residual_scale = bits_of(random_scale(random, exponent + random.range(-1, 1)));
  if (random.chance(80)) residual.term = bits_of(random_scale(random, random.range(-3, 6)));
  if (residual.term != 0 && random.chance(50)) residual.term |= 1U << 31;
}

/// Any that the checks allow.
void any_scales(Random& random, Residual& residual) {
  residual.sum_scale = float_bits(random, 64, 190);
  residual.residual_scale = float_bits(random, 64, 190);
  if (random.chance(20)) return;
  residual.term = float_bits(random, 32, 222) | (random.chance(50) ? 1U << 31 : 0U);
}

bool legal(const Residual& residual) {
  const auto field = [](std::uint32_t bits) { return bits >> 23 & 0xFF; };
  const auto scale = [&](std::uint32_t bits) {
    return bits >> 31 == 0 && field(bits) >= 64 && field(bits) <= 190;
  };
  const bool term =
      residual.term == 0 || (field(residual.term) >= 32 && field(residual.term) <= 222);
  return scale(residual.sum_scale) && scale(residual.residual_scale) && term;
}

void ort_scales(Random& random, Precision output, Residual& residual) {
  residual.first = random.chance(50);
  const std::uint32_t roll = random.below(100);
  do {
    residual.term = 0;
    if (roll < 35) {
      dyadic_scales(random, residual);
    } else if (roll < 50) {
      cancelling_scales(random, residual);
    } else if (roll < 80) {
      sensible_scales(random, output, residual);
    } else {
      any_scales(random, residual);
    }
  } while (!legal(residual));
}

void tflite_scales(Random& random, Precision output, Residual& residual) {
  const auto multiplier = [&random] {
    if (random.chance(5)) return 0U;
    return random.chance(20) ? 1U << 30 : (1U << 30) + random.below(1U << 30);
  };
  const auto shift = [&random](int low, int high) {
    return static_cast<std::uint8_t>(std::clamp(random.range(low, high), 0, 31));
  };
  residual.sum_scale = multiplier();
  residual.residual_scale = multiplier();
  residual.term = multiplier();
  residual.sum_shift = shift(0, 4);
  residual.residual_shift = shift(0, 4);
  const int codes = output == Precision::kInt4 ? 23 : 19;
  residual.output_shift = shift(codes - 4, codes);
  if (!random.chance(30)) return;
  residual.sum_scale = static_cast<std::uint32_t>(random.next()) & 0x7FFFFFFF;
  residual.sum_shift = shift(0, 31);
  residual.residual_shift = shift(0, 31);
  residual.output_shift = shift(0, 31);
}

}  // namespace

std::vector<std::uint8_t> random_parameter_tiles(Random& random, const arch::Machine& machine,
                                                 Contract contract, std::uint32_t tiles) {
  const Style style{random.range(-22, -4), random.chance(50)};
  std::vector<std::uint8_t> bytes(std::size_t{tiles} * kRows * machine.row_bytes());
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    for (std::uint32_t c = 0; c < machine.columns; ++c) {
      const Lane lane =
          contract == Contract::kOrt ? ort_lane(random, style) : tflite_lane(random, style);
      for (std::uint32_t row = 0; row < kRows; ++row) {
        const std::size_t at = (std::size_t{tile} * kRows + row) * machine.row_bytes() + 4 * c;
        for (std::uint32_t i = 0; i < 4; ++i) {
          bytes[at + i] = static_cast<std::uint8_t>(lane[row] >> (8 * i));
        }
      }
    }
  }
  return bytes;
}

std::int16_t random_offset(Random& random) {
  constexpr std::int16_t kUsual[] = {0, 8, 128, -128};
  if (random.chance(60)) return kUsual[random.below(std::size(kUsual))];
  return static_cast<std::int16_t>(random.range(-arch::kMostOffset, arch::kMostOffset));
}

Residual random_residual(Random& random, Contract contract, Precision output) {
  Residual residual;
  residual.precision = random.chance(50) ? Precision::kInt8 : Precision::kInt4;
  const auto quantizer = random_quantizer(random);
  residual.sum_low = quantizer.low;
  residual.sum_high = quantizer.high;
  residual.sum_zero_point = quantizer.zero_point;
  residual.sum_offset = random_offset(random);
  residual.residual_offset = random_offset(random);
  if (contract == Contract::kOrt) {
    ort_scales(random, output, residual);
  } else {
    tflite_scales(random, output, residual);
  }
  return residual;
}

}  // namespace hb::test
