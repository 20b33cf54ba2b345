// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What is the integer meaning of float operators between DequantizeLinear and QuantizeLinear?

#include <doctest/doctest.h>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

/// QDQ convolution whose float result passes through what the test adds, from y_real to z_real.
Model open_conv() {
  Model model = qdq_conv();
  model.find_node("y").set_input(0, "z_real");
  return model;
}

TEST_CASE("Conv between DequantizeLinear and QuantizeLinear is QLinearConv") {
  CHECK(describe(qdq_conv().read()) == describe(integer_conv().read()));
  const graph::Graph graph = qdq_conv().read();
  CHECK(graph.nodes[0].name == "Conv_y_real");
  CHECK(find_tensor(graph, "y").values() == 27);
}

TEST_CASE("Gemm is QGemm, MatMul is QLinearMatMul") {
  for (const bool transposed : {false, true}) {
    CAPTURE(transposed);
    const char* weights = transposed ? "wt" : "w";
    Model integer = flat_input();
    auto& qgemm = integer.node(
        "QGemm", {"x_flat", "x_scale", "x_zp", weights, "w_scale", "w_zp", "b", "y_scale", "y_zp"},
        {"y"});
    Model qdq = flat_input();
    qdq.quantization("b", 0.125F, 0, kInt32);
    qdq.dequantize("x_flat", "x_real", "x");
    qdq.dequantize(weights, "w_real", "w");
    qdq.dequantize("b", "b_real", "b");
    auto& gemm = qdq.node("Gemm", {"x_real", "w_real", "b_real"}, {"y_real"});
    qdq.quantize("y_real", "y", "y");
    for (onnx::NodeProto* node : {&qgemm, &gemm}) {
      set(*node, "transB", std::int64_t{transposed ? 1 : 0});
    }
    CHECK(describe(qdq.read()) == describe(integer.read()));
  }
  Model integer = flat_input();
  integer.node("QLinearMatMul",
               {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"}, {"y"});
  Model qdq = flat_input();
  qdq.dequantize("x_flat", "x_real", "x");
  qdq.dequantize("w", "w_real", "w");
  qdq.node("MatMul", {"x_real", "w_real"}, {"y_real"});
  qdq.quantize("y_real", "y", "y");
  CHECK(describe(qdq.read()) == describe(integer.read()));
}

TEST_CASE("Add is QLinearAdd in the same order") {
  Model model;
  model.input("a", {1, 2, 3, 3});
  model.input("b", {1, 2, 3, 3});
  model.quantization("a", 0.5F, 1);
  model.quantization("b", 0.25F, 2);
  model.quantization("y", 1.0F, 3);
  model.dequantize("a", "a_real", "a");
  model.dequantize("b", "b_real", "b");
  model.node("Add", {"b_real", "a_real"}, {"y_real"});
  model.quantize("y_real", "y", "y");
  model.output("y");
  const graph::Graph graph = model.read();
  const auto& add = op<graph::Add>(graph, 0);
  CHECK(graph.tensor(add.a.tensor).name == "b");
  CHECK(add.a.affine == graph::Affine{0.25F, 2});
  CHECK(graph.tensor(add.b.tensor).name == "a");
  CHECK(graph.tensor(add.output.tensor).name == "y");
  CHECK(add.output.affine == graph::Affine{1.0F, 3});
}

TEST_CASE("Relu raises the lowest code to the zero point") {
  Model model = open_conv();
  model.node("Relu", {"y_real"}, {"z_real"});
  const graph::Graph graph = model.read();
  CHECK(graph.nodes.size() == 1);
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{-5, 127});
}

TEST_CASE("Clip bounds codes by its own quantized bounds, ties to even") {
  Model model = open_conv();
  // Scale 2, zero point -5: 5 / 2 = 2.5 -> 2, -7 / 2 = -3.5 -> -4.
  model.reals("low", {-7.0F});
  model.reals("high", {5.0F});
  model.node("Clip", {"y_real", "low", "high"}, {"z_real"});
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{-4 - 5, 2 - 5});
}

TEST_CASE("Clip's bounds may be attributes, and may lie beyond all codes") {
  Model model = open_conv();
  auto& clip = model.node("Clip", {"y_real"}, {"z_real"});
  set(clip, "min", -1e30F);
  set(clip, "max", 6.0F);
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{-128, 6 / 2 - 5});
}

TEST_CASE("Relu and Clip in a row do what both do") {
  Model model = open_conv();
  model.reals("low", {-8.0F});
  model.reals("high", {6.0F});
  model.node("Relu", {"y_real"}, {"r_real"});
  model.node("Clip", {"r_real", "low", "high"}, {"z_real"});
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{-5, 3 - 5});
}

TEST_CASE("a result quantized twice has two outputs, three times a copy of its node") {
  Model model = qdq_conv();
  for (const char* other : {"y2", "y3"}) {
    model.quantization(other, other[1] == '2' ? 4.0F : 8.0F, 1);
    model.quantize("y_real", other, other);
    model.output(other);
  }
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 2);
  const auto& conv = op<graph::Conv>(graph, 0);
  REQUIRE(conv.outputs.size() == 2);
  CHECK(graph.tensor(conv.outputs[0].tensor).name == "y");
  CHECK(graph.tensor(conv.outputs[1].tensor).name == "y2");
  CHECK(conv.outputs[1].affine == graph::Affine{4.0F, 1});
  const auto& copy = op<graph::Conv>(graph, 1);
  REQUIRE(copy.outputs.size() == 1);
  CHECK(graph.tensor(copy.outputs[0].tensor).name == "y3");
  CHECK(copy.weights() == conv.weights());
  CHECK(copy.bias == conv.bias);
  CHECK(graph.nodes[0].name != graph.nodes[1].name);
}

TEST_CASE("the same QuantizeLinear twice makes one tensor with two names") {
  Model model = qdq_conv();
  model.quantize("y_real", "again", "y");
  model.output("again");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Conv>(graph, 0).outputs.size() == 1);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "again");
}

TEST_CASE("quantized with and without Relu, a result has two outputs of two ranges") {
  Model model = qdq_conv();
  model.node("Relu", {"y_real"}, {"r_real"});
  model.quantize("r_real", "r", "y");
  model.output("r");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Conv>(graph, 0).outputs.size() == 2);
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{-128, 127});
  CHECK(find_tensor(graph, "r").range == graph::CodeRange{-5, 127});
}

TEST_CASE("DequantizeLinear and QuantizeLinear alone requantize, or are another name") {
  Model model = qdq_conv();
  model.quantization("z", 0.5F, 9, kUint8);
  model.dequantize("y", "y_again", "y");
  model.quantize("y_again", "z", "z");
  model.quantize("y_again", "same", "y");
  model.output("z");
  model.output("same");
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 2);
  const auto& requantize = op<graph::Requantize>(graph, 1);
  CHECK(requantize.input.affine == graph::Affine{2.0F, -5});
  CHECK(requantize.output.affine == graph::Affine{0.5F, 9});
  CHECK(find_tensor(graph, "z").type == graph::CodeType::kUint8);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "same");
}

TEST_CASE("Relu between DequantizeLinear and QuantizeLinear requantizes to a smaller range") {
  Model model = qdq_conv();
  model.dequantize("y", "y_again", "y");
  model.node("Relu", {"y_again"}, {"r_real"});
  model.quantize("r_real", "r", "y");
  model.output("r");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Requantize>(graph, 1).output.affine == graph::Affine{2.0F, -5});
  CHECK(find_tensor(graph, "r").range == graph::CodeRange{-5, 127});
}

TEST_CASE("MaxPool passes codes on; another scale behind it is a requantization") {
  for (const bool same : {true, false}) {
    CAPTURE(same);
    Model model = qdq_conv();
    model.quantization("p", same ? 2.0F : 1.0F, same ? -5 : 0);
    model.dequantize("y", "y_again", "y");
    set(model.node("MaxPool", {"y_again"}, {"p_real"}), "kernel_shape", Dims{2, 2});
    model.quantize("p_real", "p", "p");
    model.output("p");
    const graph::Graph graph = model.read();
    REQUIRE(graph.nodes.size() == (same ? 2 : 3));
    CHECK(graph.aliases.empty());
    const auto& pool = op<graph::MaxPool>(graph, 1);
    CHECK(graph.tensor(pool.output).name == (same ? "p" : "p_real"));
    CHECK(find_tensor(graph, "p").height == 2);
    if (!same) {
      CHECK(op<graph::Requantize>(graph, 2).input.affine == graph::Affine{2.0F, -5});
      CHECK(op<graph::Requantize>(graph, 2).output.affine == graph::Affine{1.0F, 0});
    }
  }
}

TEST_CASE("a Relu before MaxPool's QuantizeLinear clips its codes") {
  Model model = qdq_conv();
  model.dequantize("y", "y_again", "y");
  set(model.node("MaxPool", {"y_again"}, {"p_real"}), "kernel_shape", Dims{2, 2});
  model.node("Relu", {"p_real"}, {"r_real"});
  model.quantize("r_real", "p", "y");
  model.output("p");
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 3);
  CHECK(find_tensor(graph, "p").range == graph::CodeRange{-5, 127});
}

TEST_CASE("all means over the image are the global average, flat if they drop the image's axes") {
  struct Form {
    const char* op_type;
    bool keeps;
  };
  const std::vector<Form> forms{{"GlobalAveragePool", true},
                                {"AveragePool", true},
                                {"ReduceMean", true},
                                {"ReduceMean", false}};
  for (const Form& form : forms) {
    CAPTURE(form.op_type);
    Model model;
    model.input("x", {1, 5, 4, 6});
    model.quantization("x", 0.5F, 1);
    model.quantization("y", 0.25F, 2);
    model.dequantize("x", "x_real", "x");
    auto& node = model.node(form.op_type, {"x_real"}, {"y_real"});
    if (node.op_type() == "AveragePool") set(node, "kernel_shape", Dims{4, 6});
    if (node.op_type() == "ReduceMean") {
      set(node, "axes", form.keeps ? Dims{2, 3} : Dims{-1, -2});
      set(node, "keepdims", std::int64_t{form.keeps});
    }
    model.quantize("y_real", "y", "y");
    model.output("y");
    const graph::Graph graph = model.read();
    const auto& mean = op<graph::GlobalAverage>(graph, 0);
    CHECK(mean.input.affine == graph::Affine{0.5F, 1});
    CHECK(mean.output.affine == graph::Affine{0.25F, 2});
    CHECK(find_tensor(graph, "y").values() == 5);
    CHECK(graph.outputs[0].flat == !form.keeps);
  }
}

TEST_CASE("ReduceMean takes its axes from an input too") {
  Model model;
  model.input("x", {1, 5, 4, 6});
  model.quantization("x", 0.5F, 1);
  model.codes("axes", kInt64, {2, 3});
  model.dequantize("x", "x_real", "x");
  model.node("ReduceMean", {"x_real", "axes"}, {"y_real"});
  model.quantize("y_real", "y", "x");
  model.output("y");
  const graph::Graph graph = model.read();
  CHECK(std::holds_alternative<graph::GlobalAverage>(graph.nodes[0].op));
}

TEST_CASE("Flatten between float operators costs nothing and leaves one name") {
  Model model;
  model.input("x", {1, 5, 4, 6});
  model.quantization("x", 0.5F, 1);
  model.quantization("y", 0.25F, 2);
  model.dequantize("x", "x_real", "x");
  model.node("GlobalAveragePool", {"x_real"}, {"m_real"});
  model.node("Flatten", {"m_real"}, {"y_real"});
  model.quantize("y_real", "y", "y");
  model.dequantize("y", "y_again", "y");
  model.output("y_again");
  const graph::Graph graph = model.read();
  CHECK(graph.nodes.size() == 1);
  CHECK(graph.aliases.empty());
  CHECK(graph.tensors.size() == 2);
  CHECK(graph.outputs[0].flat);
  CHECK(*graph.outputs[0].real == graph::Affine{0.25F, 2});
}

TEST_CASE("codes flattened with the same scale before and behind are another name of them") {
  Model model = qdq_conv();
  model.dequantize("y", "y_again", "y");
  model.node("Flatten", {"y_again"}, {"f_real"});
  model.quantize("f_real", "f", "y");
  model.output("f");
  const graph::Graph graph = model.read();
  CHECK(graph.nodes.size() == 1);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "f");
  CHECK(graph.aliases[0].flat);
}

TEST_CASE("an input quantized in two ways is two tensors of one input") {
  Model model;
  model.input("image", {kOpen, 1, 2, 2}, kFloat);
  model.quantization("a", 0.5F, 1);
  model.quantization("b", 0.25F, 2, kUint8);
  model.quantization("y", 1.0F, 0);
  model.quantize("image", "a", "a");
  model.quantize("image", "b", "b");
  model.quantize("image", "a2", "a");
  model.dequantize("a", "a_real", "a");
  model.dequantize("b", "b_real", "b");
  model.dequantize("a2", "a2_real", "a");
  model.node("Add", {"a_real", "b_real"}, {"s_real"});
  model.quantize("s_real", "s", "y");
  model.dequantize("s", "s_again", "y");
  model.node("Add", {"s_again", "a2_real"}, {"y_real"});
  model.quantize("y_real", "y", "y");
  model.output("y");
  const graph::Graph graph = model.read();
  REQUIRE(graph.inputs.size() == 2);
  CHECK(graph.inputs[0].name == "image");
  CHECK(graph.inputs[1].name == "image");
  CHECK(*graph.inputs[0].real == graph::Affine{0.5F, 1});
  CHECK(*graph.inputs[1].real == graph::Affine{0.25F, 2});
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "a2");
}

TEST_CASE("an input flattened before its QuantizeLinear is an image outside") {
  Model model;
  model.input("image", {kOpen, 4, 2, 2}, kFloat);
  model.quantization("x", 0.5F, 3);
  model.quantization("w", 0.25F, 0);
  model.codes("w", kInt8, std::vector<std::int64_t>(16, 1), {16, 1});
  model.node("Flatten", {"image"}, {"flat"});
  model.quantize("flat", "x", "x");
  model.dequantize("x", "x_real", "x");
  model.dequantize("w", "w_real", "w");
  model.node("MatMul", {"x_real", "w_real"}, {"y_real"});
  model.quantize("y_real", "y", "x");
  model.output("y");
  const graph::Graph graph = model.read();
  CHECK_FALSE(graph.inputs[0].flat);
  CHECK(find_tensor(graph, "x").channels == 4);
  CHECK(op<graph::Conv>(graph, 0).window.kernel_height == 2);
}

TEST_CASE("without a zero point QuantizeLinear makes uint8 codes, or what output_dtype says") {
  for (const std::int32_t type : {0, kInt8, kUint4}) {
    CAPTURE(type);
    Model model = qdq_conv();
    auto& node = model.find_node("y");
    node.mutable_input()->RemoveLast();
    if (type != 0) set(node, "output_dtype", std::int64_t{type});
    const graph::Graph graph = model.read();
    const graph::CodeType expected = type == 0       ? graph::CodeType::kUint8
                                     : type == kInt8 ? graph::CodeType::kInt8
                                                     : graph::CodeType::kUint4;
    CHECK(find_tensor(graph, "y").type == expected);
    CHECK(op<graph::Conv>(graph, 0).outputs[0].affine.zero_point == 0);
  }
}

TEST_CASE("QuantizeLinear and DequantizeLinear of com.microsoft mean the same") {
  Model model = qdq_conv();
  for (onnx::NodeProto& node : *model.proto.mutable_graph()->mutable_node()) {
    if (node.op_type() != "Conv") node.set_domain("com.microsoft");
  }
  CHECK(describe(model.read()) == describe(qdq_conv().read()));
}

}  // namespace
}  // namespace hb::test
