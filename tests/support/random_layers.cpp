// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/map/quantize.hpp"
#include "sw/schedule/program.hpp"
#include "tests/support/random_contract.hpp"
#include "tests/support/random_data.hpp"
#include "tests/support/random_program.hpp"

namespace hb::test {
namespace {

using arch::Contract;
using arch::Precision;
using schedule::ConvLayer;
using schedule::WindowLayer;

/// A tensor that the next layer may read.
struct Tensor {
  schedule::TensorId id;
  Precision precision = Precision::kInt8;
  std::uint32_t channels = 1;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
};

/// Layers in a chain, each reading the output of the one before.
class Chain {
 public:
  Chain(Random& random, const arch::Machine& machine)
      : random_(random), machine_(machine), builder_(machine) {}

  arch::Program build(Coverage& coverage) {
    const std::uint32_t word = map::channels_per_word(machine_, Precision::kInt8);
    const Precision precision = random_.chance(50) ? Precision::kInt8 : Precision::kInt4;
    from_ = add_input(precision,
                      {random_.pick(1, 2 * word), random_.pick(1, 14), random_.pick(1, 14), {}});
    const std::uint32_t count = random_.pick(2, 4);
    for (std::uint32_t i = 0; i < count; ++i) {
      name_ = fmt::format("layer {}", i);
      coverage.hit(fmt::format("layer: {}", add_layer()));
    }
    return builder_.finish();
  }

 private:
  const char* add_layer() {
    const std::uint32_t roll = random_.below(100);
    if (roll < 22) {
      add_conv(random_.chance(50));
      return "convolution";
    }
    if (roll < 45) {
      add_residual_conv();
      return "convolution with a residual";
    }
    if (roll < 60) {
      add_pool();
      return "max pooling";
    }
    if (roll < 85) return add_unit();
    add_fully_connected();
    return "fully connected";
  }

  Tensor add_input(Precision precision, const arch::Tensor& shape) {
    const arch::Tensor data =
        random_tensor(random_, precision, shape.channels, shape.height, shape.width);
    const std::string name = fmt::format("input {}", inputs_++);
    return {builder_.add_input(name, precision, data), precision, shape.channels, shape.height,
            shape.width};
  }

  Tensor add_output(const std::string& suffix, Tensor tensor) {
    tensor.id = builder_.add_tensor(
        {name_ + suffix, 0, tensor.channels, tensor.height, tensor.width, tensor.precision});
    builder_.mark_output(tensor.id);
    return tensor;
  }

  void read_input(WindowLayer& layer) const {
    layer.name = name_;
    layer.precision = from_.precision;
    layer.input_channels = from_.channels;
    layer.input_height = from_.height;
    layer.input_width = from_.width;
  }

  void random_window(WindowLayer& layer, std::uint32_t most) {
    const auto axis = [&](std::uint32_t input, std::uint32_t& kernel, std::uint32_t& before,
                          std::uint32_t& after) {
      kernel = random_.pick(1, std::min(most, input));
      before = random_.below(kernel);
      after = random_.below(kernel);
    };
    axis(layer.input_height, layer.kernel_height, layer.pad_top, layer.pad_bottom);
    axis(layer.input_width, layer.kernel_width, layer.pad_left, layer.pad_right);
    layer.stride_y = random_.pick(1, 2);
    layer.stride_x = random_.pick(1, 2);
  }

  ConvLayer random_conv(bool narrow) {
    ConvLayer layer;
    read_input(layer);
    random_window(layer, 3);
    layer.output_channels = random_.pick(1, 2 * machine_.columns + machine_.columns / 2);
    layer.pad_code = static_cast<std::int8_t>(random_.range(-8, 7));
    layer.narrow_weights = narrow && layer.precision == Precision::kInt8;
    layer.contract = random_.chance(50) ? Contract::kTflite : Contract::kOrt;
    layer.output = random_quantizer(random_);
    return layer;
  }

  void random_copy(ConvLayer& layer) {
    if (!random_.chance(35)) return;
    schedule::SecondCopy copy;
    copy.quantizer = random_quantizer(random_);
    if (layer.residual || random_.chance(50)) copy.source = arch::CopySource::kCode;
    if (copy.source == arch::CopySource::kCode) copy.offset = random_offset(random_);
    layer.copy = copy;
  }

  /// The same scales as multipliers.
  static std::vector<map::Multiplier> multipliers(std::vector<float>& scales) {
    std::vector<map::Multiplier> list;
    for (const float scale : scales) list.push_back(map::tflite_multiplier(std::min(scale, 1.0F)));
    scales.clear();
    return list;
  }

  void add(const ConvLayer& layer, std::optional<schedule::TensorId> residual) {
    schedule::ConvNode node;
    node.layer = layer;
    node.weights = random_weights(random_, layer);
    if (layer.narrow_weights) {
      node.weights.values = random_codes(random_, Precision::kInt4, node.weights.values.size());
    }
    node.parameters = random_parameters(random_, layer);
    if (layer.contract == Contract::kTflite) {
      node.parameters.multiplier = multipliers(node.parameters.scale);
      node.parameters.copy_multiplier = multipliers(node.parameters.copy_scale);
    }
    node.input = from_.id;
    node.residual = residual;
    const Tensor shape{{},
                       layer.output.precision,
                       layer.output_channels,
                       layer.output_height(),
                       layer.output_width()};
    from_ = add_output("", shape);
    node.output = from_.id;
    if (layer.copy) {
      Tensor copy = shape;
      copy.precision = layer.copy->quantizer.precision;
      copy = add_output(" copy", copy);
      node.copy = copy.id;
      if (random_.chance(40)) from_ = copy;
    }
    builder_.add_conv(node);
  }

  void add_conv(bool narrow) {
    ConvLayer layer = random_conv(narrow);
    random_copy(layer);
    add(layer, std::nullopt);
  }

  void add_residual_conv() {
    ConvLayer layer = random_conv(random_.chance(30));
    const arch::Residual residual =
        random_residual(random_, layer.contract, layer.output.precision);
    schedule::ResidualInput input;
    input.precision = residual.precision;
    input.sum_low = residual.sum_low;
    input.sum_high = residual.sum_high;
    input.sum_zero_point = residual.sum_zero_point;
    input.addition = {residual.first,         residual.sum_offset,     residual.residual_offset,
                      residual.sum_scale,     residual.residual_scale, residual.term,
                      residual.sum_shift,     residual.residual_shift, residual.output_shift,
                      layer.output.zero_point};
    layer.residual = input;
    random_copy(layer);
    const Tensor tensor = add_input(
        input.precision, {layer.output_channels, layer.output_height(), layer.output_width(), {}});
    add(layer, tensor.id);
  }

  void add_pool() {
    schedule::PoolNode node;
    read_input(node.layer);
    random_window(node.layer, arch::kMostPoolWidth);
    node.input = from_.id;
    from_ = add_output("", {{},
                            from_.precision,
                            from_.channels,
                            node.layer.output_height(),
                            node.layer.output_width()});
    node.output = from_.id;
    builder_.add_pool(node);
  }

  const char* add_unit() {
    schedule::UnitNode node;
    schedule::UnitLayer& layer = node.layer;
    layer.name = name_;
    layer.precision = from_.precision;
    layer.channels = from_.channels;
    layer.height = from_.height;
    layer.width = from_.width;
    layer.kind =
        random_.chance(50) ? schedule::UnitKind::kGlobalAverage : schedule::UnitKind::kRequantize;
    layer.contract = random_.chance(50) ? Contract::kTflite : Contract::kOrt;
    do {
      layer.output = random_quantizer(random_);  // a `tflite` average keeps its precision
    } while (layer.averages() && layer.contract == Contract::kTflite &&
             layer.output.precision != layer.precision);
    const float scale =
        random_scale(random_, copy_exponent(layer.precision, layer.output.precision));
    node.scale.bias = random_.range(-100, 100);
    node.scale.scale = scale;
    node.scale.multiplier = map::tflite_multiplier(std::min(scale, 16.0F));
    node.input = from_.id;
    from_ = add_output(
        "",
        {{}, layer.output.precision, layer.channels, layer.output_height(), layer.output_width()});
    node.output = from_.id;
    builder_.add_unit(node);
    return layer.averages() ? "global average" : "requantization";
  }

  void add_fully_connected() {
    ConvLayer layer = random_conv(random_.chance(50));
    layer.pad_top = layer.pad_bottom = layer.pad_left = layer.pad_right = 0;
    layer.stride_y = layer.stride_x = 1;
    layer.kernel_height = layer.input_height;
    layer.kernel_width = layer.input_width;
    random_copy(layer);
    add(layer, std::nullopt);
  }

  Random& random_;
  const arch::Machine& machine_;
  schedule::ProgramBuilder builder_;
  Tensor from_;
  std::string name_;
  std::uint32_t inputs_ = 0;
};

}  // namespace

arch::Program random_layers(Random& random, const arch::Machine& machine, Coverage& coverage) {
  return Chain(random, machine).build(coverage);
}

}  // namespace hb::test
