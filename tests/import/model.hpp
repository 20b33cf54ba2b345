// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// ONNX models built in memory, for tests.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sw/graph/graph.hpp"

namespace hb::test {

using Dims = std::vector<std::int64_t>;
using Names = std::vector<std::string>;

constexpr std::int32_t kFloat = 1;
constexpr std::int32_t kUint8 = 2;
constexpr std::int32_t kInt8 = 3;
constexpr std::int32_t kInt32 = 6;
constexpr std::int32_t kInt64 = 7;
constexpr std::int32_t kUint4 = 21;
constexpr std::int32_t kInt4 = 22;

/// The batch dimension of an input that leaves it open.
constexpr std::int64_t kOpen = -2;

class Model {
 public:
  Model();

  onnx::ModelProto proto;

  /// Inputs of shape `dims`; kOpen is a dimension with a name instead of a number.
  void input(const std::string& name, const Dims& dims, std::int32_t type = kInt8);
  void output(const std::string& name);
  /// Adds a node called "<op>_<first output>"; in com.microsoft's domain for its operators.
  onnx::NodeProto& node(const std::string& op, const Names& inputs, const Names& outputs);

  /// Initializers; without dims a scalar or a list. `codes` of 4 bits are packed into raw_data.
  void reals(const std::string& name, const std::vector<float>& values);
  void reals(const std::string& name, const std::vector<float>& values, const Dims& dims);
  void codes(const std::string& name, std::int32_t type, const std::vector<std::int64_t>& values);
  void codes(const std::string& name, std::int32_t type, const std::vector<std::int64_t>& values,
             const Dims& dims);
  onnx::TensorProto& initializer(const std::string& name);
  onnx::NodeProto& find_node(const std::string& output);

  /// Initializers <name>_scale and <name>_zp.
  void quantization(const std::string& name, float scale, std::int64_t zero_point,
                    std::int32_t type = kInt8);
  /// QuantizeLinear and DequantizeLinear by the initializers of `quantization`.
  void quantize(const std::string& from, const std::string& to, const std::string& quantization);
  void dequantize(const std::string& from, const std::string& to, const std::string& quantization);

  [[nodiscard]] std::string bytes() const { return proto.SerializeAsString(); }
  [[nodiscard]] graph::Graph read() const;
  /// The error that reading the model ends in; empty if it does not.
  [[nodiscard]] std::string error() const;
};

void set(onnx::NodeProto& node, const std::string& name, std::int64_t value);
void set(onnx::NodeProto& node, const std::string& name, float value);
void set(onnx::NodeProto& node, const std::string& name, const Dims& values);
void set(onnx::NodeProto& node, const std::string& name, const char* value);

/// The error that reading `bytes` ends in; empty if it does not.
[[nodiscard]] std::string error_of(const std::string& bytes);
/// Whether `text` contains `part`; prints both if not.
[[nodiscard]] bool contains(const std::string& text, const std::string& part);

/// x [N, 2, 5, 5] int8 -> QLinearConv 3x2x3x3 -> y int8; initializers x_scale, x_zp, w, w_scale,
/// w_zp, y_scale, y_zp, b.
[[nodiscard]] Model integer_conv();
/// The same network in QDQ form: x -> x_real, w -> w_real, b -> b_real, Conv y_real, y.
[[nodiscard]] Model qdq_conv();
/// x [N, 4, 2, 2] int8, flattened to x_flat [N, 16]; wt [3, 16] and w [16, 3] the same weights.
[[nodiscard]] Model flat_input();

}  // namespace hb::test
