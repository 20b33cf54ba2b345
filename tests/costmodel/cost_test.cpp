// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the cost models the papers', and is it said right which of them cycles follow?
#include <doctest/doctest.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/costmodel/cost.hpp"
#include "sw/costmodel/follows.hpp"

using namespace hb;             // NOLINT: a test
using namespace hb::costmodel;  // NOLINT

namespace {

constexpr Work kWork{1'000, 30};

Cost at(std::uint32_t weights, std::uint32_t activations) {
  return cost_of(kWork, {weights, activations});
}

Model follows(arch::Cycles now, const Bits& bits) {
  return compare({now, 1'000}, cost_of(kWork, bits), at(8, 8)).value().follows;
}

}  // namespace

TEST_CASE("every pair of bits costs what the rules say") {
  for (std::uint32_t weights = 1; weights <= 16; ++weights) {
    for (std::uint32_t activations = 1; activations <= 16; ++activations) {
      const Cost cost = at(weights, activations);
      CHECK(cost.quadratic == kWork.macs * weights * activations);
      CHECK(cost.memory_bits == kWork.weights * weights);
      const std::uint64_t wider = std::max(weights, activations);
      CHECK(cost.linear >= kWork.macs * wider);                                 // rounded up
      CHECK(cost.linear < 2 * kWork.macs * std::max<std::uint64_t>(wider, 3));  // to the next
      CHECK((cost.linear == 4'000 || cost.linear == 8'000 || cost.linear == 16'000));
    }
  }
}

TEST_CASE(
    "bfloat16, int8 and int4 are 1, 1/2, 1/4 by the linear model and 1, 1/4, 1/16 by the other") {
  const Cost reference = at(16, 16);
  CHECK(ratios(at(8, 8), reference).linear == 0.5);
  CHECK(ratios(at(4, 4), reference).linear == 0.25);
  CHECK(ratios(at(4, 8), reference).linear == 0.5);  // as w8a8
  CHECK(ratios(at(8, 8), reference).quadratic == 0.25);
  CHECK(ratios(at(4, 4), reference).quadratic == 0.0625);
  CHECK(ratios(at(4, 8), reference).quadratic == 0.125);
  CHECK(ratios(at(4, 8), reference).memory == 0.25);
  CHECK(ratios(Cost{}, Cost{}).linear == 0);
}

TEST_CASE("bits that no operand has are refused") {
  CHECK_THROWS_AS((void)at(0, 8), const Error&);
  CHECK_THROWS_AS((void)at(8, 0), const Error&);
  CHECK_THROWS_WITH_AS((void)at(17, 8), "weights: 17 bits (expected 1 to 16)", const Error&);
}

TEST_CASE("costs of layers add up") {
  Cost sum = at(4, 8);
  sum += at(8, 8);
  CHECK(sum.linear == at(4, 8).linear + at(8, 8).linear);
  CHECK(sum.quadratic == at(4, 8).quadratic + at(8, 8).quadratic);
  CHECK(sum.memory_bits == at(4, 8).memory_bits + at(8, 8).memory_bits);
}

TEST_CASE("cycles follow the model whose share of w8a8 they have") {
  CHECK(follows(500, {4, 4}) == Model::kLinear);     // 1/2 of w8a8
  CHECK(follows(250, {4, 4}) == Model::kQuadratic);  // 1/4
  CHECK(follows(1'000, {4, 8}) == Model::kLinear);
  CHECK(follows(500, {4, 8}) == Model::kQuadratic);
  CHECK(follows(1'000, {8, 8}) == Model::kBoth);
  const Comparison comparison = compare({600, 1'000}, at(4, 4), at(8, 8)).value();
  CHECK(comparison.cycles == doctest::Approx(0.6));
  CHECK(comparison.to_linear == doctest::Approx(1.2));
  CHECK(comparison.to_quadratic == doctest::Approx(2.4));
}

TEST_CASE("a layer further from both models than the tolerance follows neither") {
  constexpr double kHalf = 500;
  const auto beyond = static_cast<arch::Cycles>(kHalf * kTolerance);
  CHECK(follows(beyond - 1, {4, 4}) == Model::kLinear);
  CHECK(follows(beyond + 1, {4, 4}) == Model::kNeither);
  CHECK(follows(static_cast<arch::Cycles>(kHalf / kTolerance) - 1, {4, 4}) == Model::kNeither);
  CHECK(follows(1'300, {8, 8}) == Model::kNeither);
}

TEST_CASE("what has no cycles or no cost is not compared") {
  CHECK(!compare({0, 10}, at(4, 4), at(8, 8)));
  CHECK(!compare({10, 0}, at(4, 4), at(8, 8)));
  CHECK(!compare({10, 10}, Cost{}, Cost{}));
}
