// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/arith/add_cases.hpp"

#include <cstring>

namespace hb::test {
namespace {

constexpr std::uint64_t kAny32 = std::uint64_t{1} << 32;

std::uint32_t float_bits(std::uint32_t exponent, std::uint32_t mantissa) {
  return exponent << 23 | (mantissa & 0x7FFFFF);
}

/// Any mantissa, few bits of one, or a power of two: ties need the last two.
std::uint32_t random_mantissa(Random& random) {
  const std::uint32_t any = random.below(kAny32);
  switch (random.pick(0, 2)) {
    case 0:
      return any;
    case 1:
      return any << random.pick(12, 22);
    default:
      return 0;
  }
}

void random_codes(Random& random, AddCase& c) {
  arith::AddParameters& p = c.parameters;
  const bool any = random.chance(50);
  p.sum_offset = any ? random.range(-128, 128) : 128 * static_cast<std::int32_t>(random.pick(0, 1));
  p.residual_offset = any ? random.range(-128, 128) : 0;
  c.sum_code = random.range(-128, 127);
  c.residual_code = random.range(-128, 127);
  if (random.chance(5)) c.sum_code = -p.sum_offset;  // x = 0
  if (random.chance(5)) c.residual_code = -p.residual_offset;
  c.range.zero_point = random.chance(50) ? 0 : random.range(-128, 127);
  if (random.chance(25)) {
    c.range.low = random.range(-128, 127);
    c.range.high = random.range(c.range.low, 127);
  }
}

/// Scales as layers have them: results among the codes.
void usual(Random& random, arith::AddParameters& p) {
  p.sum_scale = float_bits(random.pick(119, 128), random_mantissa(random));
  p.residual_scale = float_bits(random.pick(119, 128), random_mantissa(random));
  p.term = float_bits(random.pick(117, 133), random_mantissa(random));
}

/// A term that is half an integer, or next to it, once the products are known: a tie, or nearly.
void near_tie(Random& random, AddCase& c) {
  arith::AddParameters& p = c.parameters;
  usual(random, p);
  const float sum = static_cast<float>(c.sum_code + p.sum_offset) * float_of(p.sum_scale);
  const float other =
      static_cast<float>(c.residual_code + p.residual_offset) * float_of(p.residual_scale);
  const float wanted = static_cast<float>(random.range(-130, 130)) + 0.5F;
  p.term = bits_of(wanted - sum - other) + (random.chance(50) ? random.pick(0, 4) - 2U : 0U);
}

/// A term that cancels one product, all of it or but for its last bits.
void cancelling(Random& random, AddCase& c) {
  arith::AddParameters& p = c.parameters;
  usual(random, p);
  const bool of_sum = random.chance(50);
  const std::int32_t x = of_sum ? c.sum_code + p.sum_offset : c.residual_code + p.residual_offset;
  const float product = static_cast<float>(x) * float_of(of_sum ? p.sum_scale : p.residual_scale);
  p.term = bits_of(-product) + random.pick(0, 2);
}

/// Any exponents that are allowed: the alignment passes both its limits.
void anything(Random& random, arith::AddParameters& p) {
  p.sum_scale = float_bits(random.pick(64, 190), random_mantissa(random));
  p.residual_scale = float_bits(random.pick(64, 190), random_mantissa(random));
  p.term = float_bits(random.pick(32, 222), random_mantissa(random));
}

/// One operand decides the code, another lies far below it, near a limit of the alignment.
void far_apart(Random& random, arith::AddParameters& p) {
  usual(random, p);
  std::uint32_t* const small[] = {&p.sum_scale, &p.residual_scale, &p.term};
  const std::uint32_t least = random.pick(64, 110);
  *small[random.pick(0, 2)] = float_bits(least, random_mantissa(random));
}

}  // namespace

float float_of(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

AddCase random_ort_addition(Random& random) {
  AddCase c;
  random_codes(random, c);
  arith::AddParameters& p = c.parameters;
  p.residual_first = random.chance(50);
  switch (random.pick(0, 5)) {
    case 0:
      anything(random, p);
      break;
    case 1:
      far_apart(random, p);
      break;
    case 2:
      cancelling(random, c);
      break;
    case 3:
      near_tie(random, c);
      break;
    default:
      usual(random, p);
  }
  if (random.chance(30)) p.term ^= 0x80000000;
  const std::uint32_t exponent = p.term >> 23 & 0xFF;
  if (random.chance(5) || exponent < 32 || exponent > 222) p.term = 0;
  return c;
}

AddCase random_tflite_addition(Random& random) {
  AddCase c;
  random_codes(random, c);
  arith::AddParameters& p = c.parameters;
  const auto multiplier = [&random] {
    return random.chance(20) ? random.below(std::uint64_t{1} << 31)
                             : 1U << 30 | (random.chance(50) ? 0 : random.below(1U << 30));
  };
  p.sum_scale = multiplier();
  p.residual_scale = multiplier();
  p.term = multiplier();
  const bool any = random.chance(10);
  p.sum_shift = any ? random.pick(0, 31) : random.pick(0, 3);
  p.residual_shift = any ? random.pick(0, 31) : random.pick(0, 3);
  p.output_shift = any ? random.pick(0, 31) : random.pick(15, 21);
  return c;
}

std::int32_t literal_ort(const AddCase& c) {
  const arith::AddParameters& p = c.parameters;
  const std::int32_t sum = c.sum_code + p.sum_offset;
  const std::int32_t other = c.residual_code + p.residual_offset;
  const float sum_scale = float_of(p.sum_scale), other_scale = float_of(p.residual_scale);
  const golden::Range range{c.range.low, c.range.high, c.range.zero_point};
  const float term = float_of(p.term);
  return p.residual_first
             ? golden::add_literal(other, sum, golden::OrtAddition{other_scale, sum_scale, term},
                                   range)
             : golden::add_literal(sum, other, golden::OrtAddition{sum_scale, other_scale, term},
                                   range);
}

std::int32_t literal_tflite(const AddCase& c) {
  const arith::AddParameters& p = c.parameters;
  const auto multiplier = [](std::uint32_t value, std::uint32_t shift) {
    return golden::Multiplier{static_cast<std::int32_t>(value), shift, 0};
  };
  return golden::add_literal(c.sum_code + p.sum_offset, c.residual_code + p.residual_offset,
                             golden::TfliteAddition{multiplier(p.sum_scale, p.sum_shift),
                                                    multiplier(p.residual_scale, p.residual_shift),
                                                    multiplier(p.term, p.output_shift)},
                             {c.range.low, c.range.high, c.range.zero_point});
}

std::uint64_t count_wrong_ort(Random& random, std::uint64_t cases) {
  std::uint64_t wrong = 0;
  for (std::uint64_t i = 0; i < cases; ++i) {
    const AddCase c = random_ort_addition(random);
    wrong += arith::add_ort(c.sum_code, c.residual_code, c.parameters, c.range) != literal_ort(c);
  }
  return wrong;
}

}  // namespace hb::test
