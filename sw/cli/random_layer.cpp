// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/random_layer.hpp"

#include "sw/cli/random_data.hpp"

namespace hb::cli {
namespace {

/// Builds the program of one layer.
class LayerProgram {
 public:
  LayerProgram(const arch::Machine& machine, const LayerOptions& options)
      : machine_(machine),
        seed_(options.seed),
        memory_(options.memory),
        whole_(options.image == schedule::Image::kWhole),
        builder_(machine, options.image, options.memory) {}

  arch::Program operator()(schedule::ConvLayer layer) {
    graph::RandomStream zero_points(seed_, kZeroPoints);
    layer.pad_code = random_zero_point(zero_points, layer.precision);
    layer.output.zero_point = random_zero_point(zero_points, layer.output.precision);
    if (layer.residual) set_random_addition(layer, seed_);
    schedule::ConvNode node;
    node.layer = layer;
    node.tiling = schedule::choose_tiling(layer, machine_, memory_);
    node.input = add_input("input", kInput, input_of(layer), layer.precision);
    if (whole_) {
      node.weights = random_weights(layer, seed_);
      node.parameters = random_parameters(layer, node.weights, seed_);
    }
    const arch::Tensor output{
        layer.output_channels, layer.output_height(), layer.output_width(), {}};
    if (layer.residual) {
      node.residual = add_input("residual", kResidual, output, layer.residual->precision);
    }
    node.output = add_output(output, layer.output.precision);
    builder_.add_conv(node);
    return builder_.finish();
  }

  arch::Program operator()(const schedule::PoolLayer& layer) {
    schedule::PoolNode node;
    node.layer = layer;
    node.tiling = schedule::choose_tiling(layer, machine_, memory_);
    node.input = add_input("input", kInput, input_of(layer), layer.precision);
    node.output = add_output(
        {layer.input_channels, layer.output_height(), layer.output_width(), {}}, layer.precision);
    builder_.add_pool(node);
    return builder_.finish();
  }

  arch::Program operator()(schedule::UnitLayer layer) {
    schedule::UnitNode node;
    node.scale = random_unit_scale(layer, seed_);
    node.layer = layer;
    node.tiling = schedule::choose_tiling(layer, machine_, memory_);
    node.input = add_input("input", kInput, {layer.channels, layer.height, layer.width, {}},
                           layer.precision);
    node.output = add_output({layer.channels, layer.output_height(), layer.output_width(), {}},
                             layer.output.precision);
    builder_.add_unit(node);
    return builder_.finish();
  }

 private:
  static arch::Tensor input_of(const schedule::WindowLayer& layer) {
    return {layer.input_channels, layer.input_height, layer.input_width, {}};
  }

  schedule::TensorId add_input(const char* name, Stream stream, arch::Tensor shape,
                               arch::Precision precision) {
    if (whole_) fill(shape, precision, graph::RandomStream(seed_, stream));
    return builder_.add_input(name, precision, shape);
  }

  schedule::TensorId add_output(const arch::Tensor& shape, arch::Precision precision) {
    const schedule::TensorId output =
        builder_.add_tensor({"output", 0, shape.channels, shape.height, shape.width, precision});
    builder_.mark_output(output);
    return output;
  }

  const arch::Machine& machine_;
  std::uint64_t seed_;
  arch::MemoryTiming memory_;
  bool whole_;
  schedule::ProgramBuilder builder_;
};

}  // namespace

arch::Program random_layer_program(const BuiltinLayer& layer, const arch::Machine& machine,
                                   const LayerOptions& options) {
  return std::visit(LayerProgram(machine, options), layer);
}

}  // namespace hb::cli
