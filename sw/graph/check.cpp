// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// check() and check_accumulators(): what a graph must be before anything is made of it.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <unordered_set>

#include "model/arch/error.hpp"
#include "sw/graph/graph.hpp"

namespace hb::graph {
namespace {

/// Sides and values of a tensor stay below what 32 bits can address.
constexpr std::uint32_t kMostSide = 65535;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 31;

std::string dims(const Tensor& tensor) {
  return fmt::format("{}x{}x{}", tensor.channels, tensor.height, tensor.width);
}

bool same_shape(const Tensor& a, const Tensor& b) {
  return a.channels == b.channels && a.height == b.height && a.width == b.width;
}

bool is_scale(float scale) { return std::isnormal(scale) && scale > 0; }

void check_scale(const std::string& where, float scale) {
  if (!is_scale(scale)) {
    throw bad_input(where, fmt::format("scale {}", scale), "a normal, finite, positive float32");
  }
}

void check_tensor(const Tensor& tensor) {
  const std::array sides{tensor.channels, tensor.height, tensor.width};
  const bool good = std::all_of(sides.begin(), sides.end(),
                                [](std::uint32_t side) { return side >= 1 && side <= kMostSide; });
  if (!good || tensor.values() > kMostValues) {
    throw bad_input(tensor.name, "shape " + dims(tensor),
                    fmt::format("sides of 1..{} and at most 2^31 values", kMostSide));
  }
  const CodeRange type = range_of(tensor.type);
  const CodeRange& range = tensor.range;
  if (range.low > range.high || !type.holds(range.low) || !type.holds(range.high)) {
    throw bad_input(tensor.name, fmt::format("codes {}..{}", range.low, range.high),
                    fmt::format("a range within {}..{}", type.low, type.high));
  }
}

/// Output side of a window that slides over `size` and the pads; 0 where it does not fit.
std::uint64_t window_outputs(std::uint64_t size, std::uint64_t pads, std::uint32_t kernel,
                             std::uint32_t stride) {
  if (kernel == 0 || stride == 0 || size + pads < kernel) return 0;
  return (size + pads - kernel) / stride + 1;
}

void check_window(const std::string& node, const Window& window, const Tensor& in,
                  const Tensor& out) {
  const std::uint64_t height =
      window_outputs(in.height, std::uint64_t{window.pad_top} + window.pad_bottom,
                     window.kernel_height, window.stride_y);
  const std::uint64_t width =
      window_outputs(in.width, std::uint64_t{window.pad_left} + window.pad_right,
                     window.kernel_width, window.stride_x);
  if (height == 0 || width == 0 || height != out.height || width != out.width) {
    throw bad_input(
        node, fmt::format("windows make {}x{} pixels", height, width),
        fmt::format("{}x{} as '{}' has, at least one", out.height, out.width, out.name));
  }
}

class Checker {
 public:
  explicit Checker(const Graph& graph) : graph_(graph), written_(graph.tensors.size(), false) {}

  void run() {
    for (const Tensor& tensor : graph_.tensors) {
      check_tensor(tensor);
      use_name(tensor.name);
    }
    for (const NamedTensor& alias : graph_.aliases) use_name(alias.name);
    for (const NamedTensor& input : graph_.inputs) check_input(input);
    for (const Node& node : graph_.nodes) check_node(node);
    for (const NamedTensor& output : graph_.outputs) check_output(output);
    for (const NamedTensor& alias : graph_.aliases) read(alias.name, alias.tensor);
  }

 private:
  void use_name(const std::string& name) {
    if (!names_.insert(name).second) throw bad_input(name, "two tensors", "unique names");
  }

  const Tensor& tensor(const std::string& where, TensorId id) const {
    if (id.index >= graph_.tensors.size()) {
      throw bad_input(where, fmt::format("tensor {}", id.index),
                      fmt::format("one of the graph's {}", graph_.tensors.size()));
    }
    return graph_.tensors[id.index];
  }

  const Tensor& read(const std::string& where, TensorId id) const {
    const Tensor& found = tensor(where, id);
    if (!written_[id.index]) {
      throw bad_input(where, "reads '" + found.name + "' before it is written",
                      "an input or an earlier node's output");
    }
    return found;
  }

  const Tensor& write(const std::string& where, TensorId id) {
    const Tensor& found = tensor(where, id);
    if (written_[id.index]) {
      throw bad_input(where, "writes '" + found.name + "' again", "one writer per tensor");
    }
    written_[id.index] = true;
    return found;
  }

  void check_affine(const std::string& where, const Operand& operand) const {
    check_scale(where, operand.affine.scale);
    const Tensor& of = tensor(where, operand.tensor);
    const CodeRange codes = range_of(of.type);
    if (!codes.holds(operand.affine.zero_point)) {
      throw bad_input(where,
                      fmt::format("zero point {} of '{}'", operand.affine.zero_point, of.name),
                      fmt::format("{}..{}", codes.low, codes.high));
    }
  }

  const Tensor& read(const std::string& where, const Operand& operand) const {
    const Tensor& found = read(where, operand.tensor);
    check_affine(where, operand);
    return found;
  }

  const Tensor& write(const std::string& where, const Operand& operand) {
    const Tensor& found = write(where, operand.tensor);
    check_affine(where, operand);
    return found;
  }

  void check_input(const NamedTensor& input) {
    write(input.name, input.tensor);
    if (input.real) check_affine(input.name, {input.tensor, *input.real});
  }

  void check_output(const NamedTensor& output) {
    read(output.name, output.tensor);
    if (output.real) check_affine(output.name, {output.tensor, *output.real});
    if (!output_names_.insert(output.name).second) {
      throw bad_input(output.name, "two outputs", "unique names");
    }
  }

  void check_node(const Node& node) {
    std::visit([&](const auto& op) { check_operator(node.name, op); }, node.op);
  }

  void check_operator(const std::string& node, const Conv& conv) {
    const Tensor& in = read(node, conv.input);
    if (conv.outputs.empty() || conv.outputs.size() > 2) {
      throw bad_input(node, fmt::format("{} outputs", conv.outputs.size()), "1 or 2");
    }
    for (const Operand& output : conv.outputs) {
      const Tensor& out = write(node, output);
      check_window(node, conv.window, in, out);
      if (out.channels != conv.output_channels) {
        throw bad_input(node, fmt::format("'{}' has {} channels", out.name, out.channels),
                        fmt::format("{}", conv.output_channels));
      }
    }
    check_parameters(node, conv);
  }

  void check_parameters(const std::string& node, const Conv& conv) const {
    check_scale(node, conv.alpha);
    for (const float scale : conv.weight_scales) check_scale(node, scale);
    const std::size_t scales = conv.weight_scales.size();
    if (scales != 1 && scales != conv.output_channels) {
      throw bad_input(node, fmt::format("{} weight scales", scales),
                      fmt::format("1 or {}", conv.output_channels));
    }
    if (conv.bias.size() != conv.output_channels) {
      throw bad_input(node, fmt::format("{} biases", conv.bias.size()),
                      fmt::format("{}", conv.output_channels));
    }
    if (!conv.weights) throw bad_input(node, "no weights", "a function that makes them");
  }

  void check_same_shape(const std::string& node, const Tensor& a, const Tensor& b) const {
    if (!same_shape(a, b)) {
      throw bad_input(node, fmt::format("'{}' is {}, '{}' {}", a.name, dims(a), b.name, dims(b)),
                      "the same shape");
    }
  }

  void check_operator(const std::string& node, const Add& add) {
    const Tensor& a = read(node, add.a);
    check_same_shape(node, a, read(node, add.b));
    check_same_shape(node, a, write(node, add.output));
  }

  void check_operator(const std::string& node, const MaxPool& pool) {
    const Tensor& in = read(node, pool.input);
    const Tensor& out = write(node, pool.output);
    check_window(node, pool.window, in, out);
    const Window& w = pool.window;
    if (w.pad_top >= w.kernel_height || w.pad_bottom >= w.kernel_height ||
        w.pad_left >= w.kernel_width || w.pad_right >= w.kernel_width) {
      throw bad_input(node, "pads as large as the window", "a pixel in each window");
    }
    if (in.channels != out.channels || in.type != out.type || !(in.range == out.range)) {
      throw bad_input(node, fmt::format("'{}' and '{}' differ", in.name, out.name),
                      "the same channels, type and range");
    }
  }

  void check_operator(const std::string& node, const GlobalAverage& mean) {
    const Tensor& in = read(node, mean.input);
    const Tensor& out = write(node, mean.output);
    if (in.channels != out.channels || out.height != 1 || out.width != 1) {
      throw bad_input(node, fmt::format("'{}' is {}", out.name, dims(out)),
                      fmt::format("{}x1x1", in.channels));
    }
  }

  void check_operator(const std::string& node, const Requantize& requantize) {
    const Tensor& in = read(node, requantize.input);
    check_same_shape(node, in, write(node, requantize.output));
  }

  const Graph& graph_;
  std::vector<bool> written_;
  std::unordered_set<std::string> names_;
  std::unordered_set<std::string> output_names_;
};

}  // namespace

WeightSums sums_of(const std::int8_t* weights, std::size_t count) {
  constexpr std::size_t kBlock = std::size_t{1} << 23;  // 2^23 * 128 fits 32 bits
  WeightSums sums;
  for (std::size_t first = 0; first < count; first += kBlock) {
    std::int32_t total = 0;
    std::int32_t magnitude = 0;
    for (std::size_t i = first; i < std::min(first + kBlock, count); ++i) {
      total += weights[i];
      magnitude += std::abs(weights[i]);
    }
    sums.positive += (std::int64_t{magnitude} + total) / 2;
    sums.negative -= (std::int64_t{magnitude} - total) / 2;
  }
  return sums;
}

void check(const Graph& graph) { Checker(graph).run(); }

void check_accumulators(const Graph& graph, const std::string& node, const Conv& conv,
                        const std::vector<std::int8_t>& weights) {
  const std::uint64_t count = weights_per_channel(graph, conv);
  if (weights.size() != count * conv.output_channels || conv.bias.size() != conv.output_channels) {
    throw bad_input(node, fmt::format("{} weights, {} biases", weights.size(), conv.bias.size()),
                    fmt::format("{} x {} weights, {} biases", conv.output_channels, count,
                                conv.output_channels));
  }
  const CodeRange codes = graph.tensor(conv.input.tensor).range;
  const std::int32_t zero = conv.input.affine.zero_point;
  CodeRange centred{codes.low - zero, codes.high - zero};
  const Window& w = conv.window;
  if (w.pad_top + w.pad_left + w.pad_bottom + w.pad_right != 0) {  // a padded position counts as 0
    centred = {std::min(centred.low, 0), std::max(centred.high, 0)};
  }
  for (std::size_t channel = 0; channel < conv.output_channels; ++channel) {
    const WeightSums sums = sums_of(weights.data() + channel * count, count);
    const std::int64_t least = sums.least(centred) + conv.bias[channel];
    const std::int64_t most = sums.most(centred) + conv.bias[channel];
    using Int32 = std::numeric_limits<std::int32_t>;
    if (least < Int32::min() || most > Int32::max()) {
      throw bad_input(node,
                      fmt::format("sums of output channel {} can be {}..{}", channel, least, most),
                      "sums that fit int32, whatever the input");
    }
  }
}

}  // namespace hb::graph
