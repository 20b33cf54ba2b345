// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/layer.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"

namespace hb::schedule {
namespace {

using arch::Precision;

/// Tallest and widest image that a global average takes: a stride of two images fits its field.
constexpr std::uint32_t kMostAverage = 127;
constexpr std::uint32_t kMostSize = 0xFFFF;

void require(const std::string& layer, bool good, const std::string& what, const char* expected) {
  if (!good) throw bad_input(layer, what, expected);
}

struct Axis {
  const char* name;
  std::uint32_t input;
  std::uint32_t kernel;
  std::uint32_t stride;
  std::uint32_t before;
  std::uint32_t after;
};

void check_axis(const std::string& layer, const Axis& axis) {
  const std::string where =
      fmt::format("{}: input {}, kernel {}, stride {}, pads {} and {}", axis.name, axis.input,
                  axis.kernel, axis.stride, axis.before, axis.after);
  require(layer, axis.input >= 1 && axis.input <= kMostSize, where, "an input of 1..65535");
  require(layer, axis.kernel >= 1 && axis.kernel <= 0xFF, where, "a kernel of 1..255");
  require(layer, axis.stride >= 1 && axis.stride <= 0xFF, where, "a stride of 1..255");
  require(layer, axis.before < axis.kernel && axis.after < axis.kernel, where,
          "pads smaller than the kernel");
  require(layer, axis.input + axis.before + axis.after >= axis.kernel, where,
          "a kernel that fits the padded input");
}

void check_window(const WindowLayer& layer, const arch::Machine& machine) {
  require(layer.name, layer.input_channels >= 1, "no channels", "at least one input channel");
  check_axis(layer.name, {"height", layer.input_height, layer.kernel_height, layer.stride_y,
                          layer.pad_top, layer.pad_bottom});
  check_axis(layer.name, {"width", layer.input_width, layer.kernel_width, layer.stride_x,
                          layer.pad_left, layer.pad_right});
  require(layer.name,
          map::channel_words(machine, layer.precision, layer.input_channels) <= kMostSize,
          fmt::format("{} channels", layer.input_channels), "at most 65535 channel words");
}

bool is_code(Precision precision, int code) {
  return precision == Precision::kInt8 || (code >= -8 && code <= 7);
}

void check_quantizer(const std::string& layer, const Quantizer& quantizer) {
  const auto fits = [&](std::int8_t code) { return is_code(quantizer.precision, code); };
  require(layer,
          quantizer.low <= quantizer.high && fits(quantizer.low) && fits(quantizer.high) &&
              fits(quantizer.zero_point),
          fmt::format("clamp {}..{}, zero point {}", quantizer.low, quantizer.high,
                      quantizer.zero_point),
          quantizer.precision == Precision::kInt4 ? "low <= high, all of -8..7" : "low <= high");
}

void check_offset(const std::string& layer, std::int16_t offset) {
  require(layer, offset >= -arch::kMostOffset && offset <= arch::kMostOffset,
          fmt::format("offset {}", offset), "-128..128");
}

/// Exponent fields that keep every float32 of the addition normal (docs/commands.md section 3).
void check_ort_addition(const std::string& layer, const map::Addition& addition) {
  const auto within = [](std::uint32_t bits, std::uint32_t low, std::uint32_t high) {
    const std::uint32_t exponent = bits >> 23 & 0xFF;
    return exponent >= low && exponent <= high;
  };
  for (const std::uint32_t scale : {addition.sum_scale, addition.residual_scale}) {
    require(layer, scale >> 31 == 0 && within(scale, 64, 190),
            fmt::format("addition with float32 scale {:#x}", scale), "a scale of 2^-63..2^64");
  }
  require(layer, addition.term == 0 || within(addition.term, 32, 222),
          fmt::format("addition with float32 term {:#x}", addition.term),
          "0 or a term of 2^-95..2^96");
  require(layer,
          addition.sum_shift == 0 && addition.residual_shift == 0 && addition.output_shift == 0,
          "addition with shifts", "none under ort");
}

void check_tflite_addition(const std::string& layer, const map::Addition& addition) {
  for (const std::uint32_t value : {addition.sum_scale, addition.residual_scale, addition.term}) {
    require(layer, value >> 31 == 0, fmt::format("addition with multiplier {:#x}", value),
            "one below 2^31");
  }
  require(layer,
          addition.sum_shift <= 31 && addition.residual_shift <= 31 && addition.output_shift <= 31,
          "addition with a shift over 31", "0..31");
  require(layer, !addition.first, "a residual as first operand", "ort, whose sum has an order");
}

/// Of a convolution or a unit layer.
template <class Layer>
void check_residual(const Layer& layer) {
  const ResidualInput& residual = *layer.residual;
  require(layer.name, residual.sum_low <= residual.sum_high,
          fmt::format("sum clamp {}..{}", residual.sum_low, residual.sum_high), "low <= high");
  check_offset(layer.name, residual.addition.sum_offset);
  check_offset(layer.name, residual.addition.residual_offset);
  if (layer.contract == arch::Contract::kTflite) {
    check_tflite_addition(layer.name, residual.addition);
  } else {
    check_ort_addition(layer.name, residual.addition);
  }
}

std::uint32_t code_of(Precision precision) { return static_cast<std::uint32_t>(precision); }

ShapeKey window_key(const WindowLayer& layer) {
  return {code_of(layer.precision), layer.input_channels, layer.input_height,
          layer.input_width,        layer.kernel_height,  layer.kernel_width,
          layer.stride_y,           layer.stride_x,       layer.pad_top,
          layer.pad_left,           layer.pad_bottom,     layer.pad_right};
}

}  // namespace

Quantizer full_range(Precision precision) {
  if (precision == Precision::kInt4) return {precision, -8, 7, 0};
  return {precision, -128, 127, 0};
}

arch::Residual ResidualInput::command() const {
  arch::Residual result;
  result.precision = precision;
  result.first = addition.first;
  result.sum_low = sum_low;
  result.sum_high = sum_high;
  result.sum_zero_point = sum_zero_point;
  result.sum_offset = addition.sum_offset;
  result.residual_offset = addition.residual_offset;
  result.sum_scale = addition.sum_scale;
  result.residual_scale = addition.residual_scale;
  result.term = addition.term;
  result.sum_shift = addition.sum_shift;
  result.residual_shift = addition.residual_shift;
  result.output_shift = addition.output_shift;
  return result;
}

std::string WindowLayer::shape(std::uint32_t output_channels) const {
  const std::string stride =
      stride_y == stride_x ? fmt::format("{}", stride_y) : fmt::format("{}x{}", stride_y, stride_x);
  return fmt::format("{}x{}x{} {}x{}/{} -> {}x{}x{}", input_channels, input_height, input_width,
                     kernel_height, kernel_width, stride, output_channels, output_height(),
                     output_width());
}

std::uint64_t ConvLayer::macs() const {
  return std::uint64_t{output_channels} * input_channels * kernel_height * kernel_width *
         output_height() * output_width();
}

std::uint8_t ConvLayer::pad_value() const {
  const auto byte = static_cast<std::uint8_t>(pad_code);
  if (precision == Precision::kInt8) return byte;
  return static_cast<std::uint8_t>((byte & 0xF) * 0x11);
}

std::int16_t ConvLayer::copy_offset() const {
  if (!copy || copy->source == arch::CopySource::kAccumulator) return 0;
  return copy->offset.value_or(static_cast<std::int16_t>(-output.zero_point));
}

std::string UnitLayer::shape() const {
  const std::string input = fmt::format("{}x{}x{}", channels, height, width);
  if (averages()) return fmt::format("{} -> {}x1x1", input, channels);
  if (residual) return fmt::format("{} + {}", input, arch::name(residual->precision));
  return fmt::format("{} {} -> {}", input, arch::name(precision), arch::name(output.precision));
}

LayerSizes sizes(const ConvLayer& layer, const arch::Machine& machine) {
  LayerSizes result;
  result.channel_words = map::channel_words(machine, layer.precision, layer.input_channels);
  result.tiles = map::output_tiles(machine, layer.output_channels);
  result.tile_steps =
      std::uint64_t{machine.rows} * layer.kernel_height * layer.kernel_width * result.channel_words;
  result.tile_rows = result.tile_steps / (layer.narrow_weights ? 2 : 1);
  const auto fill = [&](Precision precision) {
    result.word_tiles = std::max(result.word_tiles, arch::parts_per_word(machine, precision));
  };
  fill(layer.output.precision);
  if (layer.copy) fill(layer.copy->quantizer.precision);
  if (layer.residual) fill(layer.residual->precision);
  return result;
}

ShapeKey shape_key(const ConvLayer& layer) {
  ShapeKey key = window_key(layer);
  key.push_back(layer.output_channels);
  key.push_back(layer.narrow_weights ? 1 : 0);
  key.push_back(code_of(layer.output.precision));
  key.push_back(layer.copy ? 1 + code_of(layer.copy->quantizer.precision) : 0);
  key.push_back(layer.residual ? 1 + code_of(layer.residual->precision) : 0);
  return key;
}

ShapeKey shape_key(const PoolLayer& layer) { return window_key(layer); }

ShapeKey shape_key(const UnitLayer& layer) {
  return {static_cast<std::uint32_t>(layer.kind),
          code_of(layer.precision),
          layer.channels,
          layer.height,
          layer.width,
          code_of(layer.output.precision),
          layer.residual ? 1 + code_of(layer.residual->precision) : 0};
}

void check_layer(const ConvLayer& layer, const arch::Machine& machine) {
  require(layer.name, layer.output_channels >= 1, "no channels", "at least one output channel");
  check_window(layer, machine);
  require(layer.name, sizes(layer, machine).tiles <= kMostSize,
          fmt::format("{} output channels", layer.output_channels), "at most 65535 tiles");
  require(layer.name, is_code(layer.precision, layer.pad_code),
          fmt::format("pad code {}", layer.pad_code), "-8..7");
  require(layer.name, !layer.narrow_weights || layer.precision == Precision::kInt8,
          "narrow weights and int4 activations", "int8 activations");
  check_quantizer(layer.name, layer.output);
  if (layer.copy) {
    check_quantizer(layer.name, layer.copy->quantizer);
    check_offset(layer.name, layer.copy_offset());
    require(layer.name, !layer.copy->offset || layer.copy->source == arch::CopySource::kCode,
            "an offset and a copy of the accumulator", "a copy of the output's code");
  }
  if (!layer.residual) return;
  check_residual(layer);
  require(layer.name, !layer.copy || layer.copy->source == arch::CopySource::kCode,
          "a residual and a copy of the accumulator", "a copy of the output's code");
}

void check_layer(const PoolLayer& layer, const arch::Machine& machine) {
  check_window(layer, machine);
  require(layer.name, layer.kernel_width <= arch::kMostPoolWidth,
          fmt::format("a window {} wide", layer.kernel_width), "at most 8");
}

void check_layer(const UnitLayer& layer, const arch::Machine& machine) {
  require(layer.name, layer.channels >= 1, "no channels", "at least one channel");
  const std::uint32_t most = layer.averages() ? kMostAverage : kMostSize;
  require(layer.name,
          layer.height >= 1 && layer.width >= 1 && layer.height <= most && layer.width <= most,
          fmt::format("an image of {}x{}", layer.height, layer.width),
          layer.averages() ? "1x1..127x127" : "1x1..65535x65535");
  require(layer.name, map::channel_words(machine, layer.precision, layer.channels) <= kMostSize,
          fmt::format("{} channels", layer.channels), "at most 65535 channel words");
  check_quantizer(layer.name, layer.output);
  require(layer.name, layer.residual.has_value() == (layer.kind == UnitKind::kAdd),
          "a residual, or none", "one of an addition only");
  if (layer.residual) check_residual(layer);
}

}  // namespace hb::schedule
