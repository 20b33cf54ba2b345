// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/post_processor.hpp"

#include <cstring>

#include "model/arith/dot.hpp"

namespace hb::golden {
namespace {

using arch::Buffer;
using arch::Contract;

/// The float32 of `bits`, which dispatch has checked.
float float_of(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

Range range_of(const arch::Output& output) { return {output.low, output.high, output.zero_point}; }

OrtAddition ort_addition(const arch::Residual& residual) {
  const float sum = float_of(residual.sum_scale);
  const float other = float_of(residual.residual_scale);
  return {residual.first ? other : sum, residual.first ? sum : other, float_of(residual.term)};
}

TfliteAddition tflite_addition(const arch::Residual& residual) {
  const auto multiplier = [](std::uint32_t value, std::uint32_t right) {
    return Multiplier{static_cast<std::int32_t>(value), right, 0};
  };
  return {multiplier(residual.sum_scale, residual.sum_shift),
          multiplier(residual.residual_scale, residual.residual_shift),
          multiplier(residual.term, residual.output_shift)};
}

}  // namespace

void Scales::set(const std::uint8_t* scale_row, const std::uint8_t* shift_row, std::uint32_t bit) {
  for (std::size_t c = 0; c < columns_; ++c) {
    const std::uint32_t scale = load_u32(scale_row + 4 * c);
    const std::uint32_t shifts = load_u32(shift_row + 4 * c) >> bit;
    floats_[c] = literal_scale(scale);
    multipliers_[c] = {static_cast<std::int32_t>(scale & 0x7FFFFFFF), shifts & 31,
                       (shifts >> 8) & 31};
  }
}

void Scales::requantize(const Lanes& values, const Range& range, Lanes& codes) const {
  // Copies: `codes` might lie over the originals, as far as g++ knows, and the loops not vectorise.
  const Range fixed = range;
  const std::size_t columns = columns_;
  if (contract_ == Contract::kOrt) {
    for (std::size_t c = 0; c < columns; ++c) {
      codes[c] = requantize_literal(values[c], floats_[c], fixed);
    }
  } else {
    for (std::size_t c = 0; c < columns; ++c) {
      codes[c] = requantize_literal(values[c], multipliers_[c], fixed);
    }
  }
}

Destination::Destination(const arch::Machine& machine, const arch::Output& output)
    : output_(output),
      range_(range_of(output)),
      columns_(machine.columns),
      parts_(arch::parts_per_word(machine, output.precision)),
      part_bytes_(machine.word_bytes() / parts_) {}

void Destination::write(std::uint64_t n, bool last, std::uint64_t q, const Lanes& codes,
                        BufferBytes& activations) const {
  std::array<std::uint8_t, 4 * kMaxColumns> bytes{};
  pack(output_.precision, codes.data(), columns_, bytes.data());
  const std::uint64_t part = output_.part + n;
  const auto first = static_cast<std::uint32_t>(part % parts_) * part_bytes_;
  const std::uint32_t count = last ? activations.row_bytes() - first : part_bytes_;
  activations.write(output_.address + part / parts_ * output_.plane + q, first, bytes.data(),
                    count);
}

Adder::Adder(const arch::Machine& machine, const arch::Conv& conv)
    : residual_(*conv.residual),
      contract_(conv.contract),
      sum_range_{residual_.sum_low, residual_.sum_high, residual_.sum_zero_point},
      output_range_(range_of(conv.output)),
      columns_(machine.columns),
      parts_(arch::parts_per_word(machine, residual_.precision)),
      ort_(ort_addition(residual_)),
      tflite_(tflite_addition(residual_)) {}

void Adder::read(std::uint64_t n, std::uint64_t q, const BufferBytes& activations,
                 std::int16_t* codes) const {
  const std::uint64_t part = residual_.part + n;
  const std::size_t bytes = activations.row_bytes() / parts_;
  const std::uint8_t* word =
      activations.row(residual_.address + part / parts_ * residual_.plane + q);
  widen(residual_.precision, word + part % parts_ * bytes, bytes, codes);
}

void Adder::add(std::uint64_t n, std::uint64_t q, const BufferBytes& activations,
                Lanes& codes) const {
  std::array<std::int16_t, kMaxColumns> others{};
  read(n, q, activations, others.data());
  for (std::size_t c = 0; c < columns_; ++c) {
    const std::int32_t sum = codes[c] + residual_.sum_offset;
    const std::int32_t other = others[c] + residual_.residual_offset;
    if (contract_ == Contract::kTflite) {
      codes[c] = add_literal(sum, other, tflite_, output_range_);
    } else {
      codes[c] = add_literal(residual_.first ? other : sum, residual_.first ? sum : other, ort_,
                             output_range_);
    }
  }
}

PostProcessor::PostProcessor(const arch::Machine& machine, const arch::Conv& conv, Buffers& buffers)
    : conv_(conv),
      columns_(machine.columns),
      buffers_(buffers),
      scales_(conv.contract, machine.columns),
      copy_scales_(conv.contract, machine.columns),
      output_(machine, conv.output) {
  if (conv.copy) copy_.emplace(machine, *conv.copy);
  if (conv.residual) adder_.emplace(machine, conv);
}

void PostProcessor::start_tile(std::uint64_t n) {
  constexpr std::uint32_t kCopyShifts = 16;
  tile_ = n;
  const BufferBytes& parameters = buffers_[Buffer::kParameter];
  const std::uint64_t row = 4 * (conv_.parameter_address + n);
  for (std::size_t c = 0; c < columns_; ++c) {
    bias_[c] = static_cast<std::int32_t>(load_u32(parameters.row(row) + 4 * c));
  }
  scales_.set(parameters.row(row + 1), parameters.row(row + 2), 0);
  if (copy_) copy_scales_.set(parameters.row(row + 3), parameters.row(row + 2), kCopyShifts);
}

void PostProcessor::finish_pixel(std::uint64_t q, const std::uint32_t* sums) {
  BufferBytes& activations = buffers_[Buffer::kActivation];
  Lanes values{};
  Lanes codes{};
  for (std::size_t c = 0; c < columns_; ++c) {
    values[c] = arith::add_wrapping(static_cast<std::int32_t>(sums[c]), bias_[c]);
  }
  const bool last = tile_ + 1 == conv_.tiles;
  scales_.requantize(values, adder_ ? adder_->sum_range() : output_.range(), codes);
  if (adder_) adder_->add(tile_, q, activations, codes);
  output_.write(tile_, last, q, codes, activations);
  if (!copy_) return;
  if (conv_.copy_source == arch::CopySource::kCode) {
    for (std::size_t c = 0; c < columns_; ++c) values[c] = codes[c] + conv_.copy_offset;
  }
  copy_scales_.requantize(values, copy_->range(), codes);
  copy_->write(tile_, last, q, codes, activations);
}

}  // namespace hb::golden
