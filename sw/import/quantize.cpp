// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/quantize.hpp"

#include <algorithm>
#include <cmath>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

/// More ways to quantize one value than any tool writes.
constexpr std::size_t kMostQuantized = 64;

const Quantized* find(const std::vector<Quantized>& made, const Target& target) {
  const auto found = std::find_if(made.begin(), made.end(), [&](const Quantized& one) {
    return one.operand.affine == target.affine && one.type == target.type &&
           one.range == target.range;
  });
  return found == made.end() ? nullptr : &*found;
}

void require_few(const std::vector<Quantized>& made) {
  if (made.size() == kMostQuantized) {
    throw Refusal(fmt::format("one value quantized in more than {} ways", kMostQuantized), "fewer");
  }
}

/// Quantizes a value; one function per kind.
struct Quantize {
  Node& node;
  Target target;

  void operator()(const Real& real) {
    const graph::Tensor& from = node.builder.tensor(real.tensor);
    if (real.affine == target.affine) {
      if (from.type == target.type) return rename(real.tensor, real.flat);
      target.range = clipped(from.range, target.range);
    }
    graph::Requantize op;
    op.input = {real.tensor, real.affine};
    const Shape shape = node.builder.shape_of(real.tensor, real.flat);
    node.emit(op, target, shape);
  }

  void operator()(const RealInput& value) {
    Input& input = *value.input;
    if (const Quantized* same = find(input.made, target)) {
      return rename(same->operand.tensor, value.flat);
    }
    require_few(input.made);
    const graph::TensorId tensor = node.builder.add_tensor(target, input.shape);
    node.builder.add_input({input.name, tensor, input.shape.flat, target.affine});
    input.made.push_back({{tensor, target.affine}, target.type, target.range});
    define(tensor, value.flat);
  }

  void operator()(const Unquantized& value) {
    Result& result = *value.result;
    target.range = {quantize_value(value.bounds.low, target.affine, target.range),
                    quantize_value(value.bounds.high, target.affine, target.range)};
    if (const auto* requantize = std::get_if<graph::Requantize>(&result.op)) {
      if (requantize->input.affine == target.affine) {
        const graph::CodeRange& from = node.builder.tensor(requantize->input.tensor).range;
        target.range = clipped(from, target.range);
      }
    }
    if (const Quantized* same = find(result.made, target)) {
      return rename(same->operand.tensor, value.flat);
    }
    require_few(result.made);
    const graph::Operand operand = add(result);
    result.made.push_back({operand, target.type, target.range});
    define(operand.tensor, value.flat);
  }

  template <typename Other>
  void operator()(const Other& other) const {
    throw Refusal("quantizes " + describe(Value(other)), "real values that the network computes");
  }

 private:
  /// The second quantization of a convolution becomes its second output, a third one the first
  /// output of a copy.
  graph::Operand add(Result& result) const {
    Builder& builder = node.builder;
    if (result.open) {
      const std::size_t open = *result.open;
      result.open.reset();
      return builder.add_second_output(open, target, result.shape);
    }
    const std::string name =
        result.made.empty() ? result.name : builder.unique_node_name(result.name);
    const graph::Operand operand = builder.add_node(name, result.op, target, result.shape);
    if (std::holds_alternative<graph::Conv>(result.op)) result.open = builder.last_node();
    return operand;
  }

  void define(graph::TensorId tensor, bool flat) const {
    node.define(Codes{tensor, flat, target.affine});
  }

  void rename(graph::TensorId tensor, bool flat) const {
    node.builder.name_codes(target.name, tensor, flat);
    define(tensor, flat);
  }
};

}  // namespace

std::int32_t quantize_value(float value, const graph::Affine& affine,
                            const graph::CodeRange& range) {
  // Far outside of all types, so that the conversion is defined.
  constexpr float kFar = 1e6F;
  const float rounded = std::clamp(std::nearbyint(value / affine.scale), -kFar, kFar);
  return std::clamp(static_cast<std::int32_t>(rounded) + affine.zero_point, range.low, range.high);
}

graph::CodeRange clipped(const graph::CodeRange& codes, const graph::CodeRange& bounds) {
  return {std::min(std::max(codes.low, bounds.low), bounds.high),
          std::min(std::max(codes.high, bounds.low), bounds.high)};
}

Bounds clipped(const Bounds& values, const Bounds& bounds) {
  return {std::min(std::max(values.low, bounds.low), bounds.high),
          std::min(std::max(values.high, bounds.low), bounds.high)};
}

void quantize(Node& node, Target target, const Value& value) {
  std::visit(Quantize{node, std::move(target)}, value);
}

}  // namespace hb::import
