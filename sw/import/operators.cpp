// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/operators.hpp"

#include <onnx/onnx_pb.h>

#include <unordered_map>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr const char* kMicrosoft = "com.microsoft";

struct Operator {
  void (*import)(Node& node);
  bool standard;   ///< in ONNX's own domain
  bool microsoft;  ///< in ONNX Runtime's
};

const std::unordered_map<std::string, Operator>& operators() {
  static const std::unordered_map<std::string, Operator> table{
      {"QuantizeLinear", {import_quantize, true, true}},
      {"DequantizeLinear", {import_dequantize, true, true}},
      {"Constant", {import_constant, true, false}},
      {"QLinearConv", {import_qlinear_conv, true, false}},
      {"QLinearMatMul", {import_qlinear_matmul, true, false}},
      {"QGemm", {import_qgemm, false, true}},
      {"QLinearAdd", {import_qlinear_add, false, true}},
      {"QLinearGlobalAveragePool", {import_qlinear_global_average, false, true}},
      {"QLinearAveragePool", {import_qlinear_average, false, true}},
      {"Conv", {import_conv, true, false}},
      {"Gemm", {import_gemm, true, false}},
      {"MatMul", {import_matmul, true, false}},
      {"Add", {import_add, true, false}},
      {"Relu", {import_relu, true, false}},
      {"Clip", {import_clip, true, false}},
      {"MaxPool", {import_max_pool, true, false}},
      {"GlobalAveragePool", {import_global_average, true, false}},
      {"AveragePool", {import_average, true, false}},
      {"ReduceMean", {import_reduce_mean, true, false}},
      {"Identity", {import_identity, true, false}},
      {"Flatten", {import_flatten, true, false}},
      {"Reshape", {import_reshape, true, false}},
      {"Squeeze", {import_squeeze, true, false}},
  };
  return table;
}

/// What to do about operators that networks often have.
const char* advice(const std::string& op_type) {
  static const std::unordered_map<std::string, const char*> table{
      {"BatchNormalization", "none: fold it into the convolution before quantizing"},
      {"Softmax", "none: cut the network before it; the order of its outputs is the same"},
      {"LogSoftmax", "none: cut the network before it; the order of its outputs is the same"},
      {"Sigmoid", "none: cut the network before it; the order of its outputs is the same"},
      {"ArgMax", "none: cut the network before it"},
      {"ConvInteger", "QLinearConv: quantize statically, with calibrated activations"},
      {"MatMulInteger", "QLinearMatMul: quantize statically, with calibrated activations"},
      {"DynamicQuantizeLinear", "QuantizeLinear: quantize statically, with calibrated activations"},
  };
  const auto found = table.find(op_type);
  return found == table.end() ? "an operator of docs/import.md" : found->second;
}

const Operator& find_operator(const onnx::NodeProto& proto) {
  const auto found = operators().find(proto.op_type());
  const std::string& domain = proto.domain();
  const bool standard = domain.empty() || domain == "ai.onnx";
  if (!standard && domain != kMicrosoft) {
    throw Refusal("operator of domain " + shown(domain), "ONNX's own or com.microsoft");
  }
  if (found == operators().end()) throw Refusal("not supported", advice(proto.op_type()));
  const bool known = standard ? found->second.standard : found->second.microsoft;
  if (!known) {
    throw Refusal("operator of domain " + shown(domain),
                  standard ? "com.microsoft" : "ONNX's own domain");
  }
  return found->second;
}

}  // namespace

void import_node(Builder& builder, const onnx::NodeProto& proto) {
  const Operator& found = find_operator(proto);
  Node node(builder, proto);
  found.import(node);
  node.attributes.finish();
}

}  // namespace hb::import
