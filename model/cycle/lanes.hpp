// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// C lanes of the post-processor: from a row of sums to codes, and where their bytes lie in a word
// (docs/arithmetic.md section 5, docs/commands.md section 3).
#pragma once

#include <array>
#include <cstdint>

#include "model/arith/add.hpp"
#include "model/arith/requantize.hpp"
#include "model/cycle/signals.hpp"

namespace hb::cycle {

/// One row's accumulators or codes, by lane.
template <class Shape>
using LaneValues = std::array<std::int32_t, Shape::kColumns>;

[[nodiscard]] inline arith::Quantizer range_of(const arch::Output& output) {
  return {0, output.low, output.high, output.zero_point};
}

[[nodiscard]] inline arith::Quantizer range_of(const arch::Residual& residual) {
  return {0, residual.sum_low, residual.sum_high, residual.sum_zero_point};
}

[[nodiscard]] inline arith::AddParameters addition_of(const arch::Residual& residual) {
  arith::AddParameters result;
  result.residual_first = residual.first;
  result.sum_offset = residual.sum_offset;
  result.residual_offset = residual.residual_offset;
  result.sum_scale = residual.sum_scale;
  result.residual_scale = residual.residual_scale;
  result.term = residual.term;
  result.sum_shift = residual.sum_shift;
  result.residual_shift = residual.residual_shift;
  result.output_shift = residual.output_shift;
  return result;
}

/// Values become codes in `range`. `scales`: a parameter row; `shifts`: which half of the shifts'
/// row goes with it.
template <class Shape>
void requantize(const arch::Conv& conv, const std::array<std::uint32_t, Shape::kColumns>& scales,
                const arith::ShiftLanes& shifts, const arith::Quantizer& range,
                LaneValues<Shape>& values) {
  const arith::Lanes lanes{values.data(), scales.data(), values.data(), Shape::kColumns};
  if (conv.contract == arch::Contract::kTflite) {
    arith::requantize_tflite(lanes, shifts, range);
  } else {
    arith::requantize_ort(lanes, range);
  }
}

/// The output's codes of accumulators (bias included); `residual`: the other operand's codes, if
/// the command has one.
template <class Shape>
[[nodiscard]] LaneValues<Shape> output_codes(const arch::Conv& conv,
                                             const ParameterOutputs<Shape>& parameters,
                                             const LaneValues<Shape>& accumulators,
                                             const LaneValues<Shape>& residual) {
  LaneValues<Shape> codes = accumulators;
  const arith::Quantizer range = range_of(conv.output);
  const arith::ShiftLanes shifts{parameters.shifts.data(), 0};
  if (!conv.residual) {
    requantize<Shape>(conv, parameters.scale, shifts, range, codes);
    return codes;
  }
  requantize<Shape>(conv, parameters.scale, shifts, range_of(*conv.residual), codes);
  const arith::AddLanes lanes{codes.data(), residual.data(), codes.data(), Shape::kColumns};
  if (conv.contract == arch::Contract::kTflite) {
    arith::add_tflite(lanes, addition_of(*conv.residual), range);
  } else {
    arith::add_ort(lanes, addition_of(*conv.residual), range);
  }
  return codes;
}

/// The second copy's codes.
template <class Shape>
[[nodiscard]] LaneValues<Shape> copy_codes(const arch::Conv& conv,
                                           const ParameterOutputs<Shape>& parameters,
                                           const LaneValues<Shape>& accumulators,
                                           const LaneValues<Shape>& output) {
  LaneValues<Shape> codes = accumulators;
  if (conv.copy_source == arch::CopySource::kCode) {
    codes = output;
    for (std::int32_t& code : codes) code += conv.copy_offset;
  }
  const arith::ShiftLanes shifts{parameters.shifts.data(), 16};
  requantize<Shape>(conv, parameters.copy_scale, shifts, range_of(*conv.copy), codes);
  return codes;
}

/// The bytes of a row of a tile: of which word, and where in it.
struct Place {
  std::uint32_t address = 0;
  std::uint32_t first = 0;  ///< byte
  std::uint32_t bytes = 0;
  bool int4 = false;
};

/// `where`: an arch::Output or an arch::Residual.
template <class Shape, class Where>
[[nodiscard]] Place place(const RowTag& tag, const Where& where) {
  Place result;
  result.int4 = where.precision == arch::Precision::kInt4;
  result.bytes = result.int4 ? Shape::kColumns / 2 : Shape::kColumns;
  const std::uint32_t parts = Shape::kWordBytes / result.bytes;
  const std::uint32_t part = where.part + tag.tile;
  result.address = where.address + part / parts * where.plane + tag.pixel;
  result.first = part % parts * result.bytes;
  return result;
}

/// The masked write of a row's codes; a command's last tile also clears the rest of its word.
template <class Shape>
[[nodiscard]] arch::WordWrite<Shape> pack(const LaneValues<Shape>& codes, const Place& place,
                                          bool last_tile) {
  const std::uint32_t end = last_tile ? Shape::kWordBytes : place.first + place.bytes;
  arch::WordWrite<Shape> write{};
  write.valid = 1;
  write.address = place.address;
  for (std::uint32_t byte = place.first; byte < end; ++byte) {
    write.mask[byte / 32] |= 1U << byte % 32;
  }
  for (std::uint32_t i = 0; i < place.bytes; ++i) {
    const auto low = static_cast<std::uint32_t>(codes[place.int4 ? 2 * i : i]);
    const std::uint32_t value =
        place.int4 ? (low & 15) | (static_cast<std::uint32_t>(codes[2 * i + 1]) & 15) << 4
                   : low & 0xFF;
    const std::uint32_t byte = place.first + i;
    write.data[byte / 4] |= value << (8 * (byte % 4));
  }
  return write;
}

/// The codes at `place` of a word, sign-extended.
template <class Shape>
[[nodiscard]] LaneValues<Shape> unpack(const std::array<std::uint32_t, Shape::kRows>& word,
                                       const Place& place) {
  const std::uint32_t width = place.int4 ? 4 : 8;
  LaneValues<Shape> codes;
  for (std::uint32_t c = 0; c < Shape::kColumns; ++c) {
    const std::uint32_t bit = 8 * place.first + width * c;
    const std::uint32_t field = word[bit / 32] << (32 - width - bit % 32);
    codes[c] = static_cast<std::int32_t>(field) >> (32 - width);
  }
  return codes;
}

}  // namespace hb::cycle
