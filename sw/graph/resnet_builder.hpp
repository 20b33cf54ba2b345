// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A graph node by node, with random weights and with scales for the codes that they make.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sw/graph/graph.hpp"
#include "sw/graph/resnet_codes.hpp"

namespace hb::graph {

/// A convolution with a square window and padding that keeps size / stride; `kFullyConnected` of a
/// 1x1 tensor has one scale for all weights.
struct RandomConv {
  enum Kind : std::uint8_t { kLinear, kRelu, kFullyConnected };

  std::uint32_t channels = 1;
  std::uint32_t kernel = 1;
  std::uint32_t stride = 1;
  Kind kind = kRelu;
  arch::Precision weights = arch::Precision::kInt8;
  arch::Precision output = arch::Precision::kInt8;
};

/// Every node's output has the node's name. What comes out of a Relu is unsigned with zero point 0,
/// the rest is signed, with odd zero points in about half of the layers. Convolutions make real
/// values of deviation 1, as batch normalization does.
class RandomNetwork {
 public:
  RandomNetwork(std::string name, std::uint64_t seed);

  /// Codes of an image, uniform.
  TensorId input(const std::string& name, std::uint32_t channels, std::uint32_t size,
                 arch::Precision precision);
  TensorId conv(const std::string& name, TensorId input, const RandomConv& layer);
  /// relu(a + b)
  TensorId add(const std::string& name, TensorId a, TensorId b, arch::Precision output);
  TensorId max_pool(const std::string& name, TensorId input);
  /// The mean of a Relu's output, at the best scale, or at its own.
  TensorId average(const std::string& name, TensorId input, arch::Precision output);
  TensorId average_at_same_scale(const std::string& name, TensorId input, arch::Precision output);
  /// A Relu's output to another precision.
  TensorId requantize(const std::string& name, TensorId input, arch::Precision output);

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return graph_.tensor(id); }
  /// The network whose output is `output`, as a vector.
  [[nodiscard]] Graph finish(TensorId output);

 private:
  /// What each stream of random numbers of a node is for.
  enum Stream : std::uint64_t { kWeights, kParameters, kZeroPoint, kStreams };

  [[nodiscard]] std::uint64_t stream(Stream use) const;
  [[nodiscard]] std::int32_t random_zero_point(arch::Precision precision) const;
  [[nodiscard]] Operand operand(TensorId id) const;
  [[nodiscard]] const Histogram& codes(TensorId id) const { return codes_.at(id.index); }
  /// Sets scales and bias; returns the distribution of the results' real values.
  Distribution set_parameters(Conv& conv, const RandomConv& layer);
  TensorId add_tensor(Tensor tensor, const Histogram& codes);
  TensorId add_average(const std::string& name, TensorId input, const Histogram& output);

  std::uint64_t seed_;
  Graph graph_;
  std::vector<Histogram> codes_;  ///< of graph_.tensors
};

}  // namespace hb::graph
