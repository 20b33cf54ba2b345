// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is convolution from first principles right where the answer can be worked out by hand?
#include "model/golden/convolution.hpp"

#include <doctest/doctest.h>

namespace {

using namespace hb;

TEST_CASE("a 2x2 kernel with padding on the top left reads the pad code there") {
  const arch::Tensor input{1, 2, 2, {1, 2, 3, 4}};
  golden::Convolution layer;
  layer.kernel_height = layer.kernel_width = 2;
  layer.pad_top = layer.pad_left = 1;
  layer.output_height = layer.output_width = 2;
  layer.pad_code = 10;
  layer.weights = {1, 2, 3, 4};
  layer.bias = {1000};
  const golden::Accumulators result = golden::convolve(input, layer);
  // 10 20 30 + 4*1 ; 10*1 + 10*2 + 1*3 + 2*4 ; 10*1 + 1*2 + 10*3 + 3*4 ; 1 + 4 + 9 + 16
  CHECK(result.values == std::vector<std::int32_t>{1064, 1041, 1054, 1030});
}

TEST_CASE("strides and bottom padding follow from the output's size") {
  const arch::Tensor input{2, 3, 1, {1, 2, 3, 10, 20, 30}};
  golden::Convolution layer;
  layer.kernel_height = 2;
  layer.stride_y = 2;
  layer.output_height = 2;
  layer.pad_code = 0;
  layer.weights = {1, 1, -1, 2};
  layer.bias = {0};
  const golden::Accumulators result = golden::convolve(input, layer);
  CHECK(result.values == std::vector<std::int32_t>{1 + 2 - 10 + 40, 3 - 30});
}

TEST_CASE("sums wrap when the bias passes the end of int32") {
  const arch::Tensor input{1, 1, 1, {1}};
  golden::Convolution layer;
  layer.weights = {1};
  layer.bias = {INT32_MAX};
  CHECK(golden::convolve(input, layer).values == std::vector<std::int32_t>{INT32_MIN});
}

TEST_CASE("a copy takes the accumulator or the output's code minus its zero point") {
  const golden::Accumulators sums{1, 1, 3, {300, 5, -7}};
  const golden::Range output_range{-128, 127, 3}, copy_range{-8, 7, -1};
  const arch::Tensor output = golden::requantize(sums, std::vector<float>{0.5F}, output_range);
  CHECK(output.codes == std::vector<std::int8_t>{127, 5, -1});  // 150 clamps; 2.5 -> 2; -3.5 -> -4
  const arch::Tensor from_sum = golden::requantize(sums, std::vector<float>{0.25F}, copy_range);
  CHECK(from_sum.codes == std::vector<std::int8_t>{7, 0, -3});  // 75 clamps; 1.25 -> 1; -1.75 -> -2
  const arch::Tensor from_code =
      golden::requantize(output, 3, std::vector<float>{0.25F}, copy_range);
  CHECK(from_code.codes == std::vector<std::int8_t>{7, -1, -2});  // 31 clamps; 0.5 -> 0; -1
}

}  // namespace
