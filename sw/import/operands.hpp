// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One node of the model while it is imported: its operands by position, checked, and its
// attributes. Functions throw Refusal for operands of another kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/import/attributes.hpp"
#include "sw/import/builder.hpp"
#include "sw/import/value.hpp"

namespace hb::import {

/// Scales and zero points as an operator's inputs or QuantizeLinear have them.
struct Quantization {
  std::vector<float> scales;              ///< one, or one per channel
  std::vector<std::int32_t> zero_points;  ///< one, or one per channel
  std::optional<DataType> type;           ///< of the zero points, where there are any
};

class Node {
 public:
  Node(Builder& builder, const onnx::NodeProto& proto);

  Builder& builder;  // NOLINT: a node is a short-lived view
  Attributes attributes;

  /// As messages and tables call it: its name, or its operator and output. Unique in the graph.
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const std::string& maker() const;
  [[nodiscard]] const std::string& output() const;

  [[nodiscard]] bool has_input(int index) const;
  [[nodiscard]] const std::string& input_name(int index) const;
  [[nodiscard]] const Value& input(int index) const;

  [[nodiscard]] const Codes& codes(int index) const;
  [[nodiscard]] const Real& real(int index) const;
  [[nodiscard]] ConstantPointer constant(int index) const;
  /// A constant of int64 values, for shapes and axes.
  [[nodiscard]] std::vector<std::int64_t> indices(int index) const;

  /// Scales at input `scale`, zero points (0 where they are left out) at the input behind it.
  [[nodiscard]] Quantization quantization(int scale) const;
  /// The same of a whole tensor of `type`; without a zero point any type goes.
  [[nodiscard]] graph::Affine affine(int scale, graph::CodeType type) const;
  /// The target that this node's inputs `scale` and the one behind it describe; of type
  /// `otherwise` where the zero point is left out.
  [[nodiscard]] Target target(int scale, graph::CodeType otherwise) const;
  /// Codes at input `index` with scale and zero point at the two inputs behind it.
  [[nodiscard]] graph::Operand operand(int index) const;

  /// Defines the node's output.
  void define(Value value) const { builder.define(output(), std::move(value)); }
  /// Adds the node to the graph and defines its output as the codes of `target`.
  void emit(graph::Operator op, const Target& target, const Shape& shape) const;
  /// Defines the node's output as a result of `op` that waits for its QuantizeLinear.
  void define_result(graph::Operator op, const Shape& shape, const Bounds& bounds = {}) const;

 private:
  const onnx::NodeProto& proto_;
  std::string name_;
};

/// "the float result of 'conv1' (Conv)", "a constant": what a value is, for messages.
[[nodiscard]] std::string describe(const Value& value);

/// Throws Refusal unless the value is [N, C, H, W], or flat.
void require_image(bool flat);
void require_flat(bool flat);
/// Throws Refusal unless operands of an addition have one shape.
void require_same(const Shape& a, const Shape& b);

}  // namespace hb::import
