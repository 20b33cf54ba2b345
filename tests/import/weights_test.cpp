// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are weights and biases read as the file means them, in all forms in which files have them?

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <tuple>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

TEST_CASE("float weights behind a QuantizeLinear, DequantizeLinear pair are quantized here") {
  Model model = qdq_conv();
  // Codes -27..26 at scale 0.25, each moved by less than half a step.
  std::vector<float> reals;
  for (int i = 0; i < 54; ++i) {
    reals.push_back(0.25F * (static_cast<float>(i - 27) + 0.4F * static_cast<float>(i % 3 - 1)));
  }
  model.reals("w_float", reals, {3, 2, 3, 3});
  model.quantize("w_float", "w_codes", "w");
  model.find_node("w_real").set_input(0, "w_codes");
  CHECK(describe(model.read()) == describe(qdq_conv().read()));
}

TEST_CASE("quantizing float weights rounds ties to even and saturates, per channel") {
  Model model;
  model.input("x", {1, 1, 1, 1});
  model.quantization("x", 0.5F, 0);
  model.reals("w", {0.75F, 1.25F, -0.75F, 1000.0F}, {4, 1, 1, 1});
  model.reals("w_scale", {0.5F, 0.5F, 0.5F, 0.25F});
  model.codes("w_zp", kInt8, {0, 0, 0, 0});
  set(model.node("QuantizeLinear", {"w", "w_scale", "w_zp"}, {"q"}), "axis", std::int64_t{0});
  set(model.node("DequantizeLinear", {"q", "w_scale", "w_zp"}, {"dq"}), "axis", std::int64_t{-4});
  model.dequantize("x", "x_real", "x");
  model.node("Conv", {"x_real", "dq"}, {"y_real"});
  model.quantize("y_real", "y", "x");
  model.output("y");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Conv>(graph, 0).weights() == std::vector<std::int8_t>{2, 2, -2, 127});
  CHECK(op<graph::Conv>(graph, 0).weight_scales == std::vector<float>{0.5F, 0.5F, 0.5F, 0.25F});
}

TEST_CASE("weights are int4 exactly when all codes minus zero points are in -8..7") {
  struct Case {
    std::vector<std::int64_t> codes;
    std::int64_t zero_point;
    bool narrow;
  };
  const std::vector<Case> cases{{{-8, 7}, 0, true},    {{-8, 8}, 0, false}, {{-9, 0}, 0, false},
                                {{0, 15}, 8, true},    {{-7, 8}, 1, true},  {{-8, 7}, 1, false},
                                {{92, 107}, 100, true}};
  for (const Case& one : cases) {
    CAPTURE(one.codes[0]);
    CAPTURE(one.zero_point);
    Model model;
    model.input("x", {1, 1, 1, 1});
    model.quantization("x", 0.5F, 0);
    model.codes("w", kInt8, one.codes, {2, 1, 1, 1});
    model.quantization("w", 0.5F, one.zero_point);
    model.node("QLinearConv", {"x", "x_scale", "x_zp", "w", "w_scale", "w_zp", "x_scale", "x_zp"},
               {"y"});
    model.output("y");
    const graph::Graph graph = model.read();
    CHECK((op<graph::Conv>(graph, 0).weight_precision == arch::Precision::kInt4) == one.narrow);
  }
}

TEST_CASE("int4 and uint4 weights are read from raw_data and from int32_data, odd tails too") {
  const std::vector<std::int64_t> values{-8, 7, -1, 0, 3};
  for (const bool is_signed : {true, false}) {
    for (const bool raw : {true, false}) {
      CAPTURE(is_signed);
      CAPTURE(raw);
      Model model;
      model.input("x", {1, 1, 1, 1});
      model.quantization("x", 0.5F, 0);
      std::vector<std::int64_t> codes = values;
      for (std::int64_t& code : codes) code += is_signed ? 0 : 8;
      const std::int32_t type = is_signed ? kInt4 : kUint4;
      model.codes("w", type, codes, {5, 1, 1, 1});
      model.quantization("w", 0.5F, is_signed ? 0 : 8, type);
      if (!raw) {
        onnx::TensorProto& tensor = model.initializer("w");
        for (const char byte : tensor.raw_data()) {
          tensor.add_int32_data(static_cast<unsigned char>(byte));
        }
        tensor.clear_raw_data();
      }
      model.dequantize("x", "x_real", "x");
      model.dequantize("w", "w_real", "w");
      model.node("Conv", {"x_real", "w_real"}, {"y_real"});
      model.quantize("y_real", "y", "x");
      model.output("y");
      const graph::Graph graph = model.read();
      CHECK(op<graph::Conv>(graph, 0).weights() == std::vector<std::int8_t>{-8, 7, -1, 0, 3});
      CHECK(op<graph::Conv>(graph, 0).weight_precision == arch::Precision::kInt4);
    }
  }
}

TEST_CASE("8- and 32-bit codes are read from int32_data as from raw_data") {
  Model model = integer_conv();
  for (const char* name : {"w", "b", "x_zp"}) {
    onnx::TensorProto& tensor = model.initializer(name);
    const std::string raw = tensor.raw_data();
    const std::size_t size = tensor.data_type() == kInt32 ? 4 : 1;
    for (std::size_t i = 0; i < raw.size(); i += size) {
      std::int32_t value = static_cast<signed char>(raw[i]);
      if (size == 4) std::memcpy(&value, raw.data() + i, size);
      tensor.add_int32_data(value);
    }
    tensor.clear_raw_data();
  }
  CHECK(describe(model.read()) == describe(integer_conv().read()));
}

TEST_CASE("constants may be Constant nodes, and pass Identity") {
  Model model = integer_conv();
  onnx::NodeProto& weights = model.node("Constant", {}, {"w_constant"});
  onnx::AttributeProto& value = *weights.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  *value.mutable_t() = model.initializer("w");
  set(model.node("Constant", {}, {"s"}), "value_float", 0.25F);
  model.node("Identity", {"s"}, {"scale"});
  model.find_node("y").set_input(3, "w_constant");
  model.find_node("y").set_input(4, "scale");
  CHECK(describe(model.read()) == describe(integer_conv().read()));
}

TEST_CASE("scales and zero points may be lists of one") {
  Model model = integer_conv();
  for (const char* name : {"x_scale", "x_zp", "w_scale", "w_zp", "y_scale", "y_zp"}) {
    model.initializer(name).add_dims(1);
  }
  CHECK(describe(model.read()) == describe(integer_conv().read()));
}

TEST_CASE("a float bias becomes the nearest multiple of x_scale * w_scale, ties to even") {
  Model model = qdq_conv();
  // Steps of 0.5 * 0.25 = 0.125: 0.3125 is 2.5 steps, 0.4375 is 3.5 steps.
  model.reals("b_float", {0.3125F, 0.4375F, -1.0F});
  model.find_node("y_real").set_input(2, "b_float");
  CHECK(op<graph::Conv>(model.read(), 0).bias == std::vector<std::int32_t>{2, 4, -8});
}

TEST_CASE("a float bias is divided by the float32 product, per channel") {
  Model model = qdq_conv();
  const std::vector<float> scales{0.1F, 0.3F, 0.7F};
  const std::vector<float> biases{12.345F, -54.321F, 1e7F};
  model.reals("scales", scales);
  model.codes("zps", kInt8, {0, 0, 0});
  model.reals("b_float", biases);
  auto& weights = model.find_node("w_real");
  weights.set_input(1, "scales");
  weights.set_input(2, "zps");
  set(weights, "axis", std::int64_t{0});
  model.find_node("y_real").set_input(2, "b_float");
  const graph::Graph graph = model.read();
  for (std::size_t i = 0; i < 3; ++i) {
    const float step = 0.5F * scales[i];
    const float expected = std::nearbyint(biases[i] / step);
    CHECK(op<graph::Conv>(graph, 0).bias[i] == static_cast<std::int32_t>(expected));
  }
}

TEST_CASE("bias codes of nearly the right scale are taken as they are") {
  Model model = qdq_conv();
  model.initializer("b_scale").set_float_data(0, 0.125F * (1 + 0x1p-18F));
  CHECK(op<graph::Conv>(model.read(), 0).bias == std::vector<std::int32_t>{100, -200, 300});
}

TEST_CASE("bias codes of another scale or zero point are computed from the real values") {
  Model scaled = qdq_conv();
  scaled.initializer("b_scale").set_float_data(0, 0.5F);
  CHECK(op<graph::Conv>(scaled.read(), 0).bias == std::vector<std::int32_t>{400, -800, 1200});
  Model moved = qdq_conv();
  moved.initializer("b_zp").set_raw_data(std::string("\4\0\0\0", 4));
  CHECK(op<graph::Conv>(moved.read(), 0).bias == std::vector<std::int32_t>{96, -204, 296});
}

TEST_CASE("per-channel bias scales are those of the products") {
  Model model = qdq_conv();
  model.reals("scales", {0.25F, 0.5F, 1.0F});
  model.codes("zps", kInt8, {0, 0, 0});
  model.reals("products", {0.125F, 0.25F, 0.5F});
  model.codes("zeros", kInt32, {0, 0, 0});
  for (const auto& [value, scale, zero] :
       {std::tuple{"w_real", "scales", "zps"}, std::tuple{"b_real", "products", "zeros"}}) {
    auto& node = model.find_node(value);
    node.set_input(1, scale);
    node.set_input(2, zero);
    set(node, "axis", std::int64_t{0});
  }
  CHECK(op<graph::Conv>(model.read(), 0).bias == std::vector<std::int32_t>{100, -200, 300});
}

TEST_CASE("a MatMul's weights have their scales along the columns") {
  Model model = flat_input();
  model.reals("scales", {0.25F, 0.5F, 1.0F});
  model.codes("zps", kInt8, {1, 0, -1});
  set(model.node("DequantizeLinear", {"w", "scales", "zps"}, {"w_real"}), "axis", std::int64_t{1});
  model.dequantize("x_flat", "x_real", "x");
  model.node("MatMul", {"x_real", "w_real"}, {"y_real"});
  model.quantize("y_real", "y", "y");
  const graph::Graph graph = model.read();
  const std::vector<std::int8_t> weights = op<graph::Conv>(graph, 0).weights();
  for (int i = 0; i < 48; ++i) {
    const int zero_point = 1 - i / 16;
    CHECK(weights[static_cast<std::size_t>(i)] == i - 24 - zero_point);
  }
}

TEST_CASE("initializers that are listed as inputs too, as old files do, are constants") {
  Model model = integer_conv();
  model.input("w", {3, 2, 3, 3});
  const graph::Graph graph = model.read();
  CHECK(graph.inputs.size() == 1);
  CHECK(describe(graph) == describe(integer_conv().read()));
}

TEST_CASE("nodes may share initializers") {
  Model model = integer_conv();
  model.codes("w2", kInt8, std::vector<std::int64_t>(9, 1), {1, 3, 1, 3});
  model.node("QLinearConv", {"y", "y_scale", "y_zp", "w2", "w_scale", "w_zp", "y_scale", "y_zp"},
             {"z1"});
  model.node("QLinearConv", {"y", "y_scale", "y_zp", "w2", "w_scale", "w_zp", "x_scale", "x_zp"},
             {"z2"});
  model.output("z1");
  model.output("z2");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Conv>(graph, 1).weights() == op<graph::Conv>(graph, 2).weights());
}

}  // namespace
}  // namespace hb::test
