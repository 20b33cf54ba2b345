// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arith/add.hpp"

namespace hb::arith {

void add_ort(const AddLanes& lanes, const AddParameters& parameters, const Quantizer& range) {
  const AddParameters fixed = parameters;
  const Quantizer fixed_range = range;
  for (std::size_t i = 0; i < lanes.count; ++i) {
    lanes.codes[i] = add_ort(lanes.sum_codes[i], lanes.residual_codes[i], fixed, fixed_range);
  }
}

void add_tflite(const AddLanes& lanes, const AddParameters& parameters, const Quantizer& range) {
  const AddParameters fixed = parameters;
  const Quantizer fixed_range = range;
  for (std::size_t i = 0; i < lanes.count; ++i) {
    lanes.codes[i] = add_tflite(lanes.sum_codes[i], lanes.residual_codes[i], fixed, fixed_range);
  }
}

}  // namespace hb::arith
