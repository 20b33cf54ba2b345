// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// QuantizeLinear, DequantizeLinear and Constant.

#include <cmath>

#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/quantize.hpp"

namespace hb::import {
namespace {

/// Type of QuantizeLinear's codes: its zero point's, else what output_dtype says, else uint8.
graph::CodeType quantized_type(Node& node) {
  const auto named = static_cast<std::int32_t>(node.attributes.integer("output_dtype", 0));
  const std::optional<DataType> zero_point = node.quantization(1).type;
  if (zero_point && named != 0 && static_cast<std::int32_t>(*zero_point) != named) {
    throw Refusal(fmt::format("output_dtype {}", type_name(named)),
                  type_name(*zero_point) + " as the zero point");
  }
  const std::int32_t type =
      zero_point ? static_cast<std::int32_t>(*zero_point)
                 : (named == 0 ? static_cast<std::int32_t>(DataType::kUint8) : named);
  const auto code = code_type(type);
  if (!code) throw Refusal("codes of type " + type_name(type), "int8, uint8, int4 or uint4");
  return *code;
}

/// Index along `axis` of element i.
class AxisIndex {
 public:
  AxisIndex(const std::vector<std::int64_t>& dims, std::int64_t axis, std::size_t entries) {
    if (entries == 1) return;
    const auto rank = static_cast<std::int64_t>(dims.size());
    const std::int64_t at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank ||
        dims[static_cast<std::size_t>(at)] != static_cast<std::int64_t>(entries)) {
      throw Refusal(fmt::format("{} scales along axis {} of shape {}", entries, axis, list(dims)),
                    "one per index");
    }
    entries_ = entries;
    for (std::int64_t i = at + 1; i < rank; ++i) {
      inner_ *= static_cast<std::size_t>(dims[static_cast<std::size_t>(i)]);
    }
  }
  [[nodiscard]] std::size_t operator()(std::size_t i) const { return i / inner_ % entries_; }

 private:
  std::size_t inner_ = 1;
  std::size_t entries_ = 1;
};

/// Float weights that the model quantizes itself.
Constant quantize_constant(const Constant& reals, const Quantization& by, graph::CodeType type,
                           std::int64_t axis) {
  if (reals.type != DataType::kFloat) {
    throw Refusal("quantizes a constant of " + type_name(reals.type), "float32");
  }
  const AxisIndex index(reals.dims, axis, by.scales.size());
  Constant codes{data_type(type), reals.dims, {}, {}, {}};
  codes.codes.reserve(reals.reals.size());
  for (std::size_t i = 0; i < reals.reals.size(); ++i) {
    if (std::isnan(reals.reals[i])) {
      throw Refusal("quantizes a constant that is not a number", "numbers");
    }
    const std::size_t at = index(i);
    const graph::Affine affine{by.scales[at], by.zero_points[by.zero_points.size() == 1 ? 0 : at]};
    codes.codes.push_back(quantize_value(reals.reals[i], affine, graph::range_of(type)));
  }
  return codes;
}

void dequantize_constant(Node& node, const ConstantPointer& codes, std::int64_t axis) {
  const Quantization by = node.quantization(1);
  if (codes->codes.empty()) {
    throw Refusal("dequantizes a constant of " + type_name(codes->type), "integer codes");
  }
  if (by.type && *by.type != codes->type) {
    throw Refusal("zero point of type " + type_name(*by.type),
                  type_name(codes->type) + ", as its codes");
  }
  static_cast<void>(AxisIndex(codes->dims, axis, by.scales.size()));
  node.define(
      std::make_shared<const RealConstant>(RealConstant{codes, by.scales, by.zero_points, axis}));
}

}  // namespace

void import_quantize(Node& node) {
  const std::int64_t axis = node.attributes.integer("axis", 1);
  node.attributes.require("block_size", 0, 0);
  node.attributes.ignore("saturate");  // of 8-bit floating point only
  const graph::CodeType type = quantized_type(node);
  const Value& value = node.input(0);
  if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
    const Quantization by = node.quantization(1);
    node.builder.charge_quantization(*constant);
    node.define(std::make_shared<const Constant>(quantize_constant(**constant, by, type, axis)));
    return;
  }
  quantize(node, node.target(1, type), value);
}

void import_dequantize(Node& node) {
  const std::int64_t axis = node.attributes.integer("axis", 1);
  node.attributes.require("block_size", 0, 0);
  const std::int64_t type = node.attributes.integer("output_dtype", 0);
  if (type != 0 && type != static_cast<std::int64_t>(DataType::kFloat)) {
    throw Refusal(fmt::format("output_dtype {}", type), "float32");
  }
  const Value& value = node.input(0);
  if (const auto* constant = std::get_if<ConstantPointer>(&value)) {
    return dequantize_constant(node, *constant, axis);
  }
  const Codes& codes = node.codes(0);
  node.define(Real{codes.tensor, codes.flat, node.operand(0).affine});
}

void import_constant(Node& node) {
  Constant constant;
  if (const onnx::TensorProto* tensor = node.attributes.tensor("value")) {
    constant = decode(*tensor);
  } else if (const auto reals = node.attributes.reals("value_floats")) {
    constant = {DataType::kFloat, {static_cast<std::int64_t>(reals->size())}, *reals, {}, {}};
  } else if (const auto list = node.attributes.integers("value_ints")) {
    constant = {DataType::kInt64, {static_cast<std::int64_t>(list->size())}, {}, {}, *list};
  } else if (node.attributes.has("value_float")) {
    constant = {DataType::kFloat, {}, {node.attributes.real("value_float", 0)}, {}, {}};
  } else if (node.attributes.has("value_int")) {
    constant = {DataType::kInt64, {}, {}, {}, {node.attributes.integer("value_int", 0)}};
  } else {
    throw Refusal("no value that is a number", "value, value_float(s) or value_int(s)");
  }
  node.define(std::make_shared<const Constant>(std::move(constant)));
}

}  // namespace hb::import
