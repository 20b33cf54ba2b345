// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What becomes of the operators on codes?

#include <doctest/doctest.h>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

constexpr graph::CodeRange kAllInt8{-128, 127};

TEST_CASE("QLinearConv becomes a convolution with the file's scales, zero points and codes") {
  Model model = integer_conv();
  set(model.find_node("y"), "pads", Dims{1, 0, 2, 1});
  set(model.find_node("y"), "strides", Dims{2, 1});
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 1);
  CHECK(graph.nodes[0].name == "QLinearConv_y");
  const auto& conv = op<graph::Conv>(graph, 0);
  CHECK(conv.kind == graph::ConvKind::kConv);
  CHECK(conv.alpha == 1.0F);
  CHECK(conv.input.affine == graph::Affine{0.5F, 3});
  REQUIRE(conv.outputs.size() == 1);
  CHECK(conv.outputs[0].affine == graph::Affine{2.0F, -5});
  CHECK(conv.weight_scales == std::vector<float>{0.25F});
  CHECK(conv.bias == std::vector<std::int32_t>{100, -200, 300});
  CHECK(conv.weight_precision == arch::Precision::kInt8);
  const std::vector<std::int8_t> weights = conv.weights();
  REQUIRE(weights.size() == 54);
  for (int i = 0; i < 54; ++i) CHECK(weights[static_cast<std::size_t>(i)] == i - 27);
  const graph::Window& window = conv.window;
  CHECK(window.kernel_height == 3);
  CHECK(window.stride_y == 2);
  CHECK(window.stride_x == 1);
  CHECK(window.pad_top == 1);
  CHECK(window.pad_left == 0);
  CHECK(window.pad_bottom == 2);
  CHECK(window.pad_right == 1);
  const graph::Tensor& y = find_tensor(graph, "y");
  CHECK(y.channels == 3);
  CHECK(y.height == (5 + 1 + 2 - 3) / 2 + 1);
  CHECK(y.width == 5 + 0 + 1 - 3 + 1);
  CHECK(y.range == kAllInt8);
}

TEST_CASE("inputs and outputs of codes keep their names, types and order") {
  Model model = integer_conv();
  model.output("y_flat");
  model.node("Flatten", {"y"}, {"y_flat"});
  const graph::Graph graph = model.read();
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.inputs[0].name == "x");
  CHECK_FALSE(graph.inputs[0].flat);
  CHECK_FALSE(graph.inputs[0].real);
  REQUIRE(graph.outputs.size() == 2);
  CHECK(graph.outputs[0].name == "y");
  CHECK(graph.outputs[1].name == "y_flat");
  CHECK(graph.outputs[1].flat);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "y_flat");
  CHECK(graph.aliases[0].tensor.index == graph.outputs[0].tensor.index);
}

TEST_CASE("a convolution without bias has biases of 0") {
  Model model = integer_conv();
  model.find_node("y").mutable_input()->RemoveLast();
  CHECK(op<graph::Conv>(model.read(), 0).bias == std::vector<std::int32_t>(3, 0));
}

TEST_CASE("uint8 activations and uint8 weights keep their zero points") {
  Model model;
  model.input("x", {1, 1, 2, 2}, kUint8);
  model.quantization("x", 0.5F, 200, kUint8);
  model.codes("w", kUint8, {0, 255}, {2, 1, 1, 1});
  model.quantization("w", 0.5F, 128, kUint8);
  model.quantization("y", 1.0F, 7, kUint8);
  model.node("QLinearConv", {"x", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"},
             {"y"});
  model.output("y");
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "x").type == graph::CodeType::kUint8);
  CHECK(find_tensor(graph, "x").offset() == 128);
  CHECK(find_tensor(graph, "y").range == graph::CodeRange{0, 255});
  const auto& conv = op<graph::Conv>(graph, 0);
  CHECK(conv.input.affine.zero_point == 200);
  CHECK(conv.weights() == std::vector<std::int8_t>{0 - 128, 255 - 128});
}

TEST_CASE("per-channel scales and zero points of weights go to their output channels") {
  Model model = integer_conv();
  model.reals("scales", {0.25F, 0.5F, 1.0F});
  model.codes("zps", kInt8, {1, 0, -1});
  model.find_node("y").set_input(4, "scales");
  model.find_node("y").set_input(5, "zps");
  const graph::Graph graph = model.read();
  const auto& conv = op<graph::Conv>(graph, 0);
  CHECK(conv.weight_scales == std::vector<float>{0.25F, 0.5F, 1.0F});
  const std::vector<std::int8_t> weights = conv.weights();
  for (int i = 0; i < 54; ++i) {
    const int zero_point = 1 - i / 18;
    CHECK(weights[static_cast<std::size_t>(i)] == i - 27 - zero_point);
  }
}

TEST_CASE("QLinearMatMul and QGemm become windows as large as the image, weights by channel") {
  Model matmul = flat_input();
  matmul.node("QLinearMatMul",
              {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"}, {"y"});
  Model gemm = flat_input();
  auto& node = gemm.node(
      "QGemm", {"x_flat", "x_scale", "x_zp", "wt", "w_scale", "w_zp", "b", "y_scale", "y_zp"},
      {"y"});
  set(node, "transB", std::int64_t{1});
  set(node, "alpha", 0.75F);
  const graph::Graph product_graph = matmul.read();
  const graph::Graph gemm_graph = gemm.read();
  const auto& product = op<graph::Conv>(product_graph, 0);
  const auto& full = op<graph::Conv>(gemm_graph, 0);
  CHECK(product.kind == graph::ConvKind::kConv);
  CHECK(full.kind == graph::ConvKind::kGemm);
  CHECK(product.alpha == 1.0F);
  CHECK(full.alpha == 0.75F);
  CHECK(product.bias == std::vector<std::int32_t>(3, 0));
  CHECK(full.bias == std::vector<std::int32_t>{100, -200, 300});
  for (const graph::Conv* conv : {&product, &full}) {
    CHECK(conv->window.kernel_height == 2);
    CHECK(conv->window.kernel_width == 2);
    CHECK(conv->output_channels == 3);
    const std::vector<std::int8_t> weights = conv->weights();
    REQUIRE(weights.size() == 48);
    for (int i = 0; i < 48; ++i) CHECK(weights[static_cast<std::size_t>(i)] == i - 24);
  }
  CHECK(gemm_graph.outputs[0].flat);
}

TEST_CASE("QGemm without transB and with one bias for all reads its weights by column") {
  Model model = flat_input();
  model.codes("one", kInt32, {7}, {1});
  model.node("QGemm",
             {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "one", "y_scale", "y_zp"},
             {"y"});
  const graph::Graph graph = model.read();
  CHECK(op<graph::Conv>(graph, 0).bias == std::vector<std::int32_t>(3, 7));
  CHECK(op<graph::Conv>(graph, 0).weights()[1] == -23);
}

TEST_CASE("QLinearAdd keeps the order of its operands") {
  Model model;
  model.input("a", {1, 2, 3, 3});
  model.input("b", {1, 2, 3, 3});
  model.quantization("a", 0.5F, 1);
  model.quantization("b", 0.25F, 2);
  model.quantization("y", 1.0F, 3);
  model.node("QLinearAdd", {"b", "b_scale", "b_zp", "a", "a_scale", "a_zp", "y_scale", "y_zp"},
             {"y"});
  model.output("y");
  const graph::Graph graph = model.read();
  const auto& add = op<graph::Add>(graph, 0);
  CHECK(graph.tensor(add.a.tensor).name == "b");
  CHECK(add.a.affine == graph::Affine{0.25F, 2});
  CHECK(graph.tensor(add.b.tensor).name == "a");
  CHECK(add.b.affine == graph::Affine{0.5F, 1});
  CHECK(add.output.affine == graph::Affine{1.0F, 3});
}

TEST_CASE("one tensor read with two meanings keeps both") {
  Model model;
  model.input("a", {1, 2, 3, 3});
  model.quantization("a", 0.5F, 1);
  model.quantization("other", 0.25F, 9);
  model.quantization("y", 1.0F, 3);
  model.node("QLinearAdd",
             {"a", "a_scale", "a_zp", "a", "other_scale", "other_zp", "y_scale", "y_zp"}, {"y"});
  model.output("y");
  const graph::Graph graph = model.read();
  const auto& add = op<graph::Add>(graph, 0);
  CHECK(add.a.tensor.index == add.b.tensor.index);
  CHECK(add.a.affine == graph::Affine{0.5F, 1});
  CHECK(add.b.affine == graph::Affine{0.25F, 9});
}

TEST_CASE("both integer averages over the whole image are the global average") {
  for (const std::string op_type : {"QLinearGlobalAveragePool", "QLinearAveragePool"}) {
    CAPTURE(op_type);
    Model model;
    model.input("x", {1, 5, 4, 6});
    model.quantization("x", 0.5F, 1);
    model.quantization("y", 0.25F, 2);
    auto& node = model.node(op_type, {"x", "x_scale", "x_zp", "y_scale", "y_zp"}, {"y"});
    if (op_type == "QLinearAveragePool") set(node, "kernel_shape", Dims{4, 6});
    model.output("y");
    const graph::Graph graph = model.read();
    const auto& mean = op<graph::GlobalAverage>(graph, 0);
    CHECK(mean.input.affine == graph::Affine{0.5F, 1});
    CHECK(mean.output.affine == graph::Affine{0.25F, 2});
    CHECK(find_tensor(graph, "y").channels == 5);
    CHECK(find_tensor(graph, "y").height == 1);
    CHECK(find_tensor(graph, "y").width == 1);
  }
}

TEST_CASE("MaxPool on codes has its input's type and range, and its kind of codes passes on") {
  Model model = integer_conv();
  auto& pool = model.node("MaxPool", {"y"}, {"p"});
  set(pool, "kernel_shape", Dims{3, 3});
  set(pool, "pads", Dims{1, 1, 1, 1});
  set(pool, "strides", Dims{2, 2});
  model.codes("low", kInt8, {-50});
  model.codes("high", kInt8, {60});
  model.node("Clip", {"p", "low", "high"}, {"c"});
  model.output("c");
  const graph::Graph graph = model.read();
  CHECK(op<graph::MaxPool>(graph, 1).window.pad_left == 1);
  CHECK(find_tensor(graph, "p").height == 2);
  const auto& clip = op<graph::Requantize>(graph, 2);
  CHECK(clip.input.affine == graph::Affine{2.0F, -5});
  CHECK(clip.output.affine == clip.input.affine);
  CHECK(find_tensor(graph, "c").range == graph::CodeRange{-50, 60});
}

TEST_CASE("Relu on int8 codes raises them to 0, whatever the zero point") {
  Model model = integer_conv();
  model.node("Relu", {"y"}, {"r"});
  model.output("r");
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "r").range == graph::CodeRange{0, 127});
  const auto& relu = op<graph::Requantize>(graph, 1);
  CHECK(relu.input.affine == graph::Affine{2.0F, -5});
  CHECK(relu.output.affine == relu.input.affine);
}

TEST_CASE("a Clip that changes nothing is another name of the codes") {
  Model model = integer_conv();
  model.node("Clip", {"y"}, {"c"});
  model.output("c");
  const graph::Graph graph = model.read();
  CHECK(graph.nodes.size() == 1);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "c");
}

TEST_CASE("a Clip of codes without a known meaning takes scale 1 and zero point 0") {
  Model model;
  model.input("x", {1, 1, 2, 2}, kUint8);
  model.codes("low", kUint8, {0});
  model.codes("high", kUint8, {15});
  model.node("Clip", {"x", "low", "high"}, {"c"});
  model.output("c");
  const graph::Graph graph = model.read();
  CHECK(op<graph::Requantize>(graph, 0).input.affine == graph::Affine{1.0F, 0});
  CHECK(find_tensor(graph, "c").fits_int4());
  CHECK(find_tensor(graph, "c").offset() == 8);
}

TEST_CASE("bounds of a Clip that cross leave the upper one") {
  Model model = integer_conv();
  model.codes("low", kInt8, {9});
  model.codes("high", kInt8, {4});
  model.node("Clip", {"y", "low", "high"}, {"c"});
  model.output("c");
  const graph::Graph graph = model.read();
  CHECK(find_tensor(graph, "c").range == graph::CodeRange{4, 4});
}

TEST_CASE("QuantizeLinear at the input and DequantizeLinear at the output make them real") {
  Model model = integer_conv();
  model.proto.mutable_graph()->mutable_input(0)->set_name("image");
  model.proto.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->set_elem_type(kFloat);
  model.quantize("image", "x", "x");
  model.dequantize("y", "scores", "y");
  model.proto.mutable_graph()->mutable_output(0)->set_name("scores");
  const graph::Graph graph = model.read();
  REQUIRE(graph.inputs.size() == 1);
  CHECK(graph.inputs[0].name == "image");
  REQUIRE(graph.inputs[0].real);
  CHECK(*graph.inputs[0].real == graph::Affine{0.5F, 3});
  CHECK(graph.tensor(graph.inputs[0].tensor).name == "x");
  CHECK(graph.outputs[0].name == "scores");
  REQUIRE(graph.outputs[0].real);
  CHECK(*graph.outputs[0].real == graph::Affine{2.0F, -5});
  CHECK(graph.tensor(graph.outputs[0].tensor).name == "y");
}

TEST_CASE("nodes may come in any order, and what no output needs is left out") {
  Model model = integer_conv();
  auto& nodes = *model.proto.mutable_graph()->mutable_node();
  model.node("Relu", {"y"}, {"r"});
  model.node("NoSuchOperator", {"y"}, {"unused"});
  model.proto.mutable_graph()->mutable_output(0)->set_name("r");
  nodes.SwapElements(0, 1);
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 2);
  CHECK(graph.nodes[0].name == "QLinearConv_y");
  CHECK(graph.nodes[1].name == "Relu_r");
}

TEST_CASE("nodes without names, or with one name, get names of their own") {
  Model model = integer_conv();
  model.find_node("y").clear_name();
  for (const char* made : {"r1", "r2"}) {
    model.node("Relu", {"y"}, {made}).set_name("relu");
    model.output(made);
  }
  const graph::Graph graph = model.read();
  REQUIRE(graph.nodes.size() == 3);
  CHECK(graph.nodes[0].name == "QLinearConv_y");
  CHECK(graph.nodes[1].name == "relu");
  CHECK(graph.nodes[2].name == "relu_2");
}

}  // namespace
}  // namespace hb::test
