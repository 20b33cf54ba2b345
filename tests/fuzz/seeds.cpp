// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Writes models that the importer takes to a folder, all its operators in them: where fuzzing
// starts from.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

#include "tests/import/model.hpp"

using hb::test::Dims;
using hb::test::kFloat;
using hb::test::kInt4;
using hb::test::kInt64;
using hb::test::kOpen;
using hb::test::Model;
using hb::test::set;

namespace {

constexpr std::int64_t kOne = 1;

void write(const std::filesystem::path& folder, const char* name, const Model& model) {
  static_cast<void>(model.read());  // a seed that is refused would hide all that comes after
  std::ofstream file(folder / name, std::ios::binary);
  file << model.bytes();
  file.flush();
  if (!file) throw std::runtime_error(std::string(name) + " cannot be written");
}

/// From codes to codes, images.
Model integer_network() {
  Model model = hb::test::integer_conv();
  model.proto.mutable_graph()->clear_output();
  model.codes("low", hb::test::kInt8, {-100});
  model.node("Clip", {"y", "low"}, {"clipped"});
  model.node("Relu", {"clipped"}, {"positive"});
  set(model.node("MaxPool", {"positive"}, {"pooled"}), "kernel_shape", Dims{2, 2});
  model.node("QLinearAdd",
             {"pooled", "y_scale", "y_zp", "pooled", "y_scale", "y_zp", "y_scale", "y_zp"},
             {"sum"});
  model.node("QLinearGlobalAveragePool", {"sum", "y_scale", "y_zp", "y_scale", "y_zp"}, {"mean"});
  model.node("Flatten", {"mean"}, {"flat"});
  model.node("DequantizeLinear", {"flat", "y_scale", "y_zp"}, {"real"});
  model.node("QuantizeLinear", {"real", "x_scale", "x_zp"}, {"again"});
  model.output("again");
  return model;
}

/// Products of flat codes, an average of the image, and what renames codes.
Model integer_products() {
  Model model = hb::test::flat_input();
  model.node("QLinearMatMul",
             {"x_flat", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"}, {"y"});
  model.codes("flat_shape", kInt64, {0, -1});
  model.node("Reshape", {"x", "flat_shape"}, {"x_reshaped"});
  auto& gemm = model.node(
      "QGemm", {"x_reshaped", "x_scale", "x_zp", "wt", "w_scale", "w_zp", "b", "y_scale", "y_zp"},
      {"product"});
  set(gemm, "transB", kOne);
  set(gemm, "alpha", 0.75F);
  model.node("Identity", {"product"}, {"named"});
  model.output("named");
  auto& average =
      model.node("QLinearAveragePool", {"x", "x_scale", "x_zp", "y_scale", "y_zp"}, {"mean"});
  set(average, "kernel_shape", Dims{2, 2});
  model.codes("axes", kInt64, {2, 3});
  model.node("Squeeze", {"mean", "axes"}, {"squeezed"});
  model.output("squeezed");
  return model;
}

/// A float input's QuantizeLinear, convolution, both activations, addition, pooling.
Model real_network() {
  Model model = hb::test::qdq_conv();
  model.proto.mutable_graph()->clear_input();
  model.input("image", {kOpen, 2, 5, 5}, kFloat);
  model.quantize("image", "x", "x");
  model.proto.mutable_graph()->clear_output();
  set(model.find_node("y_real"), "pads", Dims{1, 1, 1, 1});
  model.node("Relu", {"y_real"}, {"relu_real"});
  model.find_node("y").set_input(0, "relu_real");
  model.dequantize("y", "y_again", "y");
  model.node("Add", {"y_again", "y_again"}, {"sum_real"});
  model.reals("six", {6});
  model.reals("zero", {0});
  model.node("Clip", {"sum_real", "zero", "six"}, {"clip_real"});
  model.quantize("clip_real", "sum", "y");
  model.dequantize("sum", "sum_again", "y");
  auto& pool = model.node("MaxPool", {"sum_again"}, {"pool_real"});
  set(pool, "kernel_shape", Dims{3, 3});
  set(pool, "strides", Dims{2, 2});
  set(pool, "auto_pad", "SAME_UPPER");
  model.quantize("pool_real", "pooled", "y");
  model.dequantize("pooled", "pooled_again", "y");
  model.output("pooled_again");
  return model;
}

/// The three means of real values, and products of 4-bit and dequantized constants.
Model real_products() {
  Model model = hb::test::flat_input();
  model.proto.mutable_graph()->clear_output();
  model.dequantize("x", "x_real", "x");
  model.node("GlobalAveragePool", {"x_real"}, {"global_real"});
  model.quantize("global_real", "global", "y");
  set(model.node("AveragePool", {"x_real"}, {"average_real"}), "kernel_shape", Dims{2, 2});
  model.quantize("average_real", "average", "y");
  model.codes("axes", kInt64, {2, 3});
  auto& mean = model.node("ReduceMean", {"x_real", "axes"}, {"mean_real"});
  set(mean, "keepdims", std::int64_t{0});
  model.quantize("mean_real", "mean", "y");
  model.dequantize("x_flat", "flat_real", "x");
  auto& constant = model.node("Constant", {}, {"w4"});
  hb::test::Model four;
  four.codes("value", kInt4, std::vector<std::int64_t>(48, -3), {16, 3});
  auto& value = *constant.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  *value.mutable_t() = four.initializer("value");
  model.node("DequantizeLinear", {"w4", "w_scale"}, {"w4_real"});
  model.node("MatMul", {"flat_real", "w4_real"}, {"product_real"});
  model.quantize("product_real", "product", "y");
  model.dequantize("wt", "wt_real", "w");
  model.reals("bias", {1, -2, 3});
  set(model.node("Gemm", {"flat_real", "wt_real", "bias"}, {"gemm_real"}), "transB", kOne);
  model.quantize("gemm_real", "gemm", "y");
  for (const char* name : {"global", "average", "mean", "product", "gemm"}) model.output(name);
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("import_seeds FOLDER");
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    write(folder, "integer_conv", hb::test::integer_conv());
    write(folder, "qdq_conv", hb::test::qdq_conv());
    write(folder, "integer_network", integer_network());
    write(folder, "integer_products", integer_products());
    write(folder, "real_network", real_network());
    write(folder, "real_products", real_products());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "import_seeds: %s\n", error.what());
    return 2;
  }
  return 0;
}
