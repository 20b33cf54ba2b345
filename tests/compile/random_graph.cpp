// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/compile/random_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace hb::test {
namespace {

using graph::CodeType;
using graph::Operand;
using graph::TensorId;

constexpr std::uint32_t kMostSide = 12;

class Maker {
 public:
  Maker(Random& random, arch::Contract contract)
      : random_(random), tflite_(contract == arch::Contract::kTflite) {}

  graph::Graph run(int nodes) {
    graph_.name = "random";
    graph::Tensor input = shape(random_.pick(1, 40), side(), side());
    const TensorId id = add(input);
    graph_.inputs.push_back({graph_.tensors[id.index].name, id, false, {}});
    while (static_cast<int>(graph_.nodes.size()) < nodes) add_node();
    name_outputs();
    return std::move(graph_);
  }

 private:
  [[nodiscard]] std::uint32_t side() { return random_.pick(1, kMostSide); }

  static graph::Tensor shape(std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
    graph::Tensor tensor;
    tensor.channels = channels;
    tensor.height = height;
    tensor.width = width;
    return tensor;
  }

  /// `tensor` with a random type, range, scale and zero point.
  TensorId add(graph::Tensor tensor) {
    constexpr CodeType kTypes[] = {CodeType::kInt8, CodeType::kUint8, CodeType::kInt4,
                                   CodeType::kUint4};
    tensor.type = kTypes[random_.below(4)];
    tensor.range = graph::range_of(tensor.type);
    if (random_.chance(20)) tensor.range.low = random_.range(tensor.range.low, 0);
    graph::Affine affine;
    affine.scale = std::ldexp(static_cast<float>(random_.pick(1, 15)), random_.range(-9, -5));
    affine.zero_point = random_.range(tensor.range.low, tensor.range.high);
    return add(tensor, affine);
  }

  TensorId add(graph::Tensor tensor, const graph::Affine& affine) {
    tensor.name = fmt::format("t{}", graph_.tensors.size());
    graph_.tensors.push_back(std::move(tensor));
    affines_.push_back(affine);
    return {graph_.tensors.size() - 1};
  }

  [[nodiscard]] Operand operand(TensorId id) const { return {id, affines_[id.index]}; }
  [[nodiscard]] TensorId any() {
    const std::size_t count = affines_.size();
    // Mostly a late one, so that networks are deep.
    const std::size_t from = random_.chance(70) && count > 3 ? count - 3 : 0;
    return {from + random_.below(count - from)};
  }

  void push(const char* kind, graph::Operator op) {
    graph_.nodes.push_back({fmt::format("{}{}", kind, graph_.nodes.size()), std::move(op)});
  }

  void add_node() {
    switch (random_.below(10)) {
      case 0:
        return add_pool();
      case 1:
        return add_average();
      case 2:
        return add_requantize();
      case 3:
        return add_clamp();
      case 4:
      case 5:
        return add_block();
      default:
        return add_conv(any());
    }
  }

  graph::Window window(const graph::Tensor& input) {
    graph::Window window;
    window.kernel_height = random_.pick(1, std::min(4U, input.height));
    window.kernel_width = random_.pick(1, std::min(4U, input.width));
    window.stride_y = random_.pick(1, 3);
    window.stride_x = random_.pick(1, 3);
    window.pad_top = random_.below(window.kernel_height);
    window.pad_bottom = random_.below(window.kernel_height);
    window.pad_left = random_.below(window.kernel_width);
    window.pad_right = random_.below(window.kernel_width);
    return window;
  }

  static graph::Tensor output_of(const graph::Tensor& input, const graph::Window& window,
                                 std::uint32_t channels) {
    return shape(
        channels,
        (input.height + window.pad_top + window.pad_bottom - window.kernel_height) /
                window.stride_y +
            1,
        (input.width + window.pad_left + window.pad_right - window.kernel_width) / window.stride_x +
            1);
  }

  /// One or two outputs, or, as `like`, one of that shape.
  void add_conv(TensorId from, const graph::Tensor* like = nullptr) {
    const graph::Tensor input = graph_.tensor(from);
    graph::Conv conv;
    conv.input = operand(from);
    if (like == nullptr) conv.window = window(input);
    if (like == nullptr && random_.chance(15)) {
      conv.kind = graph::ConvKind::kGemm;
      conv.window = {input.height, input.width, 1, 1, 0, 0, 0, 0};
    }
    conv.output_channels = like != nullptr ? like->channels : random_.pick(1, 40);
    const graph::Tensor output = output_of(input, conv.window, conv.output_channels);
    const int outputs = like == nullptr && random_.chance(20) ? 2 : 1;
    for (int i = 0; i < outputs; ++i) conv.outputs.push_back(operand(add(output)));
    set_weights(conv, std::size_t{conv.output_channels} * input.channels *
                          conv.window.kernel_height * conv.window.kernel_width);
    push("conv", std::move(conv));
  }

  void set_weights(graph::Conv& conv, std::size_t count) {
    const bool int4 = random_.chance(60);
    if (int4) conv.weight_precision = arch::Precision::kInt4;
    const int low = int4 ? -8 : -128;
    auto weights = std::make_shared<std::vector<std::int8_t>>();
    for (std::size_t i = 0; i < count; ++i) {
      weights->push_back(static_cast<std::int8_t>(random_.range(low, -low - 1)));
    }
    // As the importer has it: the weights decide, not what they are stored as.
    if (!int4) weights->front() = -128;
    conv.weights = [weights] { return *weights; };
    const bool one = random_.chance(30) || (tflite_ && conv.kind == graph::ConvKind::kGemm);
    const double reach =
        std::sqrt(static_cast<double>(count / conv.output_channels)) * (int4 ? 5 : 70);
    for (std::uint32_t o = 0; o < conv.output_channels; ++o) {
      const double spread = 1 + random_.below(1000) / 500.0;
      if (o == 0 || !one) conv.weight_scales.push_back(static_cast<float>(spread / reach));
      conv.bias.push_back(
          random_.range(-static_cast<int>(20 * reach), static_cast<int>(20 * reach)));
    }
  }

  /// A convolution or two whose results are added to one another or to a tensor that is there.
  void add_block() {
    const TensorId from = any();
    const graph::Tensor input = graph_.tensor(from);
    const graph::Tensor like =
        shape(random_.chance(50) ? input.channels : random_.pick(1, 40), input.height, input.width);
    add_conv(from, &like);
    TensorId a{affines_.size() - 1};
    if (random_.chance(20)) a = clamp(a);
    TensorId b = from;
    if (like.channels != input.channels || random_.chance(30)) {
      add_conv(from, &like);
      b = {affines_.size() - 1};
    }
    if (random_.chance(50)) std::swap(a, b);
    const TensorId output = add(like);
    push("add", graph::Add{operand(a), operand(b), operand(output)});
    if (random_.chance(30)) clamp(output);
    if (random_.chance(40)) requantize(output);
  }

  void add_pool() {
    const TensorId from = any();
    graph::Tensor input = graph_.tensor(from);
    const graph::Window windows = window(input);
    graph::Tensor output = output_of(input, windows, input.channels);
    output.type = input.type;
    output.range = input.range;
    push("pool", graph::MaxPool{from, add(output, affines_[from.index]), windows});
  }

  void add_average() {
    const TensorId from = any();
    const graph::Tensor input = graph_.tensor(from);
    graph::Tensor output = shape(input.channels, 1, 1);
    output.type = input.type;
    output.range = graph::range_of(input.type);
    const TensorId to = tflite_ ? add(output, affines_[from.index]) : add(output);
    push("average", graph::GlobalAverage{operand(from), operand(to)});
  }

  void add_requantize() { requantize(any()); }

  /// By a power of two: so that one factor decides every code.
  void requantize(TensorId from) {
    const graph::Tensor input = graph_.tensor(from);
    const TensorId to = add(shape(input.channels, input.height, input.width));
    affines_[to.index].scale = std::ldexp(affines_[from.index].scale, random_.range(-1, 4));
    push("requantize", graph::Requantize{operand(from), operand(to)});
  }

  void add_clamp() { clamp(any()); }

  TensorId clamp(TensorId from) {
    graph::Tensor output = graph_.tensor(from);
    const std::int32_t middle = (output.range.low + output.range.high) / 2;
    output.range.low = random_.range(output.range.low, middle);
    output.range.high = random_.chance(50) ? std::min(output.range.high, output.range.low + 15)
                                           : random_.range(middle, output.range.high);
    const TensorId to = add(output, affines_[from.index]);
    push("clamp", graph::Requantize{operand(from), operand(to)});
    return to;
  }

  void name_outputs() {
    std::vector<bool> read(graph_.tensors.size(), false);
    for (const graph::Node& node : graph_.nodes) {
      for (const TensorId id : inputs_of(node)) read[id.index] = true;
    }
    for (std::size_t i = 0; i < read.size(); ++i) {
      if (read[i] && !random_.chance(5)) continue;
      graph_.outputs.push_back({graph_.tensors[i].name, {i}, false, {}});
    }
  }

  Random& random_;
  bool tflite_;
  graph::Graph graph_;
  std::vector<graph::Affine> affines_;  ///< by tensor
};

}  // namespace

graph::Graph random_graph(Random& random, arch::Contract contract, int nodes) {
  return Maker(random, contract).run(nodes);
}

std::vector<arch::Tensor> random_inputs(Random& random, const graph::Graph& graph) {
  std::vector<arch::Tensor> inputs;
  for (const graph::NamedTensor& input : graph.inputs) {
    const graph::Tensor& tensor = graph.tensor(input.tensor);
    arch::Tensor codes{tensor.channels, tensor.height, tensor.width, {}};
    const graph::CodeRange range = tensor.stored_range();
    for (std::uint64_t i = 0; i < tensor.values(); ++i) {
      codes.codes.push_back(static_cast<std::int8_t>(random.range(range.low, range.high)));
    }
    inputs.push_back(std::move(codes));
  }
  return inputs;
}

}  // namespace hb::test
