// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/operands.hpp"

#include <onnx/onnx_pb.h>

#include <cmath>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr const char* kQuantizeFirst =
    "codes behind a DequantizeLinear: put a QuantizeLinear, DequantizeLinear pair between";

struct Describe {
  std::string operator()(const Unknown&) const { return "nothing"; }
  std::string operator()(const Codes&) const { return "integer codes"; }
  std::string operator()(const Real&) const { return "real values"; }
  std::string operator()(const RealInput& value) const {
    return "the float32 input " + shown(value.input->name);
  }
  std::string operator()(const Unquantized& value) const {
    return fmt::format("the float result of {} ({})", shown(value.result->name),
                       value.result->maker);
  }
  std::string operator()(const RealConstantPointer&) const { return "a dequantized constant"; }
  std::string operator()(const ConstantPointer& value) const {
    return "a constant of " + type_name(value->type);
  }
};

std::string ordinal(int index) { return fmt::format("input {}", index + 1); }

/// Scalars and lists; nothing of a higher rank.
bool is_list(const Constant& constant) { return constant.dims.size() <= 1 && constant.size() > 0; }

void check_scale(float scale) {
  if (!std::isnormal(scale) || scale < 0) {
    throw Refusal(fmt::format("scale {}", scale), "a normal, finite, positive float32");
  }
}

}  // namespace

std::string describe(const Value& value) { return std::visit(Describe{}, value); }

Node::Node(Builder& owner, const onnx::NodeProto& proto)
    : builder(owner), attributes(proto), proto_(proto) {
  const std::string made = proto.output_size() == 0 ? "" : proto.output(0);
  name_ =
      owner.unique_node_name(proto.name().empty() ? proto.op_type() + "_" + made : proto.name());
}

const std::string& Node::maker() const { return proto_.op_type(); }

const std::string& Node::output() const {
  if (proto_.output_size() == 0 || proto_.output(0).empty()) {
    throw Refusal("no first output", "an output");
  }
  return proto_.output(0);
}

bool Node::has_input(int index) const {
  return index < proto_.input_size() && !proto_.input(index).empty();
}

const std::string& Node::input_name(int index) const {
  if (!has_input(index)) {
    throw Refusal(fmt::format("{} is missing", ordinal(index)),
                  fmt::format("at least {} inputs", index + 1));
  }
  return proto_.input(index);
}

const Value& Node::input(int index) const { return builder.value(input_name(index)); }

const Codes& Node::codes(int index) const {
  const Value& value = input(index);
  if (const auto* codes = std::get_if<Codes>(&value)) return *codes;
  throw Refusal(fmt::format("{} is {}", ordinal(index), describe(value)),
                "integer codes that the network computes");
}

const Real& Node::real(int index) const {
  const Value& value = input(index);
  if (const auto* real = std::get_if<Real>(&value)) return *real;
  throw Refusal(fmt::format("{} is {}", ordinal(index), describe(value)), kQuantizeFirst);
}

ConstantPointer Node::constant(int index) const {
  const Value& value = input(index);
  if (const auto* constant = std::get_if<ConstantPointer>(&value)) return *constant;
  throw Refusal(fmt::format("{} is {}", ordinal(index), describe(value)),
                "a constant (initializer or Constant node)");
}

std::vector<std::int64_t> Node::indices(int index) const {
  const ConstantPointer list = constant(index);
  if (list->type != DataType::kInt64 || list->dims.size() > 1) {
    throw Refusal(fmt::format("{} is a constant of {}, rank {}", ordinal(index),
                              type_name(list->type), list->dims.size()),
                  "a list of int64");
  }
  builder.charge(list->size());
  return list->indices;
}

Quantization Node::quantization(int scale) const {
  const ConstantPointer scales = constant(scale);
  if (scales->type != DataType::kFloat || !is_list(*scales)) {
    throw Refusal(fmt::format("scale of {}, rank {}, {} values", type_name(scales->type),
                              scales->dims.size(), scales->size()),
                  "a float32 scalar or list");
  }
  builder.charge(scales->size());
  for (const float value : scales->reals) check_scale(value);
  Quantization result{scales->reals, {0}, std::nullopt};
  if (!has_input(scale + 1)) return result;
  const ConstantPointer zero_points = constant(scale + 1);
  if (zero_points->codes.empty() || !is_list(*zero_points)) {
    throw Refusal(fmt::format("zero point of {}, rank {}, {} values", type_name(zero_points->type),
                              zero_points->dims.size(), zero_points->size()),
                  "an integer scalar or list");
  }
  if (zero_points->size() != 1 && zero_points->size() != scales->size()) {
    throw Refusal(fmt::format("{} zero points, {} scales", zero_points->size(), scales->size()),
                  "the same number");
  }
  result.zero_points = zero_points->codes;
  result.type = zero_points->type;
  return result;
}

namespace {

graph::Affine whole_tensor(const Quantization& quantization) {
  if (quantization.scales.size() != 1 || quantization.zero_points.size() != 1) {
    throw Refusal(fmt::format("{} scales of activations", quantization.scales.size()),
                  "one scale and zero point for the whole tensor");
  }
  return {quantization.scales[0], quantization.zero_points[0]};
}

}  // namespace

graph::Affine Node::affine(int scale, graph::CodeType type) const {
  const Quantization found = quantization(scale);
  if (found.type && code_type(*found.type) != type) {
    throw Refusal("zero point of type " + type_name(*found.type),
                  fmt::format("{}, as its tensor", graph::name(type)));
  }
  return whole_tensor(found);
}

Target Node::target(int scale, graph::CodeType otherwise) const {
  const Quantization found = quantization(scale);
  const auto type = found.type ? code_type(*found.type) : otherwise;
  if (!type) {
    throw Refusal("zero point of type " + type_name(*found.type), "int8, uint8, int4 or uint4");
  }
  return {output(), whole_tensor(found), *type, graph::range_of(*type)};
}

graph::Operand Node::operand(int index) const {
  const Codes& found = codes(index);
  return {found.tensor, affine(index + 1, builder.tensor(found.tensor).type)};
}

void Node::emit(graph::Operator op, const Target& target, const Shape& shape) const {
  const graph::Operand made = builder.add_node(name_, std::move(op), target, shape);
  builder.define(target.name, Codes{made.tensor, shape.flat, target.affine});
}

void Node::define_result(graph::Operator op, const Shape& shape, const Bounds& bounds) const {
  auto result = std::make_shared<Result>(Result{name_, maker(), shape, std::move(op), {}, {}});
  define(Unquantized{std::move(result), shape.flat, bounds});
}

void require_image(bool flat) {
  if (flat) throw Refusal("input of rank 2", "[N, C, H, W]");
}

void require_flat(bool flat) {
  if (!flat) throw Refusal("input of rank 4", "[N, K]: put a Flatten before");
}

void require_same(const Shape& a, const Shape& b) {
  if (a.channels != b.channels || a.height != b.height || a.width != b.width || a.flat != b.flat) {
    throw Refusal(fmt::format("adds {}x{}x{} and {}x{}x{}", a.channels, a.height, a.width,
                              b.channels, b.height, b.width),
                  "one shape: nothing is broadcast");
  }
}

}  // namespace hb::import
