// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the built-in networks cost what the papers' authors publish?
#include <doctest/doctest.h>

#include "sw/costmodel/network.hpp"
#include "sw/graph/resnet.hpp"

using namespace hb;             // NOLINT: a test
using namespace hb::costmodel;  // NOLINT
using NetworkBits = graph::Bits;

namespace {

Network network(std::uint32_t depth, NetworkBits bits,
                arch::Precision residual = arch::Precision::kInt8) {
  graph::ResnetOptions options;
  options.depth = depth;
  options.bits = bits;
  options.residual = residual;
  return analyze(graph::make_resnet(options));
}

/// A figure that is published with `digits` behind the point.
doctest::Approx published(double value, double half_of_last_digit) {
  return doctest::Approx(value).epsilon(half_of_last_digit / value);
}
constexpr double kSixDigits = 0.5e-6;

}  // namespace

// google-research/google-research, resnet_cost_test.py beside aqt/jax/compute_cost_utils.py:
// ResNet-50 at 224x224x3.
TEST_CASE("ResNet-50 costs what the authors' test of their cost model says") {
  const Network w8a8 = network(50, NetworkBits::kW8A8);
  CHECK(w8a8.work.macs == 4'089'184'256);
  CHECK(w8a8.work.weights == 25'502'912);
  CHECK(w8a8.reference.quadratic == 1'046'831'169'536);
  CHECK(w8a8.reference.memory_bits == 408'046'592);
  CHECK(w8a8.cost.quadratic == 261'707'792'384);
  CHECK(w8a8.cost.memory_bits == 204'023'296);
  const Network w4a4 = network(50, NetworkBits::kW4A4);
  CHECK(w4a4.cost.quadratic == 65'426'948'096);
  CHECK(w4a4.cost.memory_bits == 102'011'648);
  CHECK(cost_of(w8a8.work, {8, 16}).quadratic == 523'415'584'768);
  CHECK(cost_of(w8a8.work, {4, 16}).quadratic == 261'707'792'384);
  CHECK(cost_of(w8a8.work, {4, 2}).quadratic == 32'713'474'048);
}

// Derived from the same code's layers (v1.5): all 4-bit but first convolution and last layer.
TEST_CASE(
    "every depth has the layers, MACs, weights and mostly-4-bit costs of the published family") {
  struct Published {
    std::uint32_t depth;
    std::size_t layers;
    std::uint64_t macs, weights;
    double linear, quadratic, memory;
  };
  const Published all[] = {
      {29, 33, 2'560'622'592, 17'077'440, 0.261722, 0.071291, 0.280119},
      {50, 54, 4'089'184'256, 25'502'912, 0.257340, 0.068005, 0.270168},
      {101, 105, 7'801'405'440, 44'442'816, 0.253847, 0.065386, 0.261573},
      {152, 156, 11'513'626'624, 60'040'384, 0.252607, 0.064455, 0.258567},
      {200, 204, 15'007'481'856, 64'496'832, 0.252000, 0.064000, 0.257975},
  };
  for (const Published& one : all) {
    CAPTURE(one.depth);
    const Network mostly = network(one.depth, NetworkBits::kMostlyW4A4);
    CHECK(mostly.layers.size() == one.layers);
    CHECK(mostly.work.macs == one.macs);
    CHECK(mostly.work.weights == one.weights);
    const Ratios relative = ratios(mostly.cost, mostly.reference);
    CHECK(relative.linear == published(one.linear, kSixDigits));
    CHECK(relative.quadratic == published(one.quadratic, kSixDigits));
    CHECK(relative.memory == published(one.memory, kSixDigits));
  }
}

// sahajgarg/low_precision_nn, run_quant/first_last.sh: its targets are 4.322694 and 4.193291 bits.
TEST_CASE("mostly-4-bit ResNet-50 has the average bits that the authors' scripts aim at") {
  const Network four = network(50, NetworkBits::kMostlyW4A4, arch::Precision::kInt4);
  CHECK(four.average_weight_bits() == published(4.322694, kSixDigits));
  CHECK(four.average_activation_bits() == published(4.193291, kSixDigits));
  const Network eight = network(50, NetworkBits::kMostlyW4A4, arch::Precision::kInt8);
  CHECK(eight.average_weight_bits() == four.average_weight_bits());
  CHECK(eight.average_activation_bits() == published(5.520511, kSixDigits));
  std::uint64_t values = 0;
  for (const Map& map : four.maps) values += map.values;
  CHECK(values == 16'634'344);
}

TEST_CASE("the linear model charges w4a8 as w8a8, the quadratic one half of it") {
  const Network w8a8 = network(50, NetworkBits::kW8A8);
  const Network w4a8 = network(50, NetworkBits::kW4A8);
  CHECK(w4a8.cost.linear == w8a8.cost.linear);
  CHECK(2 * w4a8.cost.quadratic == w8a8.cost.quadratic);
  CHECK(w4a8.average_activation_bits() == 8);
}
