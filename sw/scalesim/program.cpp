// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/scalesim/program.hpp"

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/program.hpp"

namespace hb::scalesim {
namespace {

schedule::ConvLayer conv_of(const Layer& layer, const Format& format) {
  schedule::ConvLayer conv;
  conv.name = layer.name;
  conv.precision = format.activations;
  conv.narrow_weights = format.weights != format.activations;
  conv.contract = format.contract;
  conv.output = schedule::full_range(format.activations);
  conv.input_channels = layer.channels;
  conv.input_height = (layer.output_height() - 1) * layer.stride_y + layer.filter_height;
  conv.input_width = (layer.output_width() - 1) * layer.stride_x + layer.filter_width;
  conv.kernel_height = layer.filter_height;
  conv.kernel_width = layer.filter_width;
  conv.stride_y = layer.stride_y;
  conv.stride_x = layer.stride_x;
  conv.output_channels = layer.filters;
  return conv;
}

/// As a network's compiler decides (sw/compile).
bool is_lowered(const schedule::ConvLayer& layer, const arch::Machine& machine) {
  const std::uint32_t positions = layer.kernel_height * layer.kernel_width;
  const auto words = [&](std::uint32_t channels) {
    return map::channel_words(machine, layer.precision, channels);
  };
  return !layer.fully_connected() &&
         words(layer.input_channels * positions) < positions * words(layer.input_channels);
}

/// The matrix product of a lowered layer.
schedule::ConvLayer lowered(const schedule::ConvLayer& layer) {
  schedule::ConvLayer product = layer;
  static_cast<schedule::WindowLayer&>(product) = schedule::WindowLayer{};
  product.name = layer.name;
  product.precision = layer.precision;
  product.input_channels = layer.input_channels * layer.kernel_height * layer.kernel_width;
  product.input_height = layer.output_height();
  product.input_width = layer.output_width();
  return product;
}

}  // namespace

arch::Program make_program(const Topology& topology, const arch::Machine& machine,
                           const Format& format, const arch::MemoryTiming& memory) {
  schedule::ProgramBuilder builder(machine, schedule::Image::kCommands, memory);
  for (const Layer& layer : topology.layers) {
    schedule::ConvNode node;
    node.layer = conv_of(layer, format);
    try {
      if (&layer == &topology.layers.front() && is_lowered(node.layer, machine)) {
        node.shape = node.layer.shape();
        node.layer = lowered(node.layer);
      }
      const schedule::ConvLayer& conv = node.layer;
      const std::string line = std::to_string(layer.line);
      node.input =
          builder.add_input("input " + line, conv.precision,
                            {conv.input_channels, conv.input_height, conv.input_width, {}});
      node.output =
          builder.add_tensor({"output " + line, 0, conv.output_channels, conv.output_height(),
                              conv.output_width(), conv.output.precision});
      builder.add_conv(node);
    } catch (const Error& error) {
      throw Error(fmt::format("{}: line {}: {}", topology.file, layer.line, error.what()));
    }
  }
  return builder.finish();
}

}  // namespace hb::scalesim
