// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/reference/rules.hpp"

namespace hb::reference {
namespace {

/// Three float32 roundings, the product first.
float ort_scale(float x_scale, float w_scale, float y_scale) {
  const float product = x_scale * w_scale;
  return product / y_scale;
}

}  // namespace

Rules right_rules() {
  Rules rules;
  rules.scale = ort_scale;
  rules.requantize = [](std::int32_t accumulator, float scale, const golden::Range& range) {
    return golden::requantize_literal(accumulator, scale, range);
  };
  rules.add = golden::add_ort;
  rules.padding = [](const graph::Affine& input) { return input.zero_point; };
  return rules;
}

}  // namespace hb::reference
