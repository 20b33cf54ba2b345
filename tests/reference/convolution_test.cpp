// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are convolutions and fully connected layers what each runtime computes, where that can be worked
// out by hand?
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <optional>

#include "model/arch/error.hpp"
#include "model/golden/operators.hpp"
#include "tests/reference/small_graph.hpp"

namespace {

using namespace hb;
using arch::Contract;
using graph::CodeType;
using graph::TensorId;
using test::Codes;
using test::make_conv;
using test::SmallGraph;

TEST_CASE("a convolution counts from its input's zero point, and padding adds nothing") {
  for (const CodeType type : {CodeType::kInt8, CodeType::kUint8}) {
    const std::int32_t zero = type == CodeType::kInt8 ? -3 : 130;
    SmallGraph small;
    const TensorId x = small.give(small.row(3, type), {zero + 1, zero + 2, zero + 4});
    const TensorId y = small.row(3, type);
    graph::Conv conv = make_conv(x, y, {5, 7, 11});
    conv.window.kernel_width = 3;
    conv.window.pad_left = conv.window.pad_right = 1;
    conv.input.affine.zero_point = zero;
    conv.outputs[0].affine.zero_point = zero;
    conv.bias = {-20};
    small.add(conv);
    // 1*7 + 2*11, 1*5 + 2*7 + 4*11, 2*5 + 4*7
    const Codes expected{zero + 29 - 20, zero + 63 - 20, zero + 38 - 20};
    CHECK(small.run(Contract::kOrt, y) == expected);
    CHECK(small.run(Contract::kTflite, y) == expected);
  }
}

TEST_CASE("a zero point far from all codes pads like any other") {
  SmallGraph small;
  const TensorId x = small.row(2, CodeType::kUint8);
  small.limit(x, 0, 15);
  small.give(x, {0, 15});
  const TensorId y = small.tensor(CodeType::kInt8, 1, 1, 3);
  graph::Conv conv = make_conv(x, y, {1, 1});
  conv.window.kernel_width = 2;
  conv.window.pad_left = conv.window.pad_right = 1;
  conv.input.affine = {0.125F, 255};
  small.add(conv);
  // -255, -255 - 240, -240, eighths
  CHECK(small.run(Contract::kOrt, y) == Codes{-32, -62, -30});
}

TEST_CASE("strides, asymmetric padding and several channels find their codes and weights") {
  SmallGraph small;
  const TensorId x = small.give(small.tensor(CodeType::kInt8, 2, 2, 2), {1, 2, 3, 4, 5, 6, 7, 8});
  const TensorId y = small.tensor(CodeType::kInt8, 2, 1, 1);
  graph::Conv conv = make_conv(x, y, {1, 0, 0, 2, 0, 3, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1});
  conv.window = {2, 2, 2, 2, 0, 0, 1, 1};
  conv.output_channels = 2;
  conv.bias = {0, 100};
  conv.weight_scales = {1.0F, 0.5F};
  small.add(conv);
  // 1*1 + 4*2 + 6*3; (3 + 26 + 100) / 2 = 64.5
  CHECK(small.run(Contract::kOrt, y) == Codes{27, 64});
  CHECK(small.run(Contract::kTflite, y) == Codes{27, 65});
}

TEST_CASE("ort rounds half to even before the zero point, tflite away from zero and twice") {
  SmallGraph small;
  const TensorId x = small.give(small.row(7), {2, 6, 10, -2, -6, -10, 1});
  const TensorId y = small.row(7);
  graph::Conv conv = make_conv(x, y, {1});
  conv.outputs[0].affine = {4.0F, 1};
  small.add(conv);
  CHECK(small.run(Contract::kOrt, y) == Codes{1, 3, 3, 1, -1, -1, 1});
  // 1 / 4: the doubling multiplication makes it 1 / 2 rounded, 1, then its half rounded, 1.
  CHECK(small.run(Contract::kTflite, y) == Codes{2, 3, 4, 0, -1, -2, 2});
}

TEST_CASE("codes of an output stay in its range, an unsigned 4-bit one's too") {
  SmallGraph small;
  const TensorId x = small.give(small.row(4), {-128, -1, 9, 127});
  const TensorId y = small.row(4, CodeType::kUint4);
  const TensorId clipped = small.row(4);
  small.limit(clipped, -8, 7);
  graph::Conv conv = make_conv(x, y, {1});
  conv.outputs = {{y, {1.0F, 3}}, {clipped, {1.0F, 0}}};
  small.add(conv);
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    CHECK(small.run(contract, y) == Codes{0, 2, 12, 15});
    CHECK(small.run(contract, clipped) == Codes{-8, -1, 7, 7});
  }
}

TEST_CASE("ort multiplies the scales before it divides") {
  const float x_scale = 1.5F, w_scale = 41, y_scale = 123;
  REQUIRE(x_scale * w_scale / y_scale == 0.5F);
  REQUIRE(w_scale * (x_scale / y_scale) < 0.5F);
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {0});
  const TensorId y = small.row(1);
  graph::Conv conv = make_conv(x, y, {0});
  conv.input.affine.scale = x_scale;
  conv.weight_scales = {w_scale};
  conv.outputs[0].affine.scale = y_scale;
  conv.bias = {3};
  small.add(conv);
  CHECK(small.run(Contract::kOrt, y) == Codes{2});  // 1.5 exactly
}

TEST_CASE("alpha multiplies the input's scale under ort and is refused under tflite") {
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {40});
  const TensorId y = small.row(1);
  graph::Conv conv = make_conv(x, y, {1});
  conv.kind = graph::ConvKind::kGemm;
  conv.alpha = 0.25F;
  small.add(conv);
  CHECK(small.run(Contract::kOrt, y) == Codes{10});
  CHECK_THROWS_WITH_AS((void)small.run(Contract::kTflite, y),
                       "node0: alpha 0.25 (expected 1 under tflite)", Error);
}

/// Scales whose two tflite multipliers differ, and an accumulator that tells them apart.
struct Witness {
  float x_scale = 0x1.234568p-12F;
  float w_scale = 0x1.345678p-12F;
  float y_scale = 0x1p-2F;
  golden::Multiplier gemm =
      golden::quantize_multiplier(double{x_scale * w_scale} / double{y_scale});
  golden::Multiplier conv =
      golden::quantize_multiplier(double{x_scale} * double{w_scale} / double{y_scale});

  [[nodiscard]] std::optional<std::int32_t> accumulator() const {
    const double scale = double{x_scale} * double{w_scale} / double{y_scale};
    for (std::int32_t code = 60; code < 127; ++code) {
      const auto tie = static_cast<std::int32_t>((code + 0.5) / scale);
      for (std::int32_t a = tie - 64; a < tie + 64; ++a) {
        if (golden::multiply_literal(a, gemm) != golden::multiply_literal(a, conv)) return a;
      }
    }
    return std::nullopt;
  }
};

TEST_CASE("tflite multiplies a fully connected layer's scales in float32, a convolution's not") {
  const Witness witness;
  const std::optional<std::int32_t> accumulator = witness.accumulator();
  REQUIRE(accumulator);
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {0});
  const TensorId of_gemm = small.row(1), of_conv = small.row(1);
  for (const TensorId y : {of_gemm, of_conv}) {
    graph::Conv conv = make_conv(x, y, {0});
    conv.kind = y.index == of_gemm.index ? graph::ConvKind::kGemm : graph::ConvKind::kConv;
    conv.input.affine.scale = witness.x_scale;
    conv.weight_scales = {witness.w_scale};
    conv.outputs[0].affine.scale = witness.y_scale;
    conv.bias = {*accumulator};
    small.add(conv);
  }
  const auto code = [&](const golden::Multiplier& multiplier) {
    return Codes{static_cast<std::int32_t>(golden::multiply_literal(*accumulator, multiplier))};
  };
  CHECK(small.run(Contract::kTflite, of_gemm) == code(witness.gemm));
  CHECK(small.run(Contract::kTflite, of_conv) == code(witness.conv));
}

TEST_CASE("tflite refuses a fully connected layer with a scale per channel; ort takes it") {
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {10});
  const TensorId y = small.tensor(CodeType::kInt8, 2, 1, 1);
  graph::Conv conv = make_conv(x, y, {1, 2});
  conv.kind = graph::ConvKind::kGemm;
  conv.output_channels = 2;
  conv.bias = {0, 0};
  conv.weight_scales = {1.0F, 2.0F};
  small.add(conv);
  CHECK(small.run(Contract::kOrt, y) == Codes{10, 40});
  CHECK_THROWS_WITH_AS(
      (void)small.run(Contract::kTflite, y),
      "node0: 2 weight scales (expected one, in a fully connected layer under tflite)", Error);
}

TEST_CASE("tflite refuses a scale that shifts an accumulator out of int32") {
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {127});
  const TensorId y = small.row(1);
  graph::Conv conv = make_conv(x, y, {127});
  conv.outputs[0].affine.scale = std::ldexp(1.0F, -18);  // left shift 19: 127 * 127 * 2^19 > 2^31
  small.add(conv);
  CHECK(small.run(Contract::kOrt, y) == Codes{127});
  CHECK_THROWS_AS((void)small.run(Contract::kTflite, y), Error);
}

TEST_CASE("a convolution whose accumulator could leave int32 is refused by name") {
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {0});
  const TensorId y = small.row(1);
  graph::Conv conv = make_conv(x, y, {1});
  conv.bias = {INT32_MAX - 126};  // + 127 is one too many
  small.add(conv);
  CHECK_THROWS_WITH_AS((void)small.run(Contract::kOrt, y), doctest::Contains("node0"), Error);
}

}  // namespace
