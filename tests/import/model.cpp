// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/import/model.hpp"

#include <iostream>

#include "model/arch/error.hpp"
#include "sw/import/onnx.hpp"

namespace hb::test {
namespace {

bool is_microsoft(const std::string& op) {
  return op == "QGemm" || op == "QLinearAdd" || op.rfind("QLinearGlobal", 0) == 0 ||
         op == "QLinearAveragePool";
}

std::size_t bytes_of(std::int32_t type) {
  if (type == kInt64) return 8;
  return type == kInt32 ? 4 : 1;
}

std::string packed(const std::vector<std::int64_t>& values) {
  std::string raw((values.size() + 1) / 2, '\0');
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto nibble = static_cast<unsigned>(values[i]) & 0xFU;
    const auto byte = static_cast<unsigned char>(raw[i / 2]);
    raw[i / 2] = static_cast<char>(byte | nibble << (i % 2 == 0 ? 0 : 4));
  }
  return raw;
}

std::string little_endian(const std::vector<std::int64_t>& values, std::size_t size) {
  std::string raw;
  for (const std::int64_t value : values) {
    for (std::size_t byte = 0; byte < size; ++byte) {
      raw.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * byte)));
    }
  }
  return raw;
}

Dims default_dims(std::size_t size) {
  return size == 1 ? Dims{} : Dims{static_cast<std::int64_t>(size)};
}

onnx::AttributeProto& add(onnx::NodeProto& node, const std::string& name,
                          onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(type);
  return attribute;
}

}  // namespace

Model::Model() {
  proto.set_ir_version(10);
  proto.mutable_graph()->set_name("test");
  for (const char* domain : {"", "com.microsoft"}) {
    onnx::OperatorSetIdProto& set = *proto.add_opset_import();
    set.set_domain(domain);
    set.set_version(domain[0] == 0 ? 21 : 1);
  }
}

void Model::input(const std::string& name, const Dims& dims, std::int32_t type) {
  onnx::ValueInfoProto& info = *proto.mutable_graph()->add_input();
  info.set_name(name);
  info.mutable_type()->mutable_tensor_type()->set_elem_type(type);
  for (const std::int64_t dim : dims) {
    auto& added = *info.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
    if (dim == kOpen) {
      added.set_dim_param("N");
    } else {
      added.set_dim_value(dim);
    }
  }
}

void Model::output(const std::string& name) { proto.mutable_graph()->add_output()->set_name(name); }

onnx::NodeProto& Model::node(const std::string& op, const Names& inputs, const Names& outputs) {
  onnx::NodeProto& node = *proto.mutable_graph()->add_node();
  node.set_op_type(op);
  node.set_name(op + "_" + outputs.at(0));
  if (is_microsoft(op)) node.set_domain("com.microsoft");
  for (const std::string& input : inputs) node.add_input(input);
  for (const std::string& made : outputs) node.add_output(made);
  return node;
}

void Model::reals(const std::string& name, const std::vector<float>& values) {
  reals(name, values, default_dims(values.size()));
}

void Model::reals(const std::string& name, const std::vector<float>& values, const Dims& dims) {
  onnx::TensorProto& tensor = *proto.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(kFloat);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  for (const float value : values) tensor.add_float_data(value);
}

void Model::codes(const std::string& name, std::int32_t type,
                  const std::vector<std::int64_t>& values) {
  codes(name, type, values, default_dims(values.size()));
}

void Model::codes(const std::string& name, std::int32_t type,
                  const std::vector<std::int64_t>& values, const Dims& dims) {
  onnx::TensorProto& tensor = *proto.mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t dim : dims) tensor.add_dims(dim);
  const bool is_packed = type == kInt4 || type == kUint4;
  tensor.set_raw_data(is_packed ? packed(values) : little_endian(values, bytes_of(type)));
}

onnx::TensorProto& Model::initializer(const std::string& name) {
  for (onnx::TensorProto& tensor : *proto.mutable_graph()->mutable_initializer()) {
    if (tensor.name() == name) return tensor;
  }
  throw std::runtime_error("no initializer " + name);
}

onnx::NodeProto& Model::find_node(const std::string& output) {
  for (onnx::NodeProto& node : *proto.mutable_graph()->mutable_node()) {
    if (node.output(0) == output) return node;
  }
  throw std::runtime_error("no node makes " + output);
}

void Model::quantization(const std::string& name, float scale, std::int64_t zero_point,
                         std::int32_t type) {
  reals(name + "_scale", {scale});
  codes(name + "_zp", type, {zero_point});
}

void Model::quantize(const std::string& from, const std::string& to,
                     const std::string& quantization) {
  node("QuantizeLinear", {from, quantization + "_scale", quantization + "_zp"}, {to});
}

void Model::dequantize(const std::string& from, const std::string& to,
                       const std::string& quantization) {
  node("DequantizeLinear", {from, quantization + "_scale", quantization + "_zp"}, {to});
}

graph::Graph Model::read() const { return import::read_onnx(bytes(), "test.onnx"); }

std::string Model::error() const { return error_of(bytes()); }

void set(onnx::NodeProto& node, const std::string& name, std::int64_t value) {
  add(node, name, onnx::AttributeProto::INT).set_i(value);
}

void set(onnx::NodeProto& node, const std::string& name, float value) {
  add(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}

void set(onnx::NodeProto& node, const std::string& name, const Dims& values) {
  onnx::AttributeProto& attribute = add(node, name, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) attribute.add_ints(value);
}

void set(onnx::NodeProto& node, const std::string& name, const char* value) {
  add(node, name, onnx::AttributeProto::STRING).set_s(value);
}

std::string error_of(const std::string& bytes) {
  try {
    static_cast<void>(import::read_onnx(bytes, "test.onnx"));
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

bool contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  std::cerr << "'" << part << "' is not in:\n" << text << "\n";
  return false;
}

namespace {

/// Weights 3x2x3x3: -27, -26, ..., 26.
std::vector<std::int64_t> counting_weights(std::int64_t count) {
  std::vector<std::int64_t> weights;
  for (std::int64_t i = 0; i < count; ++i) weights.push_back(i - count / 2);
  return weights;
}

void add_conv_constants(Model& model) {
  model.input("x", {kOpen, 2, 5, 5});
  model.quantization("x", 0.5F, 3);
  model.codes("w", kInt8, counting_weights(54), {3, 2, 3, 3});
  model.quantization("w", 0.25F, 0);
  model.quantization("y", 2.0F, -5);
  model.codes("b", kInt32, {100, -200, 300});
}

}  // namespace

Model integer_conv() {
  Model model;
  add_conv_constants(model);
  model.node("QLinearConv",
             {"x", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp", "b"}, {"y"});
  model.output("y");
  return model;
}

Model qdq_conv() {
  Model model;
  add_conv_constants(model);
  model.quantization("b", 0.125F, 0, kInt32);
  model.dequantize("x", "x_real", "x");
  model.dequantize("w", "w_real", "w");
  model.dequantize("b", "b_real", "b");
  model.node("Conv", {"x_real", "w_real", "b_real"}, {"y_real"});
  model.quantize("y_real", "y", "y");
  model.output("y");
  return model;
}

Model flat_input() {
  Model model;
  model.input("x", {kOpen, 4, 2, 2});
  model.quantization("x", 0.5F, 3);
  model.quantization("w", 0.25F, 0);
  model.quantization("y", 2.0F, -5);
  const std::vector<std::int64_t> weights = counting_weights(48);
  std::vector<std::int64_t> transposed;
  for (std::size_t k = 0; k < 16; ++k) {
    for (std::size_t n = 0; n < 3; ++n) transposed.push_back(weights[n * 16 + k]);
  }
  model.codes("wt", kInt8, weights, {3, 16});
  model.codes("w", kInt8, transposed, {16, 3});
  model.codes("b", kInt32, {100, -200, 300});
  model.node("Flatten", {"x"}, {"x_flat"});
  model.output("y");
  return model;
}

}  // namespace hb::test
