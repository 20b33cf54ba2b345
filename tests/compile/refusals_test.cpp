// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which quantizations does the compiler refuse, and with which message?
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "sw/compile/compile.hpp"
#include "tests/compile/compiled.hpp"

using namespace hb;  // NOLINT: a test
using graph::CodeRange;
using graph::CodeType;

namespace {

/// The codes of a tensor, and a zero point among its type's codes.
struct Codes {
  CodeType type = CodeType::kInt8;
  CodeRange range;
  std::int32_t zero_point = 0;
};

graph::Tensor tensor(const std::string& name, const Codes& codes) {
  graph::Tensor tensor;
  tensor.name = name;
  tensor.channels = 8;
  tensor.height = tensor.width = 4;
  tensor.type = codes.type;
  tensor.range = codes.range;
  return tensor;
}

/// A 1x1 convolution from `x` to `y`.
graph::Graph network(const Codes& x, const Codes& y) {
  graph::Graph graph;
  graph.tensors = {tensor("x", x), tensor("y", y)};
  graph::Conv conv;
  conv.input = {{0}, {1.0F, x.zero_point}};
  conv.outputs = {{{1}, {64.0F, y.zero_point}}};
  conv.output_channels = 8;
  conv.weight_scales = {1.0F};
  conv.bias.assign(8, 0);
  conv.weights = [] { return std::vector<std::int8_t>(64, 1); };
  graph.nodes.push_back({"layer", conv});
  graph.inputs.push_back({"x", {0}, false, {}});
  graph.outputs.push_back({"y", {1}, false, {}});
  graph::check(graph);
  return graph;
}

std::string refusal(const Codes& x, const Codes& y) {
  try {
    (void)compile::compile(network(x, y), test::machines()[0], {});
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

constexpr Codes kPlain{CodeType::kInt8, {-128, 127}, 0};

std::string message(const std::string& found) {
  return "layer: zero point " + found + " (expected a zero point within 128 of all codes)";
}

}  // namespace

TEST_CASE("a zero point that storing moves out of int8 is refused by the layer's name") {
  // Codes within 0..15 are stored minus 8, within -8..7 as they are.
  const auto unsigned4 = [](std::int32_t zero) { return Codes{CodeType::kUint8, {0, 15}, zero}; };
  const auto unsigned3 = [](std::int32_t zero) { return Codes{CodeType::kUint8, {0, 7}, zero}; };
  const auto signed4 = [](std::int32_t zero) { return Codes{CodeType::kInt8, {0, 15}, zero}; };
  for (const std::int32_t zero : {127 + 8, 0})
    CHECK(refusal(kPlain, unsigned4(zero)) == "accepted");
  CHECK(refusal(kPlain, unsigned4(127 + 9)) == message("136 of y, whose codes are 0..15"));
  CHECK(refusal(kPlain, unsigned3(127)) == "accepted");
  CHECK(refusal(kPlain, unsigned3(128)) == message("128 of y, whose codes are 0..7"));
  CHECK(refusal(kPlain, signed4(-128 + 8)) == "accepted");
  CHECK(refusal(kPlain, signed4(-128 + 7)) == message("-121 of y, whose codes are 0..15"));
}

TEST_CASE("so is an input's, which the convolution pads with") {
  const auto input = [](std::int32_t zero) { return Codes{CodeType::kUint8, {0, 15}, zero}; };
  CHECK(refusal(input(135), kPlain) == "accepted");
  CHECK(refusal(input(136), kPlain) == message("136 of x, whose codes are 0..15"));
}

TEST_CASE("codes of all 8 bits hold every zero point of their type") {
  const auto whole = [](std::int32_t zero) { return Codes{CodeType::kUint8, {0, 255}, zero}; };
  for (const std::int32_t zero : {0, 255}) CHECK(refusal(whole(zero), whole(zero)) == "accepted");
}
