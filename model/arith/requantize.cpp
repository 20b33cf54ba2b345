// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arith/requantize.hpp"

namespace hb::arith {

void requantize_ort(const Lanes& lanes, const Quantizer& range) {
  const Quantizer fixed = range;
  for (std::size_t i = 0; i < lanes.count; ++i) {
    const Quantizer lane{lanes.scale_bits[i], fixed.low, fixed.high, fixed.zero_point};
    lanes.codes[i] = requantize_ort(lanes.accumulators[i], lane);
  }
}

}  // namespace hb::arith
