// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/rtl/add_cases.hpp"

#include <cmath>
#include <cstring>
#include <utility>

namespace hb::rtl_test {
namespace {

using test::Random;

constexpr std::int32_t kBias = 150;  // value = significand * 2^(exponent field - 150)

std::uint32_t any_bits(Random& random) { return static_cast<std::uint32_t>(random.next()); }

std::int32_t random_sign(Random& random) { return random.chance(50) ? 1 : -1; }

/// 23 bits: any, few at the top, or a few away from an end.
std::uint32_t random_mantissa(Random& random) {
  const std::uint32_t any = any_bits(random) & 0x7FFFFF;
  if (random.chance(40)) return any;
  if (random.chance(50)) return any << random.pick(10, 23) & 0x7FFFFF;
  return (random.below(9) - 4) & 0x7FFFFF;
}

std::uint32_t with_exponent(std::uint32_t mantissa, std::int32_t exponent) {
  return static_cast<std::uint32_t>(exponent) << 23 | mantissa;
}

std::int32_t exponent_of(std::uint32_t bits) {
  return static_cast<std::int32_t>(bits >> 23 & 0xFF);
}

/// An operand, never 0; mostly of many bits.
std::int32_t random_operand(Random& random) {
  const std::int32_t magnitude = random.range(1, random.chance(70) ? 255 : 9);
  return random_sign(random) * magnitude;
}

/// An operand's fma: operand, scale bits, term bits.
struct Fma {
  std::int32_t operand = 0;
  std::uint32_t scale = 0;
  std::uint32_t term = 0;

  [[nodiscard]] float value() const {
    return std::fma(static_cast<float>(operand), float_of(scale), float_of(term));
  }
};

/// A product of `operand` and a significand whose bits below the 24th are exactly a half, with an
/// odd number `ratio` on top: significand, and the exponent of two between the product and ratio.
struct HalfProduct {
  std::uint32_t significand = 0;  ///< 0: none found
  std::int32_t operand = 1;
  std::int32_t shift = 0;
};

int length_of(std::uint64_t number) {
  int bits = 0;
  while (number >> bits != 0) ++bits;
  return bits;
}

HalfProduct half_product(Random& random) {
  for (int attempt = 0; attempt < 400; ++attempt) {
    const std::int32_t operand = 2 * random.range(0, 127) + 1;
    const std::uint64_t factor = static_cast<std::uint64_t>(operand);
    const std::uint64_t ratio = 2 * random.pick(0, 255) + 1;
    const int length = 23 + length_of(factor) + static_cast<int>(random.below(2));
    if (length < 25) continue;
    const int shift = length - length_of(ratio);
    const std::uint64_t half = std::uint64_t{1} << (length - 25);
    const std::uint64_t product = (ratio << shift) + (random.chance(50) ? half : 0 - half);
    const std::uint64_t significand = product / factor;
    if (product % factor != 0 || significand >> 23 != 1) continue;
    return {static_cast<std::uint32_t>(significand), operand, shift};
  }
  return {};
}

/// A term `distance` exponents below (above) the scale's.
std::uint32_t term_at(Random& random, std::uint32_t scale, std::int32_t distance) {
  return with_exponent(random_mantissa(random), exponent_of(scale) - distance) |
         (any_bits(random) & 0x80000000);
}

/// A tie of float32 that only a far smaller term decides. `exponent` is that of the ratio's unit.
Fma decided_tie(Random& random, std::int32_t exponent) {
  const HalfProduct half = half_product(random);
  Fma fma;
  fma.operand = random_sign(random) * half.operand;
  fma.scale = with_exponent(half.significand & 0x7FFFFF, kBias + exponent - half.shift);
  fma.term = random.chance(10) ? 0 : term_at(random, fma.scale, random.range(15, 60));
  return fma;
}

/// A term at a power of two, where a far smaller product of the other sign meets a finer unit.
Fma below_power(Random& random) {
  Fma fma;
  fma.operand = random_operand(random);
  fma.scale = with_exponent(random_mantissa(random), 100);
  const std::uint32_t mantissa = random.chance(70) ? 0 : random_mantissa(random);
  fma.term = with_exponent(mantissa, 100 + random.range(18, 60));
  if (fma.operand > 0) fma.term |= 0x80000000;
  return fma;
}

/// A term that takes nearly all of the product away.
Fma cancelled(Random& random) {
  Fma fma;
  fma.operand = random_operand(random);
  fma.scale = with_exponent(random_mantissa(random), 120);
  const std::uint32_t product =
      float_bits(-static_cast<double>(fma.operand) * static_cast<double>(float_of(fma.scale)));
  fma.term = product + random.below(5) - 2;
  return fma;
}

Fma aligned(Random& random) {
  Fma fma;
  fma.operand = random.chance(5) ? 0 : random_operand(random);
  fma.scale = with_exponent(random_mantissa(random), 120);
  fma.term = random.chance(5) ? 0 : term_at(random, fma.scale, random.range(-45, 45));
  return fma;
}

Fma hard(Random& random) {
  switch (random.below(4)) {
    case 0:
      return decided_tie(random, 0);
    case 1:
      return below_power(random);
    case 2:
      return cancelled(random);
    default:
      return aligned(random);
  }
}

/// Multiplies scale and term by a power of two that brings the result's exponent field to `wanted`.
Fma moved(Fma fma, std::int32_t wanted) {
  const float value = fma.value();
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  const std::int32_t by = wanted - exponent_of(bits);
  const auto shifted = [by](std::uint32_t number) {
    if ((number & 0x7FFFFFFF) == 0) return number;
    return number + (static_cast<std::uint32_t>(by) << 23);
  };
  return {fma.operand, shifted(fma.scale), shifted(fma.term)};
}

/// first * first scale + second's fma, in one operand order or the other.
AddCase make(Random& random, std::int32_t first, std::uint32_t first_scale, const Fma& second) {
  AddCase made;
  made.addition.residual_first = random.chance(50);
  made.addition.term = second.term;
  made.sum = first;
  made.residual = second.operand;
  made.addition.sum_scale = first_scale;
  made.addition.residual_scale = second.scale;
  if (made.addition.residual_first) {
    std::swap(made.sum, made.residual);
    std::swap(made.addition.sum_scale, made.addition.residual_scale);
  }
  return made;
}

template <class Maker>
AddCase until_legal(Random& random, Maker maker) {
  for (;;) {
    const AddCase made = maker(random);
    if (legal(made.addition)) return made;
  }
}

/// An odd half or, now and then, any quarter in the range of codes.
double random_target(Random& random) {
  if (random.chance(10)) return random.range(-600, 600) / 4.0;
  return random.range(-150, 150) + 0.5;
}

}  // namespace

std::uint32_t float_bits(double value) {
  const auto rounded = static_cast<float>(value);
  std::uint32_t bits = 0;
  std::memcpy(&bits, &rounded, sizeof bits);
  return bits;
}

float float_of(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

bool legal(const Addition& addition) {
  for (const std::uint32_t scale : {addition.sum_scale, addition.residual_scale}) {
    if (scale >> 23 < 64 || scale >> 23 > 190) return false;
  }
  const std::int32_t exponent = exponent_of(addition.term);
  return addition.term == 0 || (exponent >= 32 && exponent <= 222);
}

AddCase common_ort(Random& random) {
  const bool dyadic = random.chance(60);
  const auto scale = [&] {
    const std::uint32_t any = any_bits(random) & 0x7FFFFF;
    const std::uint32_t mantissa = dyadic ? any << random.pick(18, 23) & 0x7FFFFF : any;
    return with_exponent(mantissa, random.range(120, 129));
  };
  Fma second{random.range(-256, 255), scale(), 0};
  const double term = random.range(-512, 512) / std::ldexp(1.0, static_cast<int>(random.below(7)));
  if (term != 0) second.term = dyadic ? float_bits(term) : float_bits(term * 1.1);
  return make(random, random.range(-256, 255), scale(), second);
}

AddCase wide_ort(Random& random) {
  const auto scale = [&] {
    return with_exponent(random_mantissa(random),
                         random.chance(20) ? 64 + 126 * static_cast<std::int32_t>(random.below(2))
                                           : random.range(64, 190));
  };
  Fma second{random.range(-256, 255), scale(), 0};
  const std::int32_t exponent = random.chance(20)
                                    ? 32 + 190 * static_cast<std::int32_t>(random.below(2))
                                    : random.range(32, 222);
  if (random.chance(95)) {
    second.term =
        with_exponent(random_mantissa(random), exponent) | (any_bits(random) & 0x80000000);
  }
  return make(random, random.range(-256, 255), scale(), second);
}

AddCase inner_ort(Random& random) {
  return until_legal(random, [](Random& r) {
    Fma second = hard(r);
    if (second.value() != 0) second = moved(second, r.range(125, 148));
    const double rest = random_target(r) - static_cast<double>(second.value());
    const std::int32_t first = (rest < 0 ? -1 : 1) * (r.chance(80) ? 1 : r.range(1, 255));
    return make(r, first, float_bits(rest / first), second);
  });
}

AddCase outer_ort(Random& random) {
  return until_legal(random, [](Random& r) {
    // The second operand is 0, so that its result is the term.
    Fma first = decided_tie(r, -1);
    if (r.chance(50)) {
      first.operand = random_operand(r);
      first.scale = with_exponent(random_mantissa(r), r.range(115, 140));
      const double product = first.operand * static_cast<double>(float_of(first.scale));
      first.term = float_bits(random_target(r) - product) + r.below(3) - 1;
    }
    return make(r, first.operand, first.scale,
                Fma{0, with_exponent(random_mantissa(r), 127), first.term});
  });
}

AddCase random_ort(Random& random) {
  const std::uint32_t kind = random.below(100);
  if (kind < 30) return common_ort(random);
  if (kind < 35) return wide_ort(random);
  return kind < 70 ? inner_ort(random) : outer_ort(random);
}

AddCase random_tflite(Random& random) {
  // Like a network's: a multiplier of at least 2^30, dyadic or any.
  const auto multiplier = [&] {
    if (random.chance(5)) return any_bits(random) >> random.pick(1, 31);
    const std::uint32_t lower = any_bits(random) & 0x3FFFFFFF;
    // So far from a power of two that operands' products are ties.
    if (random.chance(20))
      return (1U << 30) + (random.chance(50) ? 1U : -1U) * (1U << random.pick(3, 10));
    return 1U << 30 | (random.chance(50) ? lower : lower << random.pick(24, 30) & 0x3FFFFFFF);
  };
  // The larger operand has no shift, the other any; small ones only decide ties of the larger.
  const auto shift = [&] { return random.chance(60) ? random.below(4) : random.below(32); };
  AddCase made;
  Addition& addition = made.addition;
  addition.tflite = true;
  addition.sum_scale = multiplier();
  addition.residual_scale = multiplier();
  addition.term = multiplier();
  addition.sum_shift = shift();
  addition.residual_shift = shift();
  addition.output_shift = random.chance(90) ? random.pick(17, 22) : random.below(32);
  made.sum = random.range(-256, 255);
  made.residual = random.range(-256, 255);
  return made;
}

}  // namespace hb::rtl_test
