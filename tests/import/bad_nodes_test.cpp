// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every node that has no integer meaning here refused, with advice?

#include <doctest/doctest.h>

#include <limits>

#include "tests/import/model.hpp"

namespace hb::test {
namespace {

TEST_CASE("a dilated convolution is refused") {
  Model model = integer_conv();
  set(model.find_node("y"), "dilations", Dims{2, 1});
  CHECK(contains(model.error(), "node 'QLinearConv_y', QLinearConv: dilation 2 (expected 1)"));
}

TEST_CASE("a grouped convolution is refused") {
  Model model = integer_conv();
  set(model.find_node("y"), "group", std::int64_t{2});
  CHECK(contains(model.error(), "group 2 (expected 1)"));
}

TEST_CASE("weights for another number of input channels are refused") {
  Model model = integer_conv();
  model.initializer("w").set_dims(0, 6);
  model.initializer("w").set_dims(1, 1);
  CHECK(contains(model.error(), "weights for 1 input channels (expected 2)"));
}

TEST_CASE("weights of another rank are refused") {
  Model model = integer_conv();
  model.initializer("w").mutable_dims()->RemoveLast();
  model.initializer("w").set_dims(2, 9);
  CHECK(contains(model.error(), "weights of shape [3, 2, 9] (expected 4 sides"));
}

TEST_CASE("a kernel_shape that is not the weights' is refused") {
  Model model = integer_conv();
  set(model.find_node("y"), "kernel_shape", Dims{3, 1});
  CHECK(contains(model.error(), "kernel_shape 3x1 (expected 3x3 as the weights)"));
}

TEST_CASE("a window larger than the image is refused") {
  Model model;
  model.input("x", {1, 1, 4, 9});
  set(model.node("MaxPool", {"x"}, {"y"}), "kernel_shape", Dims{5, 5});
  model.output("y");
  CHECK(contains(model.error(), "a 5x5 window on 4x9 pixels"));
}

TEST_CASE("pads that are negative, huge, of another count or beside auto_pad are refused") {
  struct Case {
    Dims pads;
    const char* mode;
    const char* message;
  };
  const std::vector<Case> cases{{{0, 0, -1, 0}, "NOTSET", "pads has -1 (expected 0..65535)"},
                                {{0, 0, 70000, 0}, "NOTSET", "pads has 70000"},
                                {{1, 1}, "NOTSET", "pads has 2 entries (expected 4"},
                                {{1, 0, 0, 0}, "SAME_UPPER", "pads beside auto_pad 'SAME_UPPER'"},
                                {{0, 0, 0, 0}, "SAME", "auto_pad 'SAME'"}};
  for (const Case& one : cases) {
    Model model = integer_conv();
    set(model.find_node("y"), "pads", one.pads);
    set(model.find_node("y"), "auto_pad", one.mode);
    CHECK(contains(model.error(), one.message));
  }
}

TEST_CASE("a stride of 0 is refused") {
  Model model = integer_conv();
  set(model.find_node("y"), "strides", Dims{1, 0});
  CHECK(contains(model.error(), "strides has 0 (expected 1..65535)"));
}

TEST_CASE("a pooling without kernel_shape, or whose pads hide all pixels, is refused") {
  Model model;
  model.input("x", {1, 1, 4, 9});
  auto& pool = model.node("MaxPool", {"x"}, {"y"});
  model.output("y");
  CHECK(contains(model.error(), "no kernel_shape"));
  set(pool, "kernel_shape", Dims{2, 2});
  set(pool, "pads", Dims{2, 0, 0, 0});
  CHECK(contains(model.error(), "pads as large as the window"));
}

TEST_CASE("an average over a part of the image is refused") {
  Model model;
  model.input("x", {1, 5, 4, 6});
  model.quantization("x", 0.5F, 1);
  auto& node = model.node("QLinearAveragePool", {"x", "x_scale", "x_zp", "x_scale", "x_zp"}, {"y"});
  set(node, "kernel_shape", Dims{2, 2});
  model.output("y");
  CHECK(contains(model.error(), "an average over 2x2 of 4x6 pixels"));
}

TEST_CASE("a mean over other axes, or over all, is refused") {
  for (const bool all : {true, false}) {
    Model model;
    model.input("x", {1, 5, 4, 6});
    model.quantization("x", 0.5F, 1);
    model.dequantize("x", "x_real", "x");
    auto& mean = model.node("ReduceMean", {"x_real"}, {"y_real"});
    if (!all) set(mean, "axes", Dims{1, 2});
    model.quantize("y_real", "y", "x");
    model.output("y");
    CHECK(contains(model.error(), all ? "a mean over all axes" : "a mean over axes [1, 2]"));
  }
}

TEST_CASE("a MaxPool's second output is refused where it is read") {
  Model model;
  model.input("x", {1, 1, 4, 4});
  set(model.node("MaxPool", {"x"}, {"y", "where"}), "kernel_shape", Dims{2, 2});
  model.node("Relu", {"where"}, {"r"});
  model.output("y");
  model.output("r");
  CHECK(contains(model.error(), "node 'Relu_r', Relu: reads 'where', an optional output"));
}

TEST_CASE("BatchNormalization is refused with the advice to fold it") {
  Model model = qdq_conv();
  model.reals("one", {1, 1, 1});
  model.node("BatchNormalization", {"y_real", "one", "one", "one", "one"}, {"n_real"});
  model.find_node("y").set_input(0, "n_real");
  const std::string error = model.error();
  CHECK(contains(error, "BatchNormalization: not supported (expected none: fold it into the"));
  CHECK(error.find("QuantizeLinear_y") == std::string::npos);
}

TEST_CASE("a convolution whose float result is added is refused with advice") {
  Model model = qdq_conv();
  model.input("r", {kOpen, 3, 3, 3});
  model.dequantize("r", "r_real", "y");
  model.node("Add", {"y_real", "r_real"}, {"s_real"});
  model.quantize("s_real", "s", "y");
  model.output("s");
  CHECK(contains(model.error(),
                 "node 'Add_s_real', Add: input 1 is the float result of 'Conv_y_real' (Conv) "
                 "(expected codes behind a DequantizeLinear: put a QuantizeLinear"));
}

TEST_CASE("an addition of other shapes, or of a constant, is refused") {
  Model model;
  model.input("a", {1, 2, 3, 3});
  model.input("b", {1, 2, 1, 1});
  model.quantization("a", 0.5F, 1);
  model.node("QLinearAdd", {"a", "a_scale", "a_zp", "b", "a_scale", "a_zp", "a_scale", "a_zp"},
             {"y"});
  model.output("y");
  CHECK(contains(model.error(), "adds 2x3x3 and 2x1x1 (expected one shape"));
  model.codes("c", kInt8, std::vector<std::int64_t>(18, 1), {1, 2, 3, 3});
  model.find_node("y").set_input(3, "c");
  CHECK(contains(model.error(), "input 4 is a constant of int8 (expected integer codes"));
}

TEST_CASE("a float input that is read without a QuantizeLinear is refused") {
  Model model = qdq_conv();
  model.input("image", {1, 2, 5, 5}, kFloat);
  model.find_node("y_real").set_input(0, "image");
  CHECK(contains(model.error(), "input 1 is the float32 input 'image'"));
}

TEST_CASE("integer operators on real values, and float operators on codes, are refused") {
  Model real = qdq_conv();
  real.dequantize("y", "y_again", "y");
  real.node("QLinearGlobalAveragePool", {"y_again", "y_scale", "y_zp", "y_scale", "y_zp"}, {"m"});
  real.output("m");
  CHECK(contains(real.error(), "input 1 is real values (expected integer codes"));
  Model codes = qdq_conv();
  codes.find_node("y_real").set_input(0, "x");
  CHECK(contains(codes.error(), "input 1 is integer codes (expected codes behind"));
}

TEST_CASE("codes that are quantized, and constants that are reshaped, are refused") {
  Model model = qdq_conv();
  model.quantize("x", "x2", "x");
  model.output("x2");
  CHECK(contains(model.error(), "QuantizeLinear: quantizes integer codes"));
  Model reshape = integer_conv();
  reshape.codes("shape", kInt64, {3, 18});
  reshape.node("Reshape", {"w", "shape"}, {"w2"});
  reshape.find_node("y").set_input(3, "w2");
  CHECK(contains(reshape.error(), "reshapes a constant"));
}

TEST_CASE("Relu on uint8 codes is refused") {
  Model model;
  model.input("x", {1, 1, 2, 2}, kUint8);
  model.node("Relu", {"x"}, {"y"});
  model.output("y");
  CHECK(contains(model.error(), "Relu on uint8 codes (expected int8)"));
}

TEST_CASE("a Clip whose bounds are of another type or no numbers is refused") {
  Model type = integer_conv();
  type.codes("low", kUint8, {0});
  type.node("Clip", {"y", "low"}, {"c"});
  type.output("c");
  CHECK(contains(type.error(), "a bound of uint8 (expected a scalar of int8"));
  Model number = qdq_conv();
  number.reals("low", {std::numeric_limits<float>::quiet_NaN()});
  number.node("Clip", {"y_real", "low"}, {"c_real"});
  number.find_node("y").set_input(0, "c_real");
  CHECK(contains(number.error(), "min nan"));
}

TEST_CASE("matrix products of images, of other depths or transposed inputs are refused") {
  Model rank = flat_input();
  rank.node("QLinearMatMul", {"x", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"},
            {"y"});
  CHECK(contains(rank.error(), "input of rank 4 (expected [N, K]: put a Flatten before)"));
  Model depth = flat_input();
  depth.node("QLinearMatMul",
             {"x_flat", "x_scale", "x_zp", "wt", "w_scale", "w_zp", "y_scale", "y_zp"}, {"y"});
  CHECK(contains(depth.error(), "weights for 3 inputs (expected 16)"));
  Model transposed = flat_input();
  set(transposed.node("QGemm",
                      {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "b", "y_scale", "y_zp"},
                      {"y"}),
      "transA", std::int64_t{1});
  CHECK(contains(transposed.error(), "transA 1 (expected 0)"));
}

TEST_CASE("a convolution of flat values is refused") {
  Model model = integer_conv();
  model.node("Flatten", {"x"}, {"f"});
  model.find_node("y").set_input(0, "f");
  CHECK(contains(model.error(), "input of rank 2 (expected [N, C, H, W])"));
}

TEST_CASE("Gemm's alpha and beta, and a QGemm without y_scale, are refused") {
  for (const char* name : {"alpha", "beta"}) {
    Model model = flat_input();
    model.dequantize("x_flat", "x_real", "x");
    model.dequantize("w", "w_real", "w");
    set(model.node("Gemm", {"x_real", "w_real"}, {"y_real"}), name, 0.5F);
    model.quantize("y_real", "y", "y");
    CHECK(contains(model.error(), std::string(name) + " 0.5 (expected 1)"));
  }
  Model model = flat_input();
  model.node("QGemm", {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "b"}, {"y"});
  CHECK(contains(model.error(), "a float result: no y_scale"));
}

TEST_CASE("shapes that mix images or values are refused") {
  for (const Dims& shape :
       {Dims{0, 15}, Dims{4, 4}, Dims{0, 2, 4, 2}, Dims{16}, Dims{-1, -1}, Dims{0, 16, 1, 1}}) {
    Model model = flat_input();
    model.codes("shape", kInt64, shape, {static_cast<std::int64_t>(shape.size())});
    model.node("Reshape", {"x", "shape"}, {"r"});
    model.node("QLinearMatMul", {"r", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"},
               {"y"});
    CHECK(contains(model.error(), "(expected [N, 16] or [N, 4, 2, 2])"));
  }
  Model squeeze;
  squeeze.input("x", {1, 4, 2, 2});
  set(squeeze.node("Squeeze", {"x"}, {"y"}), "axes", Dims{2, 3});
  squeeze.output("y");
  CHECK(contains(squeeze.error(), "squeezes axes [2, 3] (expected axes 2 and 3 of [N, C, 1, 1])"));
}

TEST_CASE("an attribute without a known meaning, twice, or of another type is refused") {
  Model unknown = integer_conv();
  set(unknown.find_node("y"), "channels_last", std::int64_t{1});
  CHECK(contains(unknown.error(), "attribute 'channels_last'"));
  Model twice = integer_conv();
  for (int i = 0; i < 2; ++i) set(twice.find_node("y"), "group", std::int64_t{1});
  CHECK(contains(twice.error(), "attribute 'group' twice"));
  Model type = integer_conv();
  set(type.find_node("y"), "group", 1.0F);
  CHECK(contains(type.error(), "attribute 'group' of type 1 (expected type 2)"));
}

TEST_CASE("a node with too few inputs, or no output, is refused") {
  Model few = integer_conv();
  few.find_node("y").mutable_input()->DeleteSubrange(6, 3);
  CHECK(contains(few.error(), "input 7 is missing"));
  Model none = integer_conv();
  none.find_node("y").mutable_output()->Clear();
  CHECK(contains(none.error(), "nothing makes the output 'y'"));
}

TEST_CASE("a com.microsoft operator in ONNX's own domain, and the reverse, are refused") {
  Model model;
  model.input("a", {1, 2, 3, 3});
  model.quantization("a", 0.5F, 1);
  model
      .node("QLinearAdd", {"a", "a_scale", "a_zp", "a", "a_scale", "a_zp", "a_scale", "a_zp"},
            {"y"})
      .clear_domain();
  model.output("y");
  CHECK(contains(model.error(), "operator of domain '' (expected com.microsoft)"));
  Model other = integer_conv();
  other.find_node("y").set_domain("com.microsoft");
  CHECK(contains(other.error(), "operator of domain 'com.microsoft' (expected ONNX's own"));
}

TEST_CASE("dynamic quantization is refused with advice") {
  Model model;
  model.input("x", {1, 2, 5, 5}, kFloat);
  model.node("DynamicQuantizeLinear", {"x"}, {"q", "s", "z"});
  model.output("q");
  CHECK(contains(model.error(), "QuantizeLinear: quantize statically"));
}

}  // namespace
}  // namespace hb::test
