// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are shapes inferred right, and operators that only change shapes recognised as names?

#include <doctest/doctest.h>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

/// x [batch, 4, 2, 2] -> one operator -> r, then a QLinearMatMul that needs r flat.
Model reshaped(const std::string& op_type, std::int64_t batch) {
  Model model = flat_input();
  model.proto.mutable_graph()->clear_node();
  if (batch != kOpen) {
    model.proto.mutable_graph()
        ->mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(0)
        ->set_dim_value(batch);
  }
  model.node(op_type, {"x"}, {"r"});
  model.node("QLinearMatMul", {"r", "x_scale", "x_zp", "w", "w_scale", "w_zp", "y_scale", "y_zp"},
             {"y"});
  return model;
}

void check_alias(const Model& model) {
  const graph::Graph graph = model.read();
  CHECK(graph.nodes.size() == 1);
  REQUIRE(graph.aliases.size() == 1);
  CHECK(graph.aliases[0].name == "r");
  CHECK(graph.aliases[0].flat);
  CHECK(graph.tensor(graph.aliases[0].tensor).name == "x");
}

TEST_CASE("Flatten is a name, its axis counted from either end") {
  for (const std::int64_t axis : {1, -3}) {
    Model model = reshaped("Flatten", kOpen);
    set(model.find_node("r"), "axis", axis);
    check_alias(model);
  }
}

TEST_CASE("Reshape to one list of values per image is a name, in all its forms") {
  struct Case {
    std::int64_t batch;
    Dims shape;
  };
  const std::vector<Case> cases{{kOpen, {0, -1}}, {kOpen, {-1, 16}}, {kOpen, {1, 16}},
                                {kOpen, {1, -1}}, {kOpen, {0, 16}},  {1, {1, 16}},
                                {8, {8, 16}},     {8, {8, -1}},      {8, {-1, 16}}};
  for (const Case& one : cases) {
    CAPTURE(one.shape[0]);
    CAPTURE(one.shape[1]);
    Model model = reshaped("Reshape", one.batch);
    model.codes("shape", kInt64, one.shape);
    model.find_node("r").add_input("shape");
    check_alias(model);
  }
}

TEST_CASE("Reshape back to the image is a name too") {
  Model model = reshaped("Flatten", kOpen);
  model.codes("image", kInt64, {0, 4, 2, 2});
  model.node("Reshape", {"r", "image"}, {"back"});
  model.codes("same", kInt64, {0, 0, 0, -1});
  model.node("Reshape", {"back", "same"}, {"again"});
  model.output("again");
  // An output that is an input would be refused: make it a pooled one.
  set(model.node("MaxPool", {"again"}, {"p"}), "kernel_shape", Dims{2, 2});
  model.proto.mutable_graph()->mutable_output(1)->set_name("p");
  const graph::Graph graph = model.read();
  REQUIRE(graph.aliases.size() == 3);
  CHECK_FALSE(graph.aliases[1].flat);
  CHECK_FALSE(graph.aliases[2].flat);
}

TEST_CASE("Squeeze of the image's axes is a name, as an attribute or as an input") {
  for (const bool attribute : {true, false}) {
    CAPTURE(attribute);
    Model model;
    model.input("x", {kOpen, 5, 4, 6});
    model.quantization("x", 0.5F, 1);
    model.node("QLinearGlobalAveragePool", {"x", "x_scale", "x_zp", "x_scale", "x_zp"}, {"m"});
    auto& squeeze = model.node("Squeeze", {"m"}, {"s"});
    if (attribute) {
      set(squeeze, "axes", Dims{2, 3});
    } else {
      model.codes("axes", kInt64, {-1, -2});
      squeeze.add_input("axes");
    }
    model.output("s");
    const graph::Graph graph = model.read();
    REQUIRE(graph.aliases.size() == 1);
    CHECK(graph.outputs[0].flat);
  }
}

TEST_CASE("Identity of codes is a name, flat or not") {
  Model model = reshaped("Flatten", kOpen);
  model.node("Identity", {"y"}, {"z"});
  model.output("z");
  const graph::Graph graph = model.read();
  REQUIRE(graph.aliases.size() == 2);
  CHECK(graph.aliases[1].name == "z");
  CHECK(graph.aliases[1].flat);
}

TEST_CASE("Identity of real values passes them on") {
  Model model = qdq_conv();
  model.node("Identity", {"y_real"}, {"i_real"});
  model.find_node("y").set_input(0, "i_real");
  CHECK(describe(model.read()) == describe(qdq_conv().read()));
}

TEST_CASE("an input [N, values] is a list of channels") {
  Model model;
  model.input("x", {kOpen, 6});
  model.quantization("x", 0.5F, 3);
  model.codes("w", kInt8, std::vector<std::int64_t>(12, 1), {6, 2});
  model.node("QLinearMatMul", {"x", "x_scale", "x_zp", "w", "x_scale", "x_zp", "x_scale", "x_zp"},
             {"y"});
  model.output("y");
  const graph::Graph graph = model.read();
  CHECK(graph.inputs[0].flat);
  CHECK(find_tensor(graph, "x").channels == 6);
  CHECK(op<graph::Conv>(graph, 0).window.kernel_height == 1);
}

TEST_CASE("the batch may be open, negative, or any number") {
  const std::string expected = describe(reshaped("Flatten", kOpen).read());
  for (const std::int64_t batch : {std::int64_t{-1}, std::int64_t{1}, std::int64_t{1} << 40}) {
    CHECK(describe(reshaped("Flatten", batch).read()) == expected);
  }
}

}  // namespace
}  // namespace hb::test
