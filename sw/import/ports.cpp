// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/ports.hpp"

#include <onnx/onnx_pb.h>

#include "sw/import/names.hpp"
#include "sw/import/operands.hpp"

namespace hb::import {
namespace {

constexpr std::int64_t kMostSide = 65535;

std::uint32_t side(const onnx::TensorShapeProto::Dimension& dim) {
  if (!dim.has_dim_value()) {
    throw Refusal("dimension " + shown(dim.dim_param()) + " is open",
                  "numbers for all dimensions but the batch");
  }
  if (dim.dim_value() < 1 || dim.dim_value() > kMostSide) {
    throw Refusal(fmt::format("dimension {}", dim.dim_value()), fmt::format("1..{}", kMostSide));
  }
  return static_cast<std::uint32_t>(dim.dim_value());
}

/// [N, C, H, W] or [N, values].
Shape read_shape(const onnx::TensorShapeProto& shape) {
  if (shape.dim_size() == 2) return {side(shape.dim(1)), 1, 1, true};
  if (shape.dim_size() == 4) {
    return {side(shape.dim(1)), side(shape.dim(2)), side(shape.dim(3)), false};
  }
  throw Refusal(fmt::format("rank {}", shape.dim_size()), "[N, C, H, W] or [N, values]");
}

void read_batch(Builder& builder, const onnx::TensorShapeProto& shape) {
  const auto& dim = shape.dim(0);
  if (!dim.has_dim_value() || dim.dim_value() == -1) return;
  if (dim.dim_value() < 1) {
    throw Refusal(fmt::format("batch {}", dim.dim_value()), "1 or more, or an open batch");
  }
  if (builder.batch() != 0 && builder.batch() != dim.dim_value()) {
    throw Refusal(fmt::format("batch {}", dim.dim_value()),
                  fmt::format("{} as another input", builder.batch()));
  }
  builder.set_batch(dim.dim_value());
}

struct AddOutput {
  Builder& builder;
  const std::string& name;

  void operator()(const Codes& value) const { add({name, value.tensor, value.flat, std::nullopt}); }
  void operator()(const Real& value) const { add({name, value.tensor, value.flat, value.affine}); }
  template <typename Other>
  void operator()(const Other& other) const {
    throw Refusal("it is " + describe(Value(other)),
                  "codes, or real values behind DequantizeLinear");
  }

 private:
  void add(graph::NamedTensor output) const {
    if (builder.is_input(output.tensor)) throw Refusal("it is an input", "a result of an operator");
    builder.add_output(std::move(output));
  }
};

}  // namespace

void define_input(Builder& builder, const onnx::ValueInfoProto& input) {
  if (!input.type().has_tensor_type() || !input.type().tensor_type().has_shape()) {
    throw Refusal("no tensor with a shape", "[N, C, H, W] or [N, values]");
  }
  const onnx::TypeProto::Tensor& type = input.type().tensor_type();
  const Shape shape = read_shape(type.shape());
  read_batch(builder, type.shape());
  if (type.elem_type() == onnx::TensorProto::FLOAT) {
    auto real = std::make_shared<Input>(Input{input.name(), shape, {}});
    return builder.define(input.name(), RealInput{std::move(real), shape.flat});
  }
  const auto code = code_type(type.elem_type());
  if (!code) {
    throw Refusal("elements of type " + type_name(type.elem_type()), "float32, int8 or uint8");
  }
  const graph::TensorId tensor =
      builder.add_tensor({input.name(), {}, *code, graph::range_of(*code)}, shape);
  builder.add_input({input.name(), tensor, shape.flat, std::nullopt});
  builder.define(input.name(), Codes{tensor, shape.flat, std::nullopt});
}

void add_output(Builder& builder, const std::string& name) {
  std::visit(AddOutput{builder, name}, builder.value(name));
}

}  // namespace hb::import
