// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the three forms in which tools write 4-bit activations mean the same network?

#include <doctest/doctest.h>

#include <string>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

enum class Form { kInteger, kClipped, kTyped };

/// Two convolutions with 4-bit codes between them and behind, unsigned or signed.
class Network {
 public:
  Network(Form form, bool is_signed) : form_(form) {
    const std::int32_t type = is_signed ? kInt8 : kUint8;
    const std::int32_t narrow = is_signed ? kInt4 : kUint4;
    model.input("x", {kOpen, 2, 5, 5}, type);
    model.quantization("x", 0.5F, is_signed ? 3 : 130, type);
    for (const char* name : {"a", "b"}) {
      model.quantization(name, name[0] == 'a' ? 2.0F : 0.75F, is_signed ? -5 : 4,
                         form == Form::kTyped ? narrow : type);
    }
    model.codes("low", type, {is_signed ? -8 : 0});
    model.codes("high", type, {is_signed ? 7 : 15});
    add_weights("wa", 3, 2);
    add_weights("wb", 4, 3);
    std::string from = "x";
    if (form != Form::kInteger) model.dequantize("x", from = "x_real", "x");
    from = add_conv(from, "x", "wa", "a");
    add_conv(from, "a", "wb", "b");
    model.output(form == Form::kClipped || form == Form::kInteger ? "b_clip" : "b");
  }

  Model model;

 private:
  void add_weights(const std::string& name, std::int64_t outputs, std::int64_t inputs) {
    std::vector<std::int64_t> weights;
    for (std::int64_t i = 0; i < outputs * inputs * 9; ++i) weights.push_back(i * 7 % 16 - 8);
    model.codes(name, kInt8, weights, {outputs, inputs, 3, 3});
    model.quantization(name, 0.125F, 0);
  }

  /// The name of what the next convolution reads.
  std::string add_conv(const std::string& from, const std::string& read, const std::string& weights,
                       const std::string& made) {
    if (form_ == Form::kInteger) {
      model.node("QLinearConv",
                 {from, read + "_scale", read + "_zp", weights, weights + "_scale", weights + "_zp",
                  made + "_scale", made + "_zp"},
                 {made});
      model.node("Clip", {made, "low", "high"}, {made + "_clip"});
      return made + "_clip";
    }
    model.dequantize(weights, weights + "_real", weights);
    model.node("Conv", {from, weights + "_real"}, {made + "_sum"});
    model.quantize(made + "_sum", made, made);
    std::string codes = made;
    if (form_ == Form::kClipped) {
      model.node("Clip", {made, "low", "high"}, {codes = made + "_clip"});
    }
    model.dequantize(codes, made + "_real", made);
    return made + "_real";
  }

  Form form_;
};

TEST_CASE("integer operators with Clip and QCDQ are the same graph") {
  for (const bool is_signed : {true, false}) {
    CAPTURE(is_signed);
    const graph::Graph graph = Network(Form::kInteger, is_signed).model.read();
    CHECK(graph.nodes.size() == 4);
    CHECK(describe(graph) == describe(Network(Form::kClipped, is_signed).model.read()));
    for (const char* name : {"a_clip", "b_clip"}) CHECK(find_tensor(graph, name).fits_int4());
    for (const char* name : {"a", "b"}) CHECK_FALSE(find_tensor(graph, name).fits_int4());
  }
}

TEST_CASE("4-bit types are the same graph as the others with their Clips folded") {
  for (const bool is_signed : {true, false}) {
    CAPTURE(is_signed);
    const graph::Graph typed = Network(Form::kTyped, is_signed).model.read();
    CHECK(typed.nodes.size() == 2);
    CHECK(find_tensor(typed, "a").offset() == (is_signed ? 0 : 8));
    CHECK(find_tensor(typed, "a").fits_int4());
    CHECK(describe(typed) == describe(folded(Network(Form::kInteger, is_signed).model.read())));
  }
}

}  // namespace
}  // namespace hb::test
