// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/reference/operators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "model/arch/error.hpp"

namespace hb::reference {
namespace {

golden::Quantization quantization_of(const Run& run, const graph::Operand& operand) {
  return {operand.affine.scale, operand.affine.zero_point, run.shape(operand.tensor).offset()};
}

golden::QuantizedTensor quantized(const Run& run, const graph::Operand& operand) {
  return {run.codes(operand.tensor), quantization_of(run, operand)};
}

/// Under `tflite` an addition's last multiplier must be below 1.
void check_tflite(const std::string& node, const graph::Add& add) {
  const double twice = 2 * double{std::max(add.a.affine.scale, add.b.affine.scale)};
  const double scale = twice / ((1 << 20) * double{add.output.affine.scale});
  if (golden::quantize_multiplier(scale).left != 0) {
    throw bad_input(node, fmt::format("scales whose sum is multiplied by {}", scale),
                    "a multiplier below 1 under tflite");
  }
}

std::int8_t stored(std::int64_t code, const graph::Tensor& tensor) {
  const auto kept = std::clamp<std::int64_t>(code, tensor.range.low, tensor.range.high);
  return static_cast<std::int8_t>(kept - tensor.offset());
}

/// `tensor`'s codes of those of `input`, one by one; `code_of` takes and gives codes as the model
/// has them.
template <class CodeOf>
arch::Tensor mapped(const Run& run, graph::TensorId input, graph::TensorId output,
                    const CodeOf& code_of) {
  const std::int32_t offset = run.shape(input).offset();
  arch::Tensor result = run.codes(input);
  for (std::int8_t& code : result.codes) {
    code = stored(code_of(code + offset), run.shape(output));
  }
  return result;
}

/// DequantizeLinear and QuantizeLinear: a product, then a true division, both float32. A code is
/// at most 255 from any zero point: what is beyond 2^20 saturates wherever it is.
std::int64_t ort_code(std::int32_t code, const graph::Affine& from, const graph::Affine& to) {
  const float real = static_cast<float>(code - from.zero_point) * from.scale;
  const float quotient = real / to.scale;
  constexpr float kFar = 1 << 20;
  const float rounded = std::nearbyint(std::clamp(quotient, -kFar, kFar));
  return static_cast<std::int64_t>(rounded) + to.zero_point;
}

/// Sums of a channel's codes, minus `zero_point` each.
std::vector<std::int32_t> channel_sums(const Run& run, graph::TensorId id,
                                       std::int32_t zero_point) {
  const arch::Tensor& input = run.codes(id);
  const std::int32_t offset = run.shape(id).offset();
  const std::size_t pixels = std::size_t{input.height} * input.width;
  std::vector<std::int32_t> sums(input.channels);
  for (std::size_t i = 0; i < input.codes.size(); ++i) {
    sums[i / pixels] += input.codes[i] + offset - zero_point;
  }
  return sums;
}

arch::Tensor average_ort(const graph::GlobalAverage& average, const Run& run) {
  const graph::Tensor& input = run.shape(average.input.tensor);
  const float divisor =
      average.output.affine.scale * static_cast<float>(input.height * input.width);
  const float scale = average.input.affine.scale / divisor;
  const golden::Range range = range_of(run, average.output);
  arch::Tensor result = zeros(run.shape(average.output.tensor));
  const std::vector<std::int32_t> sums =
      channel_sums(run, average.input.tensor, average.input.affine.zero_point);
  for (std::size_t c = 0; c < sums.size(); ++c) {
    result.codes[c] = static_cast<std::int8_t>(run.rules.requantize(sums[c], scale, range));
  }
  return result;
}

/// AVERAGE_POOL_2D: the mean of the codes themselves, half away from zero.
arch::Tensor average_tflite(const std::string& node, const graph::GlobalAverage& average,
                            const Run& run) {
  const graph::Affine& from = average.input.affine;
  if (!(from == average.output.affine)) {
    const graph::Affine& to = average.output.affine;
    throw bad_input(
        node, fmt::format("scale {} and zero point {} of the result", to.scale, to.zero_point),
        fmt::format("those of the input under tflite, {} and {}", from.scale, from.zero_point));
  }
  const graph::Tensor& input = run.shape(average.input.tensor);
  const auto n = static_cast<std::int32_t>(input.height * input.width);
  const std::vector<std::int32_t> sums = channel_sums(run, average.input.tensor, 0);
  arch::Tensor result = zeros(run.shape(average.output.tensor));
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const std::int32_t half = sums[c] > 0 ? n / 2 : -(n / 2);
    result.codes[c] = stored((sums[c] + half) / n, run.shape(average.output.tensor));
  }
  return result;
}

}  // namespace

arch::Tensor zeros(const graph::Tensor& tensor) {
  return {tensor.channels, tensor.height, tensor.width, std::vector<std::int8_t>(tensor.values())};
}

golden::Range range_of(const Run& run, const graph::Operand& operand) {
  const graph::Tensor& tensor = run.shape(operand.tensor);
  const graph::CodeRange range = tensor.stored_range();
  return {range.low, range.high, operand.affine.zero_point - tensor.offset()};
}

void check_shift(const std::string& node, std::int32_t accumulator,
                 const golden::Multiplier& multiplier) {
  const std::int64_t magnitude = std::llabs(std::int64_t{accumulator}) << multiplier.left;
  if (magnitude > std::numeric_limits<std::int32_t>::max()) {
    throw bad_input(node, fmt::format("accumulator {} times 2^{}", accumulator, multiplier.left),
                    "a scale under tflite that keeps it in int32");
  }
}

void apply(const std::string& node, const graph::Add& add, Run& run) {
  const golden::QuantizedTensor a = quantized(run, add.a);
  const golden::QuantizedTensor b = quantized(run, add.b);
  const golden::Quantization y = quantization_of(run, add.output);
  const graph::CodeRange range = run.shape(add.output.tensor).stored_range();
  arch::Tensor& result = run.tensors.at(add.output.tensor.index);
  if (run.contract == arch::Contract::kOrt) {
    result = run.rules.add(a, b, y, {range.low, range.high});
  } else {
    check_tflite(node, add);
    result = golden::add_tflite(a, b, y, {range.low, range.high});
  }
}

void apply(const std::string& /*node*/, const graph::MaxPool& pool, Run& run) {
  const graph::Tensor& input = run.shape(pool.input);
  const graph::Tensor& output = run.shape(pool.output);
  const graph::Window& window = pool.window;
  golden::Windows windows;
  windows.kernel_height = window.kernel_height;
  windows.kernel_width = window.kernel_width;
  windows.stride_y = window.stride_y;
  windows.stride_x = window.stride_x;
  windows.pad_top = window.pad_top;
  windows.pad_left = window.pad_left;
  windows.output_height = output.height;
  windows.output_width = output.width;
  const std::int32_t lowest = std::max(graph::range_of(input.type).low - input.offset(), -128);
  arch::Tensor result =
      golden::max_pool(run.codes(pool.input), windows, static_cast<std::int8_t>(lowest));
  for (std::int8_t& code : result.codes) code = stored(code + input.offset(), output);
  run.tensors.at(pool.output.index) = std::move(result);
}

void apply(const std::string& node, const graph::GlobalAverage& average, Run& run) {
  run.tensors.at(average.output.tensor.index) = run.contract == arch::Contract::kOrt
                                                    ? average_ort(average, run)
                                                    : average_tflite(node, average, run);
}

void apply(const std::string& node, const graph::Requantize& requantize, Run& run) {
  const graph::Affine& from = requantize.input.affine;
  const graph::Affine& to = requantize.output.affine;
  const graph::TensorId input = requantize.input.tensor, output = requantize.output.tensor;
  arch::Tensor& result = run.tensors.at(output.index);
  if (from == to) {
    result = mapped(run, input, output, [](std::int32_t code) { return code; });
  } else if (run.contract == arch::Contract::kOrt) {
    result =
        mapped(run, input, output, [&](std::int32_t code) { return ort_code(code, from, to); });
  } else {
    const golden::Multiplier multiplier =
        golden::quantize_multiplier(double{from.scale} / double{to.scale});
    result = mapped(run, input, output, [&](std::int32_t code) {
      check_shift(node, code - from.zero_point, multiplier);
      return golden::multiply_literal(code - from.zero_point, multiplier) + to.zero_point;
    });
  }
}

}  // namespace hb::reference
