// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/graph/resnet.hpp"

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/graph/resnet_builder.hpp"

namespace hb::graph {
namespace {

constexpr std::uint32_t kStemFilters = 64;
constexpr std::uint32_t kClasses = 1000;
/// Filters of the first stage's blocks at width 1, and most of them: there sums of any int8 codes
/// still fit int32.
constexpr std::uint32_t kFilters = 64;
constexpr std::uint32_t kMostFilters = 512;
/// Image pixels per pixel of the last stage, along a side.
constexpr std::uint32_t kReduction = 32;
constexpr std::uint32_t kMostImage = 4096;

struct Architecture {
  std::uint32_t depth;
  bool bottleneck;
  std::array<std::uint32_t, 4> blocks;  ///< of each stage
};

/// 29 to 200 with bottlenecks: as in "Pareto-Optimal Quantized ResNet Is Mostly 4-bit" (its code).
constexpr std::array kArchitectures = {
    Architecture{18, false, {2, 2, 2, 2}},  Architecture{29, true, {2, 2, 3, 2}},
    Architecture{34, false, {3, 4, 6, 3}},  Architecture{50, true, {3, 4, 6, 3}},
    Architecture{101, true, {3, 4, 23, 3}}, Architecture{152, true, {3, 8, 36, 3}},
    Architecture{200, true, {3, 24, 36, 3}}};

const Architecture& architecture_of(std::uint32_t depth) {
  std::string known;
  for (const Architecture& architecture : kArchitectures) {
    if (architecture.depth == depth) return architecture;
    known += fmt::format(" {}", architecture.depth);
  }
  throw bad_input(fmt::format("resnet{}", depth), "an unknown depth", "one of" + known);
}

std::uint32_t filters_of(float width) {
  const double filters = std::floor(double{width} * kFilters + 0.5);
  if (!(filters >= 1 && filters <= kMostFilters)) {
    throw bad_input("width", fmt::format("{}", width),
                    fmt::format("1 to {} filters in the first stage, {} times the width",
                                kMostFilters, kFilters));
  }
  return static_cast<std::uint32_t>(filters);
}

void check_image(std::uint32_t size) {
  if (size != 0 && size % kReduction == 0 && size <= kMostImage) return;
  throw bad_input("image", fmt::format("{} pixels a side", size),
                  fmt::format("a multiple of {} up to {}", kReduction, kMostImage));
}

/// Precisions of what the network is made of.
struct Precisions {
  arch::Precision outer;          ///< activations of image, stem and average
  arch::Precision inner;          ///< outputs of all other convolutions, and what they read
  arch::Precision sums;           ///< add outputs
  arch::Precision outer_weights;  ///< of stem and fully connected layer
  arch::Precision inner_weights;
};

Precisions precisions_of(const ResnetOptions& options) {
  constexpr auto k8 = arch::Precision::kInt8;
  constexpr auto k4 = arch::Precision::kInt4;
  switch (options.bits) {
    case Bits::kW8A8:
      return {k8, k8, k8, k8, k8};
    case Bits::kW4A8:
      return {k8, k8, k8, k4, k4};
    case Bits::kW4A4:
      return {k4, k4, options.residual, k4, k4};
    case Bits::kMostlyW4A4:
      return {k8, k4, options.residual, k8, k4};
  }
  throw bad_input("resnet", "unknown bits", "a value of Bits");
}

/// A block's input or output: the sum itself, and the tensor that convolutions read, which is
/// another where they read fewer bits.
struct Activation {
  TensorId sum;
  TensorId read;
};

class Resnet {
 public:
  explicit Resnet(const ResnetOptions& options)
      : options_(options),
        architecture_(architecture_of(options.depth)),
        precisions_(precisions_of(options)),
        network_(fmt::format("resnet{}", options.depth), options.seed) {}

  [[nodiscard]] Graph build() {
    check_image(options_.image);
    std::uint32_t filters = filters_of(options_.width);
    Activation x = stem();
    for (std::uint32_t stage = 1; stage <= architecture_.blocks.size(); ++stage) {
      for (std::uint32_t index = 0; index < architecture_.blocks.at(stage - 1); ++index) {
        const std::uint32_t stride = stage > 1 && index == 0 ? 2 : 1;
        x = block({fmt::format("layer{}.{}", stage, index), filters, stride, is_last(stage, index)},
                  x);
      }
      filters *= 2;
    }
    return network_.finish(classifier(x.sum));
  }

 private:
  struct Block {
    std::string name;
    std::uint32_t filters;
    std::uint32_t stride;
    bool last;  ///< of the network
  };

  [[nodiscard]] bool is_last(std::uint32_t stage, std::uint32_t index) const {
    return stage == architecture_.blocks.size() && index + 1 == architecture_.blocks.back();
  }

  [[nodiscard]] Activation stem() {
    const TensorId image = network_.input("input", 3, options_.image, precisions_.outer);
    RandomConv conv;
    conv.channels = kStemFilters;
    conv.kernel = 7;
    conv.stride = 2;
    conv.weights = precisions_.outer_weights;
    conv.output = precisions_.outer;
    const TensorId pooled = network_.max_pool("maxpool", network_.conv("conv1", image, conv));
    const TensorId read = readable("maxpool", pooled);
    // A residual of fewer bits than the stem's output is what the convolutions read.
    return {precision_of(pooled) == precisions_.sums ? pooled : read, read};
  }

  [[nodiscard]] Activation block(const Block& block, const Activation& x) {
    const std::string name = block.name + ".";
    const std::uint32_t outputs = architecture_.bottleneck ? 4 * block.filters : block.filters;
    std::vector<RandomConv> layers;
    if (architecture_.bottleneck) layers.push_back(inner(block.filters, 1, 1));
    layers.push_back(inner(block.filters, 3, block.stride));
    layers.push_back(inner(outputs, architecture_.bottleneck ? 1 : 3, 1));
    layers.back().kind = RandomConv::kLinear;
    TensorId branch = x.read;
    TensorId shortcut = x.sum;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      // Just before the convolution that it is added to, so that it lives shortly.
      if (i + 1 == layers.size()) shortcut = project(block, x, outputs);
      branch = network_.conv(fmt::format("{}conv{}", name, i + 1), branch, layers.at(i));
    }
    const TensorId sum = network_.add(name + "add", branch, shortcut, precisions_.sums);
    return {sum, block.last ? sum : readable(name + "add", sum)};
  }

  /// The shortcut: x itself, or where the shape changes its 1x1 projection.
  [[nodiscard]] TensorId project(const Block& block, const Activation& x, std::uint32_t outputs) {
    if (block.stride == 1 && network_.tensor(x.sum).channels == outputs) return x.sum;
    RandomConv projection = inner(outputs, 1, block.stride);
    projection.kind = RandomConv::kLinear;
    return network_.conv(block.name + ".downsample", x.read, projection);
  }

  [[nodiscard]] TensorId classifier(TensorId x) {
    RandomConv conv;
    conv.channels = kClasses;
    conv.kind = RandomConv::kFullyConnected;
    conv.weights = precisions_.outer_weights;
    return network_.conv("fc", average(x), conv);
  }

  [[nodiscard]] TensorId average(TensorId x) {
    if (options_.contract == arch::Contract::kOrt) {
      return network_.average("avgpool", x, precisions_.outer);
    }
    // TFLite's average keeps scale and zero point, and with them the range.
    if (precisions_.outer == arch::Precision::kInt8) {
      return network_.average_at_same_scale("avgpool", x, precisions_.outer);
    }
    const TensorId same = network_.average_at_same_scale("avgpool", x, precision_of(x));
    return precision_of(x) == precisions_.outer
               ? same
               : network_.requantize("avgpool.4bit", same, precisions_.outer);
  }

  [[nodiscard]] RandomConv inner(std::uint32_t channels, std::uint32_t kernel,
                                 std::uint32_t stride) const {
    return {channels,         kernel, stride, RandomConv::kRelu, precisions_.inner_weights,
            precisions_.inner};
  }

  /// The tensor with which convolutions read `x`.
  [[nodiscard]] TensorId readable(const std::string& name, TensorId x) {
    if (precision_of(x) == precisions_.inner) return x;
    return network_.requantize(name + ".4bit", x, precisions_.inner);
  }

  [[nodiscard]] arch::Precision precision_of(TensorId id) const {
    return network_.tensor(id).fits_int4() ? arch::Precision::kInt4 : arch::Precision::kInt8;
  }

  ResnetOptions options_;
  Architecture architecture_;
  Precisions precisions_;
  RandomNetwork network_;
};

}  // namespace

const std::vector<std::uint32_t>& resnet_depths() {
  static const std::vector<std::uint32_t> depths = [] {
    std::vector<std::uint32_t> all;
    for (const Architecture& architecture : kArchitectures) all.push_back(architecture.depth);
    return all;
  }();
  return depths;
}

Graph make_resnet(const ResnetOptions& options) { return Resnet(options).build(); }

}  // namespace hb::graph
