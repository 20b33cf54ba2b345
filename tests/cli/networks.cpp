// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/networks.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "tests/import/model.hpp"

namespace hb::test {

std::string shipped(const std::string& name) {
  const std::filesystem::path file = std::filesystem::absolute("sw/networks") / name;
  REQUIRE_MESSAGE(std::filesystem::exists(file), file);
  return file.string();
}

void write_real_network(const Sandbox& sandbox) {
  Model model = qdq_conv();
  onnx::GraphProto& graph = *model.proto.mutable_graph();
  graph.clear_input();
  graph.clear_output();
  model.input("image", {kOpen, 2, 5, 5}, kFloat);
  model.quantize("image", "x", "x");
  model.dequantize("y", "scores", "y");
  model.output("scores");
  sandbox.write("real.onnx", model.bytes());
}

void write_sum_network(const Sandbox& sandbox) {
  Model model;
  model.input("a", {kOpen, 2, 3, 3});
  model.input("b", {kOpen, 2, 3, 3});
  model.quantization("a", 0.5F, 1);
  model.quantization("b", 0.25F, 2);
  model.quantization("y", 1.0F, 3);
  model.node("QLinearAdd", {"a", "a_scale", "a_zp", "b", "b_scale", "b_zp", "y_scale", "y_zp"},
             {"y"});
  model.output("y");
  sandbox.write("sum.onnx", model.bytes());
}

void write_odd_names_network(const Sandbox& sandbox) {
  Model model;
  model.input("x", {kOpen, 3, 4, 4});
  for (const char* name : {"a/b:0", "a_b_0"}) {
    auto& pool = model.node("MaxPool", {"x"}, {name});
    set(pool, "kernel_shape", Dims{2, 2});
    model.output(name);
  }
  sandbox.write("names.onnx", model.bytes());
}

}  // namespace hb::test
