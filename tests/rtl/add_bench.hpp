// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// hb_add held against the runtimes' literal rules.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "Vadd_base.h"
#include "Vadd_tiny.h"
#include "model/arch/shapes.hpp"
#include "model/golden/add.hpp"
#include "tests/rtl/add_cases.hpp"

namespace hb::rtl_test {

struct AddBase {
  using Shape = arch::shapes::base;
  using Driver = AddDriver<Vadd_base, Shape>;
};
struct AddTiny {
  using Shape = arch::shapes::tiny;
  using Driver = AddDriver<Vadd_tiny, Shape>;
};

/// The code of two operands by the runtimes' rules.
inline std::int32_t literal_sum(const Addition& addition, std::int32_t sum, std::int32_t residual) {
  const auto multiplier = [](std::uint32_t value, std::uint32_t shift) {
    return golden::Multiplier{static_cast<std::int32_t>(value), shift, 0};
  };
  if (addition.tflite) {
    const golden::TfliteAddition literal{
        multiplier(addition.sum_scale, addition.sum_shift),
        multiplier(addition.residual_scale, addition.residual_shift),
        multiplier(addition.term, addition.output_shift)};
    return golden::add_literal(sum, residual, literal, addition.range);
  }
  const float sum_scale = float_of(addition.sum_scale), term = float_of(addition.term);
  const float residual_scale = float_of(addition.residual_scale);
  if (addition.residual_first) {
    const golden::OrtAddition literal{residual_scale, sum_scale, term};
    return golden::add_literal(residual, sum, literal, addition.range);
  }
  const golden::OrtAddition literal{sum_scale, residual_scale, term};
  return golden::add_literal(sum, residual, literal, addition.range);
}

template <class Shape>
typename AddRow<Shape>::Codes literal_row(const AddRow<Shape>& row) {
  if (!row.residual) return row.codes;
  typename AddRow<Shape>::Codes codes{};
  for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
    codes[c] =
        static_cast<std::int8_t>(literal_sum(row.addition, row.codes[c] + row.addition.sum_offset,
                                             row.residual_code(c) + row.addition.residual_offset));
  }
  return codes;
}

/// Rows of codes that are wrong, after running `rows`.
template <class Driver, class Shape>
std::size_t wrong_rows(Driver& driver, const std::vector<AddRow<Shape>>& rows) {
  const auto codes = driver.run(rows);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) wrong += codes[i] != literal_row(rows[i]);
  return wrong;
}

/// An offset that lets a code in least..most stand for `operand`.
inline std::int32_t random_offset(test::Random& random, std::int32_t operand, std::int32_t least,
                                  std::int32_t most) {
  return random.range(std::max(-128, operand - most), std::min(128, operand - least));
}

/// A row of any codes and any residual word whose column c holds the case's pair.
template <class Shape>
AddRow<Shape> row_of(test::Random& random, const AddCase& made, std::uint32_t c) {
  AddRow<Shape> row;
  row.addition = made.addition;
  row.int4 = made.residual >= -136 && made.residual <= 135 && random.chance(30);
  row.part = random.below(Shape::kWordBytes / Shape::kColumns * (row.int4 ? 2 : 1));
  for (std::int8_t& code : row.codes) code = static_cast<std::int8_t>(random.range(-128, 127));
  for (std::uint8_t& byte : row.word) byte = static_cast<std::uint8_t>(random.below(256));
  const std::int32_t least = row.int4 ? -8 : -128, most = row.int4 ? 7 : 127;
  row.addition.sum_offset = random_offset(random, made.sum, -128, 127);
  row.addition.residual_offset = random_offset(random, made.residual, least, most);
  row.codes[c] = static_cast<std::int8_t>(made.sum - row.addition.sum_offset);
  row.set_residual_code(c, made.residual - row.addition.residual_offset);
  return row;
}

}  // namespace hb::rtl_test
