// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random additions of a residual, aimed at ties, cancellation and the limits of the alignment.
#pragma once

#include <cstdint>

#include "model/arith/add.hpp"
#include "model/golden/add.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

struct AddCase {
  std::int32_t sum_code = 0;
  std::int32_t residual_code = 0;
  arith::AddParameters parameters;
  arith::Quantizer range{0, -128, 127, 0};
};

/// Within what dispatch allows.
[[nodiscard]] AddCase random_ort_addition(Random& random);
[[nodiscard]] AddCase random_tflite_addition(Random& random);

/// Literal results.
[[nodiscard]] std::int32_t literal_ort(const AddCase& c);
[[nodiscard]] std::int32_t literal_tflite(const AddCase& c);

/// The float32 of `bits`, and back.
[[nodiscard]] float float_of(std::uint32_t bits);
[[nodiscard]] std::uint32_t bits_of(float value);

/// Random additions whose integer code is not the literal one.
[[nodiscard]] std::uint64_t count_wrong_ort(Random& random, std::uint64_t cases);

}  // namespace hb::test
