// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Operators on real values in a QDQ graph, given their integer meaning; Relu and Clip on codes too.

#include <cmath>

#include "sw/import/convolution.hpp"
#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/quantize.hpp"

namespace hb::import {
namespace {

Source source(const Node& node, int index) {
  const Real& real = node.real(index);
  return {{real.tensor, real.affine}, real.flat};
}

void define_product(Node& node, const Product& product, int bias) {
  Convolution made = multiply(node, source(node, 0), real_weights(node, 1), product);
  if (bias != 0) made.op.bias = real_bias(node, bias, made.op);
  node.define_result(std::move(made.op), made.shape);
}

/// Codes within `bounds` as they are, others at the nearest bound: no rounding.
void clip_codes(Node& node, const Codes& codes, const graph::CodeRange& bounds) {
  const graph::Tensor& from = node.builder.tensor(codes.tensor);
  const graph::CodeRange range = clipped(from.range, bounds);
  if (range == from.range) {
    node.builder.name_codes(node.output(), codes.tensor, codes.flat);
    return node.define(codes);
  }
  const graph::Affine affine = codes.affine.value_or(graph::Affine{});
  graph::Requantize clip;
  clip.input = {codes.tensor, affine};
  const Target target{node.output(), affine, from.type, range};
  const Shape shape = node.builder.shape_of(codes.tensor, codes.flat);
  const graph::TensorId made = node.builder.add_node(node.name(), clip, target, shape).tensor;
  node.define(Codes{made, codes.flat, codes.affine});
}

/// Real values between `bounds`: a matter of the codes that a later QuantizeLinear makes.
void clip_real(Node& node, const Value& value, const Bounds& bounds) {
  if (const auto* unquantized = std::get_if<Unquantized>(&value)) {
    Unquantized result = *unquantized;
    result.bounds = clipped(result.bounds, bounds);
    return node.define(std::move(result));
  }
  const Real& real = node.real(0);
  graph::Requantize op;
  op.input = {real.tensor, real.affine};
  node.define_result(op, node.builder.shape_of(real.tensor, real.flat), bounds);
}

/// A bound of Clip: an attribute in old files, else a constant scalar of the clipped type.
float real_bound(Node& node, const char* name, int index, float otherwise) {
  float bound = node.attributes.real(name, otherwise);
  if (node.has_input(index)) {
    const ConstantPointer constant = node.constant(index);
    if (constant->reals.size() != 1) {
      throw Refusal(fmt::format("{} of {}", name, type_name(constant->type)), "a float32 scalar");
    }
    bound = constant->reals[0];
  }
  if (std::isnan(bound)) throw Refusal(fmt::format("{} {}", name, bound), "a number");
  return bound;
}

std::int32_t code_bound(Node& node, graph::CodeType type, int index, std::int32_t otherwise) {
  if (!node.has_input(index)) return otherwise;
  const ConstantPointer constant = node.constant(index);
  if (code_type(constant->type) != type || constant->codes.size() != 1) {
    throw Refusal(fmt::format("a bound of {}", type_name(constant->type)),
                  fmt::format("a scalar of {}, as its codes", graph::name(type)));
  }
  return constant->codes[0];
}

}  // namespace

void import_conv(Node& node) {
  Convolution conv = convolve(node, source(node, 0), real_weights(node, 1));
  conv.op.bias = real_bias(node, 2, conv.op);
  node.define_result(std::move(conv.op), conv.shape);
}

void import_gemm(Node& node) {
  node.attributes.require("transA", 0, 0);
  for (const char* name : {"alpha", "beta"}) {
    const float factor = node.attributes.real(name, 1.0F);
    if (factor != 1.0F) throw Refusal(fmt::format("{} {}", name, factor), "1");
  }
  const bool transposed = node.attributes.integer("transB", 0) != 0;
  define_product(node, {graph::ConvKind::kGemm, transposed}, 2);
}

void import_matmul(Node& node) { define_product(node, {}, 0); }

void import_add(Node& node) {
  const Source a = source(node, 0);
  const Source b = source(node, 1);
  graph::Add add;
  add.a = a.operand;
  add.b = b.operand;
  const Shape shape = node.builder.shape_of(a.operand.tensor, a.flat);
  require_same(shape, node.builder.shape_of(b.operand.tensor, b.flat));
  node.define_result(add, shape);
}

void import_relu(Node& node) {
  const Value& value = node.input(0);
  const auto* codes = std::get_if<Codes>(&value);
  if (codes == nullptr) {
    Bounds positive;
    positive.low = 0;
    return clip_real(node, value, positive);
  }
  const graph::CodeType type = node.builder.tensor(codes->tensor).type;
  if (type != graph::CodeType::kInt8) {
    throw Refusal(fmt::format("Relu on {} codes", graph::name(type)), "int8");
  }
  clip_codes(node, *codes, {0, 127});
}

void import_clip(Node& node) {
  const Value& value = node.input(0);
  if (const auto* codes = std::get_if<Codes>(&value)) {
    const graph::CodeType type = node.builder.tensor(codes->tensor).type;
    const graph::CodeRange all = graph::range_of(type);
    const graph::CodeRange bounds{code_bound(node, type, 1, all.low),
                                  code_bound(node, type, 2, all.high)};
    return clip_codes(node, *codes, bounds);
  }
  const Bounds all;
  const Bounds bounds{real_bound(node, "min", 1, all.low), real_bound(node, "max", 2, all.high)};
  clip_real(node, value, bounds);
}

}  // namespace hb::import
