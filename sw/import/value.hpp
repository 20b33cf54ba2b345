// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a value of an ONNX graph can be while its integer meaning is worked out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sw/graph/graph.hpp"
#include "sw/import/constant.hpp"

namespace hb::import {

/// Shape of one image's values. A flat value is [N, channels * height * width] in the model; a flat
/// tensor that no convolution made has height and width 1.
struct Shape {
  std::uint32_t channels = 1;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  bool flat = false;

  [[nodiscard]] std::uint64_t values() const { return std::uint64_t{channels} * height * width; }
};

/// Codes of a tensor, with what their maker takes them to mean, if it says.
struct Codes {
  graph::TensorId tensor;
  bool flat = false;
  std::optional<graph::Affine> affine;
};

/// Real values that codes stand for (after DequantizeLinear).
struct Real {
  graph::TensorId tensor;
  bool flat = false;
  graph::Affine affine;
};

/// One way in which a real value has been quantized.
struct Quantized {
  graph::Operand operand;
  graph::CodeType type = graph::CodeType::kInt8;
  graph::CodeRange range;
};

/// A float32 input of the network, until QuantizeLinear makes codes of it.
struct Input {
  std::string name;
  Shape shape;  ///< as it is outside
  std::vector<Quantized> made;
};
struct RealInput {
  std::shared_ptr<Input> input;
  bool flat = false;
};

/// Smallest and largest real value after Relu and Clip.
struct Bounds {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};

/// A float operator on real values whose outputs are still to be set: they come with
/// QuantizeLinear.
struct Result {
  std::string name;   ///< of the node, for messages and tables
  std::string maker;  ///< its operator in the model
  Shape shape;
  graph::Operator op;
  std::vector<Quantized> made;
  /// The node that holds the last of `made`, while it can take another output.
  std::optional<std::size_t> open;
};

/// A result between its operator and its QuantizeLinear.
struct Unquantized {
  std::shared_ptr<Result> result;
  bool flat = false;
  Bounds bounds;
};

/// A constant after DequantizeLinear: weights or biases.
struct RealConstant {
  ConstantPointer codes;
  std::vector<float> scales;              ///< one, or one per index of the axis
  std::vector<std::int32_t> zero_points;  ///< the same
  std::int64_t axis = 0;
};
using RealConstantPointer = std::shared_ptr<const RealConstant>;

/// What a node made that was refused.
struct Unknown {};

using Value = std::variant<Unknown, Codes, Real, RealInput, Unquantized, RealConstantPointer,
                           ConstantPointer>;

}  // namespace hb::import
