// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every graph that does not hang together refused, with a message that says why?

#include <doctest/doctest.h>

#include "tests/import/model.hpp"

namespace hb::test {
namespace {

onnx::TensorShapeProto& input_shape(Model& model) {
  return *model.proto.mutable_graph()
              ->mutable_input(0)
              ->mutable_type()
              ->mutable_tensor_type()
              ->mutable_shape();
}

TEST_CASE("a graph without outputs is refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()->clear_output();
  CHECK(contains(model.error(), "test.onnx: no outputs"));
}

TEST_CASE("a graph without operators is refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()->clear_node();
  model.proto.mutable_graph()->mutable_output(0)->set_name("x");
  CHECK(contains(model.error(), "no operator makes an output"));
}

TEST_CASE("a graph without inputs is refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()->clear_input();
  CHECK(contains(model.error(), "node 'QLinearConv_y' reads 'x', which nothing makes"));
}

TEST_CASE("an output that nothing makes is refused") {
  Model model = integer_conv();
  model.output("z");
  CHECK(contains(model.error(), "nothing makes the output 'z'"));
}

TEST_CASE("an output that is an input is refused") {
  Model model = integer_conv();
  model.output("x");
  CHECK(contains(model.error(), "output 'x': it is an input"));
}

TEST_CASE("an output that is listed twice is refused") {
  Model model = integer_conv();
  model.output("y");
  CHECK(contains(model.error(), "output 'y': listed twice"));
}

TEST_CASE("an output of a float result is refused, with the name of what made it") {
  Model model = qdq_conv();
  model.output("y_real");
  CHECK(contains(model.error(), "output 'y_real': it is the float result of 'Conv_y_real' (Conv)"));
}

TEST_CASE("an output that is a constant is refused") {
  Model model = integer_conv();
  model.output("w");
  CHECK(contains(model.error(), "output 'w': it is a constant of int8"));
}

TEST_CASE("a cycle is refused, also one that no output needs") {
  Model model = integer_conv();
  model.node("Relu", {"b2"}, {"a2"});
  model.node("Relu", {"a2"}, {"b2"});
  CHECK(contains(model.error(), "a cycle; node 'Relu_a2'"));
  Model self = integer_conv();
  self.find_node("y").set_input(0, "y");
  CHECK(contains(self.error(), "a cycle; node 'QLinearConv_y'"));
}

TEST_CASE("a missing initializer is refused by name") {
  Model model = integer_conv();
  auto& initializers = *model.proto.mutable_graph()->mutable_initializer();
  for (int i = 0; i < initializers.size(); ++i) {
    if (initializers[i].name() == "w") initializers.DeleteSubrange(i, 1);
  }
  CHECK(contains(model.error(), "reads 'w', which nothing makes"));
}

TEST_CASE("one name for two values is refused, whatever they are") {
  Model nodes = integer_conv();
  nodes.node("Relu", {"y"}, {"y"});
  CHECK(contains(nodes.error(), "two values are called 'y'"));
  Model initializers = integer_conv();
  initializers.reals("w", {1});
  CHECK(contains(initializers.error(), "two values are called 'w'"));
  Model inputs = integer_conv();
  inputs.input("x", {1, 1});
  CHECK(contains(inputs.error(), "two values are called 'x'"));
  Model mixed = integer_conv();
  mixed.node("Relu", {"y"}, {"x"});
  CHECK(contains(mixed.error(), "two values are called 'x'"));
}

TEST_CASE("names that are no text are refused, and shown without their bytes") {
  for (const char* name : {"bad\x1B[31m", "bad\xFF", "bad\xC3", "bad\xED\xA0\x80", "bad\n"}) {
    Model model = integer_conv();
    model.node("Relu", {"y"}, {name});
    const std::string error = model.error();
    CHECK(contains(error, "the name 'Relu_bad?"));
    CHECK(error.find('\x1B') == std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
  Model model = integer_conv();
  model.node("Relu", {"y"}, {std::string(1001, 'a')});
  CHECK(contains(model.error(), "aaa...'"));
}

TEST_CASE("names in any script are taken") {
  Model model = integer_conv();
  model.node("Relu", {"y"}, {"schön/日本/😀"});
  model.output("schön/日本/😀");
  CHECK(model.error().empty());
}

TEST_CASE("an input of a type that no network here has is refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()
      ->mutable_input(0)
      ->mutable_type()
      ->mutable_tensor_type()
      ->set_elem_type(onnx::TensorProto::FLOAT16);
  CHECK(contains(model.error(), "input 'x': elements of type float16"));
}

TEST_CASE("an input without a shape, or that is no tensor, is refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()->mutable_input(0)->clear_type();
  CHECK(contains(model.error(), "input 'x': no tensor with a shape"));
}

TEST_CASE("an input of another rank is refused") {
  Model model = integer_conv();
  input_shape(model).mutable_dim()->RemoveLast();
  CHECK(contains(model.error(), "input 'x': rank 3 (expected [N, C, H, W] or [N, values])"));
}

TEST_CASE("open, zero, negative and huge image sides are refused") {
  Model open = integer_conv();
  input_shape(open).mutable_dim(2)->set_dim_param("height");
  CHECK(contains(open.error(), "input 'x': dimension 'height' is open"));
  for (const std::int64_t side :
       {std::int64_t{0}, std::int64_t{-3}, std::int64_t{65536}, INT64_MAX}) {
    Model model = integer_conv();
    input_shape(model).mutable_dim(3)->set_dim_value(side);
    CHECK(contains(model.error(), "dimension " + std::to_string(side) + " (expected 1..65535)"));
  }
}

TEST_CASE("an image of more than 2^31 values is refused") {
  Model model = integer_conv();
  input_shape(model).mutable_dim(2)->set_dim_value(65535);
  input_shape(model).mutable_dim(3)->set_dim_value(65535);
  CHECK(contains(model.error(), "'x' is 2x65535x65535"));
}

TEST_CASE("a batch of 0, and inputs of two batches, are refused") {
  Model empty = integer_conv();
  input_shape(empty).mutable_dim(0)->set_dim_value(0);
  CHECK(contains(empty.error(), "batch 0"));
  Model two = integer_conv();
  input_shape(two).mutable_dim(0)->set_dim_value(4);
  two.input("x2", {8, 3, 3, 3});
  two.node("QLinearAdd", {"x2", "x_scale", "x_zp", "y", "y_scale", "y_zp", "y_scale", "y_zp"},
           {"z"});
  two.output("z");
  CHECK(contains(two.error(), "batch 8 (expected 4 as another input)"));
}

TEST_CASE("sparse initializers are refused") {
  Model model = integer_conv();
  model.proto.mutable_graph()->add_sparse_initializer();
  CHECK(contains(model.error(), "sparse initializers"));
}

TEST_CASE("all that cannot be imported is listed at once, without consequences") {
  Model model = integer_conv();
  model.node("Softmax", {"y"}, {"s"});
  model.node("Relu", {"s"}, {"behind"});
  model.node("Concat", {"y", "y"}, {"c"});
  model.node("Mish", {"c"}, {"m"}).set_domain("custom");
  model.node("NoSuch", {"y"}, {"n"}).set_domain("custom");
  for (const char* name : {"behind", "m", "n"}) model.output(name);
  const std::string error = model.error();
  CHECK(contains(error, "test.onnx: cannot be imported"));
  CHECK(contains(error, "\n  node 'Softmax_s', Softmax: not supported (expected none: cut"));
  CHECK(contains(error, "\n  node 'Concat_c', Concat: not supported"));
  CHECK(contains(error, "\n  node 'NoSuch_n', NoSuch: operator of domain 'custom'"));
  CHECK(error.find("behind") == std::string::npos);
}

TEST_CASE("a node without a name is called by what it makes") {
  Model model = integer_conv();
  model.node("Tanh", {"y"}, {"t"}).clear_name();
  model.output("t");
  CHECK(contains(model.error(), "the node that makes 't', Tanh: not supported"));
}

}  // namespace
}  // namespace hb::test
