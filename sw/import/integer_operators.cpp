// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Operators on codes: each carries its scales and zero points itself.

#include <cmath>

#include "sw/import/convolution.hpp"
#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"

namespace hb::import {
namespace {

Source source(const Node& node, int index) { return {node.operand(index), node.codes(index).flat}; }

graph::CodeType type_of(const Node& node, int index) {
  return node.builder.tensor(node.codes(index).tensor).type;
}

}  // namespace

void import_qlinear_conv(Node& node) {
  Convolution conv = convolve(node, source(node, 0), integer_weights(node, 3, 0));
  conv.op.bias = integer_bias(node, 8, conv.op);
  node.emit(std::move(conv.op), node.target(6, type_of(node, 0)), conv.shape);
}

void import_qlinear_matmul(Node& node) {
  const RealConstant weights = integer_weights(node, 3, 1);
  Convolution product = multiply(node, source(node, 0), weights, {});
  node.emit(std::move(product.op), node.target(6, type_of(node, 0)), product.shape);
}

void import_qgemm(Node& node) {
  node.attributes.require("transA", 0, 0);
  const bool transposed = node.attributes.integer("transB", 0) != 0;
  const RealConstant weights = integer_weights(node, 3, transposed ? 0 : 1);
  Convolution product =
      multiply(node, source(node, 0), weights, {graph::ConvKind::kGemm, transposed});
  product.op.alpha = node.attributes.real("alpha", 1.0F);
  if (!std::isnormal(product.op.alpha) || product.op.alpha < 0) {
    throw Refusal(fmt::format("alpha {}", product.op.alpha), "a normal, positive float32");
  }
  product.op.bias = integer_bias(node, 6, product.op);
  if (!node.has_input(7)) throw Refusal("a float result: no y_scale", "y_scale and y_zero_point");
  node.emit(std::move(product.op), node.target(7, type_of(node, 0)), product.shape);
}

void import_qlinear_add(Node& node) {
  graph::Add add;
  add.a = node.operand(0);
  add.b = node.operand(3);
  const Shape shape = node.builder.shape_of(add.a.tensor, node.codes(0).flat);
  require_same(shape, node.builder.shape_of(add.b.tensor, node.codes(3).flat));
  node.emit(add, node.target(6, type_of(node, 0)), shape);
}

namespace {

/// X with scale and zero point, then Y's.
void emit_average(Node& node) {
  graph::GlobalAverage mean;
  mean.input = node.operand(0);
  const Shape image = node.builder.shape_of(mean.input.tensor, false);
  node.emit(mean, node.target(3, type_of(node, 0)), {image.channels, 1, 1, false});
}

}  // namespace

void import_qlinear_global_average(Node& node) {
  node.attributes.require("channels_last", 0, 0);
  require_image(node.codes(0).flat);
  emit_average(node);
}

void import_qlinear_average(Node& node) {
  node.attributes.require("channels_last", 0, 0);
  require_image(node.codes(0).flat);
  require_whole_image(node, node.builder.shape_of(node.codes(0).tensor, false));
  emit_average(node);
}

}  // namespace hb::import
