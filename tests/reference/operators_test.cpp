// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are addition, pooling and requantization what each runtime computes, where that can be worked out
// by hand?
#include <doctest/doctest.h>

#include <cmath>

#include "model/arch/error.hpp"
#include "tests/reference/small_graph.hpp"

namespace {

using namespace hb;
using arch::Contract;
using graph::Affine;
using graph::CodeType;
using graph::TensorId;
using test::Codes;
using test::SmallGraph;

TEST_CASE("an ort addition has the zero point inside the rounding, a tflite one outside") {
  SmallGraph small;
  const TensorId a = small.give(small.row(2), {1, -3});
  const TensorId b = small.give(small.row(2), {0, 0});
  const TensorId y = small.row(2);
  small.add(graph::Add{{a, {0.5F, 0}}, {b, {0.5F, 0}}, {y, {1.0F, 1}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{2, 0});      // 1.5 and -0.5 to even
  CHECK(small.run(Contract::kTflite, y) == Codes{2, -1});  // 0.5 and -1.5 away from zero, then + 1
}

TEST_CASE("an addition of unsigned codes counts from the true zero points") {
  SmallGraph small;
  const TensorId a = small.give(small.row(3, CodeType::kUint8), {255, 100, 0});
  const TensorId b = small.give(small.row(3, CodeType::kUint8), {255, 3, 0});
  const TensorId y = small.row(3, CodeType::kUint8);
  small.add(graph::Add{{a, {1.0F, 90}}, {b, {1.0F, 1}}, {y, {1.0F, 50}}});
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    CHECK(small.run(contract, y) == Codes{255, 50 + 10 + 2, 0});
  }
}

TEST_CASE("an addition stays in its result's range") {
  SmallGraph small;
  const TensorId a = small.give(small.row(2), {100, -100});
  const TensorId b = small.give(small.row(2), {1, 1});
  const TensorId y = small.row(2);
  small.limit(y, 0, 15);
  small.add(graph::Add{{a, {}}, {b, {}}, {y, {}}});
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    CHECK(small.run(contract, y) == Codes{15, 0});
  }
}

TEST_CASE("the order of an addition's operands is the graph's") {
  SmallGraph small;
  const TensorId a = small.give(small.row(1), {-1});
  const TensorId b = small.give(small.row(1), {1});
  const TensorId ab = small.row(1), ba = small.row(1);
  // 1 + b rounds to 1.5, which a takes to a tie that rounds back to it; 1 + a is exact, and with b
  // beyond that tie.
  const float a_scale = std::ldexp(1.0F, -24), b_scale = 0.5F - std::ldexp(1.0F, -25);
  small.add(graph::Add{{a, {a_scale, 0}}, {b, {b_scale, 0}}, {ab, {1.0F, 1}}});
  small.add(graph::Add{{b, {b_scale, 0}}, {a, {a_scale, 0}}, {ba, {1.0F, 1}}});
  CHECK(small.run(Contract::kOrt, ab) == Codes{2});
  CHECK(small.run(Contract::kOrt, ba) == Codes{1});
}

TEST_CASE("tflite refuses an addition whose last multiplier is not below 1") {
  SmallGraph small;
  const TensorId a = small.give(small.row(1), {1});
  const TensorId y = small.row(1);
  small.add(graph::Add{{a, {}}, {a, {}}, {y, {std::ldexp(1.0F, -19), 0}}});
  CHECK_THROWS_WITH_AS((void)small.run(Contract::kTflite, y), doctest::Contains("node0"), Error);
  CHECK(small.run(Contract::kOrt, y) == Codes{127});
}

TEST_CASE("padding never wins a maximum, of unsigned codes either") {
  for (const CodeType type : {CodeType::kInt8, CodeType::kUint8}) {
    const std::int32_t low = graph::range_of(type).low;
    SmallGraph small;
    const TensorId x = small.give(small.tensor(type, 2, 1, 3), {low, low, low, 3, 1, 2});
    const TensorId y = small.tensor(type, 2, 1, 2);
    graph::MaxPool pool{x, y, {}};
    pool.window.kernel_width = 3;
    pool.window.stride_x = 2;
    pool.window.pad_left = pool.window.pad_right = 1;
    small.add(pool);
    for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
      CHECK(small.run(contract, y) == Codes{low, low, 3, 2});
    }
  }
}

TEST_CASE("averages round half to even under ort, away from zero under tflite") {
  SmallGraph small;
  const TensorId x =
      small.give(small.tensor(CodeType::kInt8, 4, 1, 2), {1, 2, 2, 3, -1, -2, -2, -3});
  const TensorId y = small.tensor(CodeType::kInt8, 4, 1, 1);
  small.add(graph::GlobalAverage{{x, {0.5F, 0}}, {y, {0.5F, 0}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{2, 2, -2, -2});
  CHECK(small.run(Contract::kTflite, y) == Codes{2, 3, -2, -3});
}

TEST_CASE("an average of unsigned codes is that of the codes as the model has them") {
  SmallGraph small;
  const TensorId x = small.give(small.tensor(CodeType::kUint8, 2, 1, 2), {0, 1, 254, 255});
  const TensorId y = small.tensor(CodeType::kUint8, 2, 1, 1);
  small.add(graph::GlobalAverage{{x, {1.0F, 128}}, {y, {1.0F, 128}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{128 - 128, 128 + 126});  // -127.5 and 126.5 to even
  CHECK(small.run(Contract::kTflite, y) == Codes{1, 255});             // 0.5 and 254.5 away from 0
}

TEST_CASE("tflite refuses an average to another scale; ort divides it by scale times count") {
  SmallGraph small;
  const TensorId x = small.give(small.tensor(CodeType::kInt8, 1, 2, 2), {10, 12, 14, 16});
  const TensorId y = small.tensor(CodeType::kInt8, 1, 1, 1);
  small.add(graph::GlobalAverage{{x, {1.0F, 10}}, {y, {2.0F, -4}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{-4 + 2});  // (0 + 2 + 4 + 6) / 8 = 1.5
  CHECK_THROWS_WITH_AS((void)small.run(Contract::kTflite, y), doctest::Contains("node0"), Error);
}

TEST_CASE("an ort requantization multiplies by one scale and truly divides by the other") {
  // The quotient of the scales is no float32; the true quotients of these codes are ties.
  const Affine from{1.0F, 0}, to{42.0F, 0};
  SmallGraph small;
  const TensorId x = small.give(small.row(4), {21, 63, 127, -63});
  const TensorId y = small.row(4);
  small.add(graph::Requantize{{x, from}, {y, to}});
  CHECK(small.run(Contract::kOrt, y) == Codes{0, 2, 3, -2});  // 0.5, 1.5, 3.02, -1.5
}

TEST_CASE("a requantization moves zero point and type and saturates") {
  SmallGraph small;
  const TensorId x = small.give(small.row(4, CodeType::kUint8), {0, 129, 133, 255});
  const TensorId y = small.row(4, CodeType::kInt4);
  small.add(graph::Requantize{{x, {0.5F, 128}}, {y, {1.0F, 1}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{-8, 1, 3, 7});     // 0.5 and 2.5 to even, + 1
  CHECK(small.run(Contract::kTflite, y) == Codes{-8, 2, 4, 7});  // away from zero, + 1
}

TEST_CASE("a requantization with equal scale and zero point is a clamp of the codes") {
  SmallGraph small;
  const TensorId x = small.give(small.row(4), {-128, -7, 5, 127});
  const TensorId y = small.row(4);
  small.limit(y, 0, 15);
  const Affine any{0.3F, -7};
  small.add(graph::Requantize{{x, any}, {y, any}});
  for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
    CHECK(small.run(contract, y) == Codes{0, 0, 5, 15});
  }
}

TEST_CASE("tflite refuses a requantization that shifts a code out of int32") {
  SmallGraph small;
  const TensorId x = small.give(small.row(1), {127});
  const TensorId y = small.row(1);
  small.add(graph::Requantize{{x, {std::ldexp(1.0F, 25), 0}}, {y, {1.0F, 0}}});
  CHECK(small.run(Contract::kOrt, y) == Codes{127});
  CHECK_THROWS_WITH_AS((void)small.run(Contract::kTflite, y), doctest::Contains("node0"), Error);
}

}  // namespace
