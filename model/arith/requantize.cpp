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

void requantize_tflite(const Lanes& lanes, const ShiftLanes& shifts, const Quantizer& range) {
  const Quantizer fixed = range;
  const std::uint32_t bit = shifts.bit;
  for (std::size_t i = 0; i < lanes.count; ++i) {
    const Quantizer lane{lanes.scale_bits[i], fixed.low, fixed.high, fixed.zero_point};
    const Shifts own = unpack_shifts(shifts.words[i], bit);
    lanes.codes[i] = requantize_tflite(lanes.accumulators[i], own, lane);
  }
}

}  // namespace hb::arith
