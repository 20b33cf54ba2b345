// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/compile.hpp"

#include "model/arch/error.hpp"
#include "sw/compile/constants.hpp"
#include "sw/compile/plan.hpp"
#include "sw/compile/tensors.hpp"

namespace hb::compile {
namespace {

schedule::WindowLayer window_layer(const graph::Graph& graph, const Step& step) {
  const graph::Tensor& input = graph.tensor(step.input.tensor);
  schedule::WindowLayer layer;
  layer.name = step.name;
  layer.precision = step.input.precision;
  layer.input_channels = input.channels;
  layer.input_height = input.height;
  layer.input_width = input.width;
  const graph::Window& window = *step.window;
  layer.kernel_height = window.kernel_height;
  layer.kernel_width = window.kernel_width;
  layer.stride_y = window.stride_y;
  layer.stride_x = window.stride_x;
  layer.pad_top = window.pad_top;
  layer.pad_left = window.pad_left;
  layer.pad_bottom = window.pad_bottom;
  layer.pad_right = window.pad_right;
  return layer;
}

/// Puts a plan's steps into a program.
class Emitter {
 public:
  Emitter(const graph::Graph& graph, const arch::Machine& machine, const Options& options)
      : rules_{graph, options.contract},
        machine_(machine),
        image_(options.image),
        builder_(machine, options.image, options.memory),
        tensors_(graph, machine, builder_) {}

  arch::Program run(const std::vector<Step>& steps, const LayerRange& range) {
    for (std::uint32_t i = range.first - 1; i < range.last; ++i) emit(steps[i]);
    tensors_.add_input_outputs();
    arch::Program program = builder_.finish();
    tensors_.describe(program, read_later(steps, range));
    return program;
  }

 private:
  void emit(const Step& step) {
    check_zero_points(rules_, step);
    switch (step.kind) {
      case StepKind::kConv:
        return emit_conv(step);
      case StepKind::kMaxPool:
        return emit_pool(step);
      default:
        return emit_unit(step);
    }
  }

  void emit_conv(const Step& step) {
    const graph::Conv& conv = *step.conv;
    schedule::ConvNode node;
    schedule::ConvLayer& layer = node.layer;
    static_cast<schedule::WindowLayer&>(layer) = window_layer(rules_.graph, step);
    layer.output_channels = conv.output_channels;
    const bool padded = layer.pad_top + layer.pad_left + layer.pad_bottom + layer.pad_right > 0;
    if (padded) layer.pad_code = static_cast<std::int8_t>(stored_zero_point(rules_, conv.input));
    layer.narrow_weights = step.input.precision == arch::Precision::kInt8 &&
                           conv.weight_precision == arch::Precision::kInt4;
    layer.contract = rules_.contract;
    layer.output = quantizer_of(rules_, step.output);
    if (step.second) layer.copy = second_copy(rules_, step);
    if (step.sum) {
      layer.residual = residual_input(rules_, step);
      layer.output.zero_point = layer.residual->addition.zero_point;
      node.residual = tensors_.read(step.sum->residual);
    }
    set_input(step, node);
    node.output = tensors_.write(step.output);
    if (step.second) node.copy = tensors_.write(step.second->output);
    if (image_ == schedule::Image::kWhole) set_data(step, node);
    builder_.add_conv(node);
  }

  /// The input, lowered by the host to a matrix product where it comes from there and its few
  /// channels would leave most of each word empty.
  void set_input(const Step& step, schedule::ConvNode& node) {
    schedule::ConvLayer& layer = node.layer;
    const std::uint32_t positions = layer.kernel_height * layer.kernel_width;
    const auto words = [&](std::uint32_t channels) {
      return map::channel_words(machine_, layer.precision, channels);
    };
    const bool few =
        words(layer.input_channels * positions) < positions * words(layer.input_channels);
    if (!few || layer.fully_connected() || !tensors_.is_input(step.input.tensor)) {
      node.input = tensors_.read(step.input);
      return;
    }
    node.shape = layer.shape();
    node.input = tensors_.read_lowered(step.input, layer);
    schedule::ConvLayer product = layer;
    static_cast<schedule::WindowLayer&>(product) = schedule::WindowLayer{};
    product.name = layer.name;
    product.precision = layer.precision;
    product.input_channels = layer.input_channels * positions;
    product.input_height = layer.output_height();
    product.input_width = layer.output_width();
    product.pad_code = 0;
    layer = product;
  }

  void set_data(const Step& step, schedule::ConvNode& node) {
    const graph::Conv& conv = *step.conv;
    map::Weights& weights = node.weights;
    weights.output_channels = conv.output_channels;
    weights.input_channels = node.layer.input_channels;
    weights.kernel_height = node.layer.kernel_height;
    weights.kernel_width = node.layer.kernel_width;
    // [o][c][ky][kx] of a lowered layer is [o][(c, ky, kx)][1][1].
    weights.values = conv.weights();
    node.parameters = conv_parameters(rules_, step, weights.values);
  }

  void emit_pool(const Step& step) {
    schedule::PoolNode node;
    static_cast<schedule::WindowLayer&>(node.layer) = window_layer(rules_.graph, step);
    node.input = tensors_.read(step.input);
    node.output = tensors_.write(step.output);
    builder_.add_pool(node);
  }

  void emit_unit(const Step& step) {
    const graph::Tensor& input = rules_.graph.tensor(step.input.tensor);
    schedule::UnitNode node;
    schedule::UnitLayer& layer = node.layer;
    layer.name = step.name;
    layer.kind = step.kind == StepKind::kAverage ? schedule::UnitKind::kGlobalAverage
                 : step.kind == StepKind::kAdd   ? schedule::UnitKind::kAdd
                                                 : schedule::UnitKind::kRequantize;
    layer.precision = step.input.precision;
    layer.channels = input.channels;
    layer.height = input.height;
    layer.width = input.width;
    layer.contract = rules_.contract;
    const UnitConstants constants = unit_constants(rules_, step);
    layer.output = constants.output;
    node.scale = constants.scale;
    node.input = tensors_.read(step.input);
    if (step.sum) {
      layer.residual = residual_input(rules_, step);
      node.residual = tensors_.read(step.sum->residual);
    }
    node.output = tensors_.write(step.output);
    builder_.add_unit(node);
  }

  /// Tensors that the steps behind `range` read: outputs of a program that ends before them.
  static std::vector<graph::TensorId> read_later(const std::vector<Step>& steps,
                                                 const LayerRange& range) {
    std::vector<graph::TensorId> ids;
    for (std::size_t i = range.last; i < steps.size(); ++i) {
      ids.push_back(steps[i].input.tensor);
      if (steps[i].sum) ids.push_back(steps[i].sum->residual.tensor);
    }
    return ids;
  }

  Rules rules_;
  const arch::Machine& machine_;
  schedule::Image image_;
  schedule::ProgramBuilder builder_;
  Tensors tensors_;
};

}  // namespace

arch::Program compile(const graph::Graph& graph, const arch::Machine& machine,
                      const Options& options) {
  const std::vector<Step> steps = make_plan(graph, options.fuse, options.contract);
  const auto count = static_cast<std::uint32_t>(steps.size());
  const LayerRange range = options.layers.value_or(LayerRange{1, count});
  if (range.first < 1 || range.last > count || range.first > range.last + (count == 0 ? 1 : 0)) {
    throw bad_input(graph.name, fmt::format("layers {}-{}", range.first, range.last),
                    fmt::format("layers within 1-{}", count));
  }
  return Emitter(graph, machine, options).run(steps, range);
}

}  // namespace hb::compile
