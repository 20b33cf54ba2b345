// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/layer.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"

namespace hb::schedule {
namespace {

void require(const ConvLayer& layer, bool good, const std::string& what, const char* expected) {
  if (!good) throw bad_input(layer.name, what, expected);
}

void check_axis(const ConvLayer& layer, const char* axis, std::uint32_t input, std::uint32_t kernel,
                std::uint32_t stride, std::uint32_t before, std::uint32_t after) {
  const std::string where = fmt::format("{}: input {}, kernel {}, stride {}, pads {} and {}", axis,
                                        input, kernel, stride, before, after);
  require(layer, input >= 1 && input <= 0xFFFF, where, "an input of 1..65535");
  require(layer, kernel >= 1 && kernel <= 0xFF, where, "a kernel of 1..255");
  require(layer, stride >= 1 && stride <= 0xFF, where, "a stride of 1..255");
  require(layer, before < kernel && after < kernel, where, "pads smaller than the kernel");
  require(layer, input + before + after >= kernel, where, "a kernel that fits the padded input");
}

void check_quantizer(const ConvLayer& layer, const Quantizer& quantizer) {
  const bool int4 = quantizer.precision == arch::Precision::kInt4;
  const auto fits = [&](std::int8_t code) { return !int4 || (code >= -8 && code <= 7); };
  require(layer,
          quantizer.low <= quantizer.high && fits(quantizer.low) && fits(quantizer.high) &&
              fits(quantizer.zero_point),
          fmt::format("clamp {}..{}, zero point {}", quantizer.low, quantizer.high,
                      quantizer.zero_point),
          int4 ? "low <= high, all of -8..7" : "low <= high");
}

}  // namespace

std::uint64_t ConvLayer::macs() const {
  return std::uint64_t{output_channels} * input_channels * kernel_height * kernel_width *
         output_height() * output_width();
}

std::string ConvLayer::shape() const {
  const std::string stride =
      stride_y == stride_x ? fmt::format("{}", stride_y) : fmt::format("{}x{}", stride_y, stride_x);
  return fmt::format("{}x{}x{} {}x{}/{} -> {}x{}x{}", input_channels, input_height, input_width,
                     kernel_height, kernel_width, stride, output_channels, output_height(),
                     output_width());
}

std::uint8_t ConvLayer::pad_value() const {
  const auto byte = static_cast<std::uint8_t>(pad_code);
  if (precision == arch::Precision::kInt8) return byte;
  return static_cast<std::uint8_t>((byte & 0xF) * 0x11);
}

LayerSizes sizes(const ConvLayer& layer, const arch::Machine& machine) {
  LayerSizes result;
  result.channel_words = map::channel_words(machine, layer.precision, layer.input_channels);
  result.tiles = map::output_tiles(machine, layer.output_channels);
  result.tile_rows =
      std::uint64_t{machine.rows} * layer.kernel_height * layer.kernel_width * result.channel_words;
  result.word_tiles = arch::parts_per_word(machine, layer.output.precision);
  if (layer.copy) {
    result.word_tiles =
        std::max(result.word_tiles, arch::parts_per_word(machine, layer.copy->quantizer.precision));
  }
  return result;
}

void check_layer(const ConvLayer& layer, const arch::Machine& machine) {
  require(layer, layer.input_channels >= 1 && layer.output_channels >= 1, "no channels",
          "at least one input and one output channel");
  check_axis(layer, "height", layer.input_height, layer.kernel_height, layer.stride_y,
             layer.pad_top, layer.pad_bottom);
  check_axis(layer, "width", layer.input_width, layer.kernel_width, layer.stride_x, layer.pad_left,
             layer.pad_right);
  const LayerSizes size = sizes(layer, machine);
  require(layer, size.channel_words <= 0xFFFF && size.tiles <= 0xFFFF,
          fmt::format("{} to {} channels", layer.input_channels, layer.output_channels),
          "at most 65535 channel words and tiles");
  require(
      layer,
      layer.precision == arch::Precision::kInt8 || (layer.pad_code >= -8 && layer.pad_code <= 7),
      fmt::format("pad code {}", layer.pad_code), "-8..7");
  check_quantizer(layer, layer.output);
  if (layer.copy) check_quantizer(layer, layer.copy->quantizer);
}

}  // namespace hb::schedule
