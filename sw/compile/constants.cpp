// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/arch/error.hpp"

namespace hb::compile {
namespace {

using arch::Contract;

/// What a code that stays is multiplied by.
const map::Multiplier kOneTflite{1U << 30, 1, 0};

std::int32_t offset_of(const Rules& rules, graph::TensorId id) {
  return rules.graph.tensor(id).offset();
}

graph::Operand operand_of(const Port& port) { return {port.tensor, port.affine}; }

map::Affine stored(const Rules& rules, const graph::Operand& operand) {
  return {operand.affine.scale, stored_zero_point(rules, operand)};
}

/// The stored codes that a tensor can hold, clamp of whoever writes it.
schedule::Quantizer range_of(const Rules& rules, graph::TensorId id, arch::Precision precision) {
  const graph::CodeRange range = rules.graph.tensor(id).stored_range();
  schedule::Quantizer quantizer;
  quantizer.precision = precision;
  quantizer.low = static_cast<std::int8_t>(range.low);
  quantizer.high = static_cast<std::int8_t>(range.high);
  return quantizer;
}

/// Scale of a requantization whose codes move.
void set_requantization(const Rules& rules, const std::string& name, const graph::Operand& from,
                        const Port& to, map::UnitScale& unit) {
  const map::Affine x = stored(rules, from);
  const map::Affine y = stored(rules, operand_of(to));
  if (rules.contract == Contract::kTflite) {
    unit = map::tflite_requantize(x, y);
    return;
  }
  const graph::CodeRange range = rules.graph.tensor(from.tensor).stored_range();
  const graph::CodeRange limits = rules.graph.tensor(to.tensor).stored_range();
  unit.bias = -x.zero_point;
  const auto scale = map::ort_requantize(x, y, {range.low, range.high, limits.low, limits.high});
  if (!scale) {
    throw bad_input(name,
                    fmt::format("requantization from scale {} to scale {}: no float32 factor gives "
                                "all codes that dividing gives",
                                x.scale, y.scale),
                    "scales whose quotient decides every code, such as powers of two apart");
  }
  unit.scale = *scale;
}

double tflite_scale(const graph::Conv& conv, float w_scale, float y_scale) {
  const float x_scale = conv.alpha * conv.input.affine.scale;
  if (conv.kind == graph::ConvKind::kGemm) return double{x_scale * w_scale} / double{y_scale};
  return double{x_scale} * double{w_scale} / double{y_scale};
}

/// Scales of one output of a convolution, per channel.
class ConvScales {
 public:
  ConvScales(const Rules& rules, const Step& step) : rules_(rules), step_(step) {
    const bool gemm = step.conv->kind == graph::ConvKind::kGemm;
    if (gemm && rules.contract == Contract::kTflite && step.conv->weight_scales.size() > 1) {
      throw bad_input(step.name, "a weight scale per output of a fully connected layer",
                      "one for the whole layer under tflite");
    }
  }

  void ort(float y_scale, std::vector<float>& scales) const {
    const graph::Conv& conv = *step_.conv;
    const float x_scale = conv.alpha * conv.input.affine.scale;
    for (std::uint32_t o = 0; o < conv.output_channels; ++o) {
      const float scale = map::ort_scale(x_scale, w_scale(o), y_scale);
      if (!std::isnormal(scale)) refuse(scale, "a normal float32");
      scales.push_back(scale);
    }
  }

  void tflite(float y_scale, const std::vector<std::int64_t>& most,
              std::vector<map::Multiplier>& multipliers) const {
    const graph::Conv& conv = *step_.conv;
    for (std::uint32_t o = 0; o < conv.output_channels; ++o) {
      const double scale = tflite_scale(conv, w_scale(o), y_scale);
      const map::Multiplier multiplier = map::tflite_multiplier(scale);
      // The accumulator is shifted left in 32 bits.
      if (most[o] > std::numeric_limits<std::int32_t>::max() >> multiplier.left) {
        refuse(scale, "one that its accumulators leave room for in 32 bits");
      }
      multipliers.push_back(multiplier);
    }
  }

 private:
  [[nodiscard]] float w_scale(std::uint32_t channel) const {
    const std::vector<float>& scales = step_.conv->weight_scales;
    return scales.size() == 1 ? scales[0] : scales[channel];
  }

  template <class Value>
  [[noreturn]] void refuse(Value scale, const char* expected) const {
    throw bad_input(step_.name, fmt::format("a scale of {} from sums to codes", scale), expected);
  }

  const Rules& rules_;
  const Step& step_;
};

/// Largest magnitude of each channel's accumulators.
std::vector<std::int64_t> most_of(const Rules& rules, const graph::Conv& conv,
                                  const std::vector<std::int8_t>& weights) {
  const graph::CodeRange range = rules.graph.tensor(conv.input.tensor).range;
  // A padded position counts as 0.
  const graph::CodeRange codes{std::min(range.low - conv.input.affine.zero_point, 0),
                               std::max(range.high - conv.input.affine.zero_point, 0)};
  const std::size_t each = weights.size() / conv.output_channels;
  std::vector<std::int64_t> most;
  for (std::size_t o = 0; o < conv.output_channels; ++o) {
    const graph::WeightSums sums = graph::sums_of(weights.data() + o * each, each);
    most.push_back(std::max(-(conv.bias[o] + sums.least(codes)), conv.bias[o] + sums.most(codes)));
  }
  return most;
}

/// Biases that also hold the input's zero point, modulo 2^32 as the sums are.
std::vector<std::int32_t> folded_bias(const Rules& rules, const graph::Conv& conv,
                                      const std::vector<std::int8_t>& weights) {
  const std::int64_t zero_point = stored_zero_point(rules, conv.input);
  const std::size_t each = weights.size() / conv.output_channels;
  std::vector<std::int32_t> bias;
  for (std::size_t o = 0; o < conv.output_channels; ++o) {
    const std::int64_t sum = graph::sums_of(weights.data() + o * each, each).total();
    bias.push_back(
        static_cast<std::int32_t>(static_cast<std::uint32_t>(conv.bias[o] - zero_point * sum)));
  }
  return bias;
}

void set_copy(const Rules& rules, const Step& step, const std::vector<std::int64_t>& most,
              map::Parameters& parameters) {
  const SecondOutput& second = *step.second;
  const std::uint32_t channels = step.conv->output_channels;
  const bool tflite = rules.contract == Contract::kTflite;
  if (second.source == arch::CopySource::kAccumulator) {
    const ConvScales scales(rules, step);
    const float y_scale = second.output.affine.scale;
    if (tflite) scales.tflite(y_scale, most, parameters.copy_multiplier);
    if (!tflite) scales.ort(y_scale, parameters.copy_scale);
    return;
  }
  map::UnitScale unit;
  unit.multiplier = kOneTflite;
  if (!second.same_codes) {
    set_requantization(rules, step.name, {step.output.tensor, second.input}, second.output, unit);
  }
  if (tflite) parameters.copy_multiplier.assign(channels, unit.multiplier);
  if (!tflite) parameters.copy_scale.assign(channels, unit.scale);
}

map::Addend addend(const Rules& rules, graph::TensorId id, const graph::Affine& affine) {
  return {{affine.scale, affine.zero_point}, static_cast<std::int16_t>(offset_of(rules, id))};
}

}  // namespace

std::int32_t stored_zero_point(const Rules& rules, const graph::Operand& operand) {
  return operand.affine.zero_point - offset_of(rules, operand.tensor);
}

void check_zero_points(const Rules& rules, const Step& step) {
  const auto check = [&](const graph::Operand& operand) {
    const std::int32_t zero_point = stored_zero_point(rules, operand);
    if (zero_point >= -128 && zero_point <= 127) return;
    const graph::Tensor& tensor = rules.graph.tensor(operand.tensor);
    throw bad_input(
        step.name,
        fmt::format("zero point {} of {}, whose codes are {}..{}", operand.affine.zero_point,
                    tensor.name, tensor.range.low, tensor.range.high),
        "a zero point within 128 of all codes");
  };
  if (step.kind == StepKind::kMaxPool || step.same_codes()) return;
  if (step.kind == StepKind::kConv) check(operand_of(step.input));
  if (step.kind == StepKind::kConv && step.sum) check(step.sum->own);
  if (!step.sum) check(operand_of(step.output));
  if (step.second && !step.second->same_codes) check(operand_of(step.second->output));
}

schedule::Quantizer quantizer_of(const Rules& rules, const Port& port) {
  schedule::Quantizer quantizer = range_of(rules, port.tensor, port.precision);
  quantizer.zero_point = static_cast<std::int8_t>(stored_zero_point(rules, operand_of(port)));
  return quantizer;
}

map::Parameters conv_parameters(const Rules& rules, const Step& step,
                                const std::vector<std::int8_t>& weights) {
  const graph::Conv& conv = *step.conv;
  graph::check_accumulators(rules.graph, step.name, conv, weights);
  const std::vector<std::int64_t> most = most_of(rules, conv, weights);
  const float y_scale = step.sum ? step.sum->own.affine.scale : step.output.affine.scale;
  map::Parameters parameters;
  parameters.bias = folded_bias(rules, conv, weights);
  const ConvScales scales(rules, step);
  if (rules.contract == Contract::kTflite) {
    scales.tflite(y_scale, most, parameters.multiplier);
  } else {
    scales.ort(y_scale, parameters.scale);
  }
  if (step.second) set_copy(rules, step, most, parameters);
  return parameters;
}

schedule::ResidualInput residual_input(const Rules& rules, const Step& step) {
  const Sum& sum = *step.sum;
  schedule::ResidualInput residual;
  residual.precision = sum.residual.precision;
  if (step.kind == StepKind::kConv) {
    const graph::CodeRange range = rules.graph.tensor(sum.own.tensor).stored_range();
    residual.sum_low = static_cast<std::int8_t>(range.low);
    residual.sum_high = static_cast<std::int8_t>(range.high);
    residual.sum_zero_point = static_cast<std::int8_t>(stored_zero_point(rules, sum.own));
  }
  const map::AdditionTensors tensors{addend(rules, sum.own.tensor, sum.addend),
                                     addend(rules, sum.residual.tensor, sum.residual.affine),
                                     addend(rules, step.output.tensor, step.output.affine)};
  try {
    residual.addition = rules.contract == Contract::kTflite
                            ? map::tflite_addition(tensors)
                            : map::ort_addition(tensors, sum.residual_first);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", step.name, error.what()));
  }
  return residual;
}

schedule::SecondCopy second_copy(const Rules& rules, const Step& step) {
  const SecondOutput& second = *step.second;
  schedule::SecondCopy copy;
  copy.source = second.source;
  copy.quantizer = quantizer_of(rules, second.output);
  if (second.source == arch::CopySource::kAccumulator) return copy;
  const std::int32_t first_offset = offset_of(rules, step.output.tensor);
  if (second.same_codes) {
    copy.quantizer.zero_point = 0;
    copy.offset = static_cast<std::int16_t>(first_offset - offset_of(rules, second.output.tensor));
  } else {
    copy.offset = static_cast<std::int16_t>(first_offset - second.input.zero_point);
  }
  return copy;
}

UnitConstants unit_constants(const Rules& rules, const Step& step) {
  UnitConstants constants;
  constants.output = quantizer_of(rules, step.output);
  constants.scale.multiplier = kOneTflite;
  const graph::Operand from = operand_of(step.input);
  if (step.kind == StepKind::kAdd) {
    constants.output = range_of(rules, step.output.tensor, step.output.precision);
    constants.output.zero_point = residual_input(rules, step).addition.zero_point;
  } else if (step.same_codes()) {
    constants.output.zero_point = 0;
    constants.scale.bias =
        offset_of(rules, step.input.tensor) - offset_of(rules, step.output.tensor);
  } else if (step.kind == StepKind::kRequantize) {
    set_requantization(rules, step.name, from, step.output, constants.scale);
  } else {
    const graph::Tensor& image = rules.graph.tensor(step.input.tensor);
    const std::uint32_t n = image.height * image.width;
    if (rules.contract == Contract::kOrt) {
      constants.scale =
          map::ort_average(stored(rules, from), stored(rules, operand_of(step.output)), n);
      return constants;
    }
    if (!(step.input.affine == step.output.affine)) {
      throw bad_input(step.name, "an average to another scale or zero point",
                      "the input's own under tflite, as the runtime has it");
    }
    // The mean of the true codes: they must not lose their offset before it is rounded.
    constants.scale = map::tflite_average(n);
    constants.scale.bias = static_cast<std::int32_t>(n) * offset_of(rules, step.input.tensor);
    constants.output.zero_point = static_cast<std::int8_t>(-offset_of(rules, step.output.tensor));
  }
  return constants;
}

}  // namespace hb::compile
