// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are predicted distributions of codes right?
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sw/graph/random.hpp"
#include "sw/graph/resnet_codes.hpp"

using namespace hb;  // NOLINT: a test
using doctest::Approx;

namespace {

constexpr graph::CodeType kInt8 = graph::CodeType::kInt8;
constexpr graph::CodeType kInt4 = graph::CodeType::kInt4;
constexpr graph::CodeType kUint4 = graph::CodeType::kUint4;

double total(const graph::Histogram& codes) {
  return std::accumulate(codes.shares().begin(), codes.shares().end(), 0.0);
}

/// Shares of `draw`'s codes in many draws.
template <class Draw>
std::vector<double> sampled(std::size_t codes, Draw draw) {
  constexpr int kDraws = 200'000;
  std::vector<double> shares(codes);
  for (int i = 0; i < kDraws; ++i) shares.at(draw()) += 1.0 / kDraws;
  return shares;
}

void check_close(const std::vector<double>& predicted, const std::vector<double>& real) {
  REQUIRE(predicted.size() == real.size());
  // Five deviations of a share near a half of 200,000 draws.
  for (std::size_t i = 0; i < real.size(); ++i) {
    CAPTURE(i);
    CHECK(std::abs(predicted[i] - real[i]) < 0.0056);
  }
}

}  // namespace

TEST_CASE("the normal distribution is the error function's") {
  const graph::Distribution values = graph::normal({2.0});
  for (double x = -20; x <= 20; x += 0.37) {
    CAPTURE(x);
    CHECK(std::abs(values(x) - 0.5 * std::erfc(-x / 2 / std::sqrt(2.0))) < 4e-5);
  }
  const graph::Distribution mixed = graph::normal({1.0, 3.0});
  CHECK(mixed(3.0) ==
        Approx(0.25 * (std::erfc(-3 / std::sqrt(2.0)) + std::erfc(-1 / std::sqrt(2.0))))
            .epsilon(1e-4));
}

TEST_CASE("uniform codes have the mean and mean square of their range") {
  const graph::Histogram codes = graph::uniform(kInt4, {0.5F, 1});
  double mean = 0;
  double square = 0;
  for (int code = -8; code <= 7; ++code) {
    mean += 0.5 * (code - 1) / 16;
    square += 0.25 * (code - 1) * (code - 1) / 16;
  }
  CHECK(codes.mean() == Approx(mean));
  CHECK(codes.mean_square() == Approx(square));
  CHECK(codes.below(0.5 * (-3 - 1)) == Approx(5.0 / 16));  // -8 .. -4
  CHECK(codes.below(0.5 * (-3 - 1) + 0.001) == Approx(6.0 / 16));
  CHECK(codes.below(-100) == 0);
  CHECK(codes.below(100) == 1);
}

TEST_CASE("a quantized distribution is that of rounded and clamped values") {
  // Values that are evenly spread over -1 .. 1 fall on codes of 0.1 each, and the ends take the
  // rest.
  const graph::Distribution even = [](double x) { return std::clamp((x + 1) / 2, 0.0, 1.0); };
  const graph::Histogram codes = graph::quantize(even, kInt4, {0.1F, 0});
  CHECK(total(codes) == Approx(1));
  CHECK(codes.shares().at(0) == Approx((1 - 0.75) / 2).epsilon(1e-6));
  CHECK(codes.shares().at(8) == Approx(0.05).epsilon(1e-6));
  CHECK(codes.shares().at(15) == Approx((1 - 0.65) / 2).epsilon(1e-6));
  const graph::Histogram relu = graph::quantize(even, kUint4, {0.1F, 0});
  CHECK(relu.shares().at(0) == Approx(0.525).epsilon(1e-6));
}

TEST_CASE("sums and maxima of codes are distributed as those of drawn codes") {
  graph::RandomStream random(1, 0);
  const graph::Histogram a = graph::uniform(kInt4, {1.0F, -1});
  const graph::Histogram b = graph::uniform(kUint4, {0.37F, 0});
  const auto code = [&](double low) { return static_cast<double>(random.integer(0, 15)) + low; };
  const graph::Affine affine{0.81F, 0};
  const auto sum = [&] {
    const double value = code(-8) + 1 + double{0.37F} * code(0);
    return static_cast<std::size_t>(std::clamp(std::nearbyint(value / double{0.81F}), 0.0, 15.0));
  };
  check_close(graph::quantize(graph::sum(a, b), kUint4, affine).shares(), sampled(16, sum));
  const auto most = [&] {
    double largest = 0;
    for (int i = 0; i < 9; ++i) largest = std::max(largest, code(0));
    return static_cast<std::size_t>(largest);
  };
  check_close(graph::largest(b, 9).shares(), sampled(16, most));
}

TEST_CASE("a shrunk distribution keeps its mean") {
  const graph::Histogram codes = graph::uniform(kUint4, {1.0F, 0});
  const graph::Histogram half = graph::quantize(graph::shrunk(codes, 0.5), kInt8, {0.25F, 0});
  CHECK(half.mean() == Approx(codes.mean()).epsilon(0.02));
  const double variance = codes.mean_square() - codes.mean() * codes.mean();
  CHECK(half.mean_square() - half.mean() * half.mean() == Approx(variance / 4).epsilon(0.05));
}

TEST_CASE("a chosen scale saturates few values, and one that is 5 % smaller saturates more") {
  const graph::Distribution values = graph::normal({0.7, 1.1, 1.3});
  for (const graph::CodeType type : {kInt8, kInt4, kUint4}) {
    const std::int32_t zero_point = type == kUint4 ? 0 : 1;
    const graph::Affine affine = graph::choose_affine(values, type, zero_point);
    const auto ends = [&](float factor) {
      const graph::Histogram codes =
          graph::quantize(values, type, {affine.scale * factor, zero_point});
      return codes.shares().back() + (type == kUint4 ? 0 : codes.shares().front());
    };
    CHECK(affine.zero_point == zero_point);
    CHECK(ends(1) <= 0.0021);
    CHECK(ends(0.95F) > 0.0021);
    CHECK(ends(0.5F) > 0.02);
  }
}
