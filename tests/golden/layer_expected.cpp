// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/golden/random_layer.hpp"

namespace hb::test {
namespace {

/// Which scale, and which half of the shifts, of a channel's parameters.
enum class Scale { kOutput, kCopy };

/// Code of a channel's accumulator, or of what takes its place, by the integer formulas.
std::int32_t requantized(const RandomLayer& layer, std::size_t channel, Scale scale,
                         std::int32_t value, const golden::Range& range) {
  const Parameters& p = layer.parameters;
  const bool copy = scale == Scale::kCopy;
  const arith::Quantizer quantizer{copy ? p.copy_scale_bits[channel] : p.scale_bits[channel],
                                   range.low, range.high, range.zero_point};
  if (layer.kind.contract == arch::Contract::kOrt) {
    return arith::requantize_ort(value, quantizer);
  }
  return arith::requantize_tflite(value, arith::unpack_shifts(p.shifts[channel], copy ? 16 : 0),
                                  quantizer);
}

/// Code of the output at `i` of the tensor.
std::int32_t output_code(const RandomLayer& layer, std::size_t i, std::int32_t accumulator,
                         std::size_t channel) {
  if (!layer.kind.residual_precision) {
    return requantized(layer, channel, Scale::kOutput, accumulator, layer.output_range);
  }
  const std::int32_t sum =
      requantized(layer, channel, Scale::kOutput, accumulator, layer.sum_range);
  const std::int32_t residual = layer.residual.codes[i];
  const golden::Range& r = layer.output_range;
  const arith::Quantizer range{0, r.low, r.high, r.zero_point};
  return layer.kind.contract == arch::Contract::kOrt
             ? arith::add_ort(sum, residual, layer.addition, range)
             : arith::add_tflite(sum, residual, layer.addition, range);
}

}  // namespace

Expected expected(const RandomLayer& layer) {
  const golden::Accumulators accumulators = golden::convolve(layer.input, layer.convolution);
  arch::Tensor output{accumulators.channels, accumulators.height, accumulators.width, {}};
  arch::Tensor copy = output;
  const std::size_t pixels = std::size_t{output.height} * output.width;
  for (std::size_t i = 0; i < accumulators.values.size(); ++i) {
    const std::int32_t accumulator = accumulators.values[i];
    const std::int32_t code = output_code(layer, i, accumulator, i / pixels);
    output.codes.push_back(static_cast<std::int8_t>(code));
    const bool from_code = layer.kind.copy_source == arch::CopySource::kCode;
    const std::int32_t source = from_code ? code + layer.copy_offset : accumulator;
    copy.codes.push_back(static_cast<std::int8_t>(
        requantized(layer, i / pixels, Scale::kCopy, source, layer.copy_range)));
  }
  Expected result{pack_tensor(layer.machine, layer.kind.output_precision, output), {}};
  if (layer.kind.copy_precision) {
    result.copy = pack_tensor(layer.machine, *layer.kind.copy_precision, copy);
  }
  return result;
}

}  // namespace hb::test
