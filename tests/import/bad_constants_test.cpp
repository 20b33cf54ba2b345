// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every constant that is broken, or that codes cannot have, refused?

#include <doctest/doctest.h>

#include <limits>

#include "tests/import/model.hpp"

namespace hb::test {
namespace {

TEST_CASE("scales that are not normal, finite and positive are refused") {
  using Float = std::numeric_limits<float>;
  struct Case {
    float scale;
    const char* message;
  };
  const std::vector<Case> cases{{0.0F, "scale 0 (expected a normal, finite, positive float32)"},
                                {-0.5F, "scale -0.5"},
                                {Float::infinity(), "scale inf"},
                                {Float::quiet_NaN(), "scale nan"},
                                {Float::denorm_min(), "scale 1e-45"}};
  for (const Case& one : cases) {
    for (const char* name : {"x_scale", "w_scale", "y_scale"}) {
      Model model = integer_conv();
      model.initializer(name).set_float_data(0, one.scale);
      CHECK(contains(model.error(), one.message));
    }
  }
}

TEST_CASE("scales of another type or rank, or none, are refused") {
  Model type = integer_conv();
  type.find_node("y").set_input(1, "b");
  CHECK(contains(type.error(), "scale of int32, rank 1, 3 values (expected a float32 scalar"));
  Model rank = integer_conv();
  for (int i = 0; i < 2; ++i) rank.initializer("x_scale").add_dims(1);
  CHECK(contains(rank.error(), "scale of float32, rank 2"));
  Model none = integer_conv();
  none.initializer("x_scale").add_dims(0);
  none.initializer("x_scale").clear_float_data();
  CHECK(contains(none.error(), "scale of float32, rank 1, 0 values"));
}

TEST_CASE("a zero point of another type than its codes is refused") {
  Model input = integer_conv();
  input.codes("zp", kUint8, {3});
  input.find_node("y").set_input(2, "zp");
  CHECK(contains(input.error(), "zero point of type uint8 (expected int8, as its tensor)"));
  Model weights = integer_conv();
  weights.codes("zp", kUint8, {0});
  weights.find_node("y").set_input(5, "zp");
  CHECK(contains(weights.error(), "weight zero point of type uint8 (expected int8"));
  Model output = integer_conv();
  output.codes("zp", kInt32, {0});
  output.find_node("y").set_input(7, "zp");
  CHECK(contains(output.error(), "zero point of type int32 (expected int8, uint8, int4 or uint4)"));
  Model real = integer_conv();
  real.find_node("y").set_input(7, "y_scale");
  CHECK(contains(real.error(), "zero point of float32"));
}

TEST_CASE("16-bit codes are refused by name") {
  Model model = qdq_conv();
  model.codes("zp16", onnx::TensorProto::UINT16, {0, 0}, {});
  model.find_node("y").set_input(2, "zp16");
  CHECK(contains(model.error(), "initializer 'zp16': elements of type uint16"));
}

TEST_CASE("scales for another number of channels, or along another axis, are refused") {
  Model count = integer_conv();
  count.reals("scales", {0.5F, 0.5F});
  count.find_node("y").set_input(4, "scales");
  CHECK(contains(count.error(), "2 weight scales (expected 1 or 3, the output channels)"));
  Model axis = qdq_conv();
  axis.reals("scales", {0.5F, 0.5F});
  axis.codes("zps", kInt8, {0, 0});
  axis.find_node("w_real").set_input(1, "scales");
  axis.find_node("w_real").set_input(2, "zps");
  CHECK(contains(axis.error(), "weight scales along axis 1 (expected axis 0"));
  set(axis.find_node("w_real"), "axis", std::int64_t{0});
  CHECK(contains(axis.error(), "2 scales along axis 0 of shape [3, 2, 3, 3]"));
  Model zero_points = integer_conv();
  zero_points.codes("zps", kInt8, {0, 0, 0});
  zero_points.find_node("y").set_input(5, "zps");
  CHECK(contains(zero_points.error(), "3 zero points, 1 scales"));
}

TEST_CASE("activations with a scale per channel are refused") {
  Model model = integer_conv();
  model.reals("scales", {0.5F, 0.5F});
  model.find_node("y").set_input(1, "scales");
  CHECK(contains(model.error(), "2 scales of activations (expected one scale"));
}

TEST_CASE("weights that leave int8 once their zero point is subtracted are refused by channel") {
  Model model = integer_conv();
  model.codes("zp", kInt8, {-103});
  model.find_node("y").set_input(5, "zp");
  // Weights are -27..26: 25 is the first that is over 127 with 103 added.
  CHECK(
      contains(model.error(),
               "weight 25 minus zero point -103 is 128 (output channel 2) (expected -128..127: "));
}

TEST_CASE("a bias of another type, shape or beyond int32 is refused") {
  Model type = integer_conv();
  type.find_node("y").set_input(8, "y_scale");
  CHECK(contains(type.error(), "bias of type float32 (expected int32)"));
  Model shape = integer_conv();
  shape.codes("b2", kInt32, {1, 2});
  shape.find_node("y").set_input(8, "b2");
  CHECK(contains(shape.error(), "bias of shape [2] (expected [3])"));
  Model large = qdq_conv();
  // One step is 0.125, so 2^28 is 2^31 steps.
  large.reals("b_float", {0.0F, 0x1p28F, 0.0F});
  large.find_node("y_real").set_input(2, "b_float");
  CHECK(contains(large.error(), "of output channel 1 is 2147483600 in units of x_scale * w_scale"));
  large.initializer("b_float").set_float_data(1, -0x1p28F);
  CHECK(large.error().empty());
}

TEST_CASE("float weights without codes are refused") {
  Model model = qdq_conv();
  model.reals("w_float", std::vector<float>(54, 1.0F), {3, 2, 3, 3});
  model.find_node("y_real").set_input(1, "w_float");
  CHECK(contains(model.error(), "its weights are a constant of float32"));
}

TEST_CASE("float weights that are no numbers are refused") {
  Model model = qdq_conv();
  model.reals("w_float", std::vector<float>(54, std::numeric_limits<float>::quiet_NaN()),
              {3, 2, 3, 3});
  model.quantize("w_float", "w_codes", "w");
  model.find_node("w_real").set_input(0, "w_codes");
  CHECK(contains(model.error(), "quantizes a constant that is not a number"));
}

TEST_CASE("weights that the network computes are refused") {
  Model model = integer_conv();
  model.input("w2", {3, 2, 3, 3});
  model.find_node("y").set_input(3, "w2");
  CHECK(contains(model.error(), "input 4 is integer codes (expected a constant"));
}

TEST_CASE("data of another length than the dimensions say are refused") {
  Model raw = integer_conv();
  raw.initializer("w").set_dims(0, 4);
  CHECK(contains(raw.error(), "initializer 'w': raw_data (bytes) has 54 entries (expected 72"));
  Model field = integer_conv();
  field.initializer("x_scale").clear_float_data();
  CHECK(contains(field.error(), "initializer 'x_scale': float_data has 0 entries (expected 1"));
  Model nibbles = integer_conv();
  nibbles.initializer("w").set_data_type(kInt4);
  CHECK(contains(nibbles.error(), "raw_data (bytes) has 54 entries (expected 27"));
  Model tail = integer_conv();
  tail.codes("w4", kInt4, std::vector<std::int64_t>(53, 1), {3, 2, 3, 3});
  tail.initializer("w4").mutable_raw_data()->pop_back();
  tail.find_node("y").set_input(3, "w4");
  CHECK(contains(tail.error(), "raw_data (bytes) has 26 entries (expected 27"));
}

TEST_CASE("values that their type cannot have are refused") {
  Model model = integer_conv();
  onnx::TensorProto& tensor = model.initializer("x_zp");
  tensor.clear_raw_data();
  tensor.add_int32_data(200);
  CHECK(contains(model.error(), "initializer 'x_zp': int32_data holds 200 (expected -128..127)"));
}

TEST_CASE("negative and huge dimensions of constants are refused before any memory is taken") {
  Model negative = integer_conv();
  negative.initializer("w").set_dims(0, -3);
  CHECK(contains(negative.error(), "initializer 'w': dimension -3"));
  Model huge = integer_conv();
  for (int i = 0; i < 4; ++i) huge.initializer("w").set_dims(i, std::int64_t{1} << 33);
  CHECK(contains(huge.error(), "initializer 'w': huge dimensions"));
  Model lying = integer_conv();
  lying.initializer("w").set_dims(0, 1 << 25);
  CHECK(contains(lying.error(), "raw_data (bytes) has 54 entries"));
}

TEST_CASE("data in another file are refused with advice") {
  Model model = integer_conv();
  model.initializer("w").clear_raw_data();
  model.initializer("w").set_data_location(onnx::TensorProto::EXTERNAL);
  CHECK(contains(model.error(),
                 "initializer 'w': data in another file (expected one file: save the model again "
                 "with save_as_external_data=False)"));
}

TEST_CASE("blocks of scales are refused") {
  Model model = qdq_conv();
  set(model.find_node("w_real"), "block_size", std::int64_t{32});
  CHECK(contains(model.error(), "block_size 32 (expected 0)"));
}

}  // namespace
}  // namespace hb::test
