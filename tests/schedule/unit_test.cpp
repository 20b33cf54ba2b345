// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do poolings and requantizations compute what the runtimes' operators say?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "model/golden/convolution.hpp"
#include "model/golden/operators.hpp"
#include "tests/schedule/built.hpp"
#include "tests/support/random_data.hpp"

using namespace hb;  // NOLINT: a test
using arch::Contract;
using arch::Precision;
using schedule::UnitKind;

namespace {

int high_of(Precision precision) { return precision == Precision::kInt4 ? 7 : 127; }

std::uint32_t random_channels(test::Random& random, const arch::Machine& machine,
                              Precision precision) {
  return random.pick(1, 5 * map::channels_per_word(machine, precision));
}

schedule::PoolNode random_pool(test::Random& random, const arch::Machine& machine) {
  schedule::PoolNode node;
  schedule::PoolLayer& layer = node.layer;
  layer.name = "pool";
  if (random.chance(50)) layer.precision = Precision::kInt4;
  layer.input_channels = random_channels(random, machine, layer.precision);
  layer.kernel_height = random.pick(1, 9);
  layer.kernel_width = random.pick(1, 8);
  layer.stride_y = random.pick(1, 4);
  layer.stride_x = random.pick(1, 4);
  layer.pad_top = random.below(layer.kernel_height);
  layer.pad_bottom = random.below(layer.kernel_height);
  layer.pad_left = random.below(layer.kernel_width);
  layer.pad_right = random.below(layer.kernel_width);
  layer.input_height = random.pick(layer.kernel_height, 40);
  layer.input_width = random.pick(layer.kernel_width, 40);
  return node;
}

golden::Windows windows_of(const schedule::PoolLayer& layer) {
  return {layer.kernel_height, layer.kernel_width, layer.stride_y,        layer.stride_x,
          layer.pad_top,       layer.pad_left,     layer.output_height(), layer.output_width()};
}

std::vector<std::int8_t> max_pool(const schedule::PoolLayer& layer, const arch::Tensor& input) {
  const auto lowest = static_cast<std::int8_t>(-high_of(layer.precision) - 1);
  return golden::max_pool(input, windows_of(layer), lowest).codes;
}

/// A tensor's scale and true zero point, and whether it is unsigned.
golden::Quantization random_quantization(test::Random& random, Precision precision) {
  golden::Quantization q;
  const int high = high_of(precision);
  q.scale = test::random_scale(random, -4);
  if (q.scale < 0x1p-12F || q.scale > 0x1p4F) q.scale = 0.25F;
  q.offset = random.chance(50) ? high + 1 : 0;
  q.zero_point = random.range(-high - 1, high) + q.offset;
  return q;
}

map::Affine stored(const golden::Quantization& q) { return {q.scale, q.zero_point - q.offset}; }

schedule::Quantizer quantizer_of(const golden::Quantization& q, Precision precision) {
  schedule::Quantizer quantizer = schedule::full_range(precision);
  quantizer.zero_point = static_cast<std::int8_t>(q.zero_point - q.offset);
  return quantizer;
}

struct UnitCase {
  schedule::UnitNode node;
  arch::Tensor input;
  golden::Quantization x;
  golden::Quantization y;
};

UnitCase random_unit(test::Random& random, const arch::Machine& machine, UnitKind kind,
                     Contract contract) {
  UnitCase unit;
  schedule::UnitLayer& layer = unit.node.layer;
  layer.name = "unit";
  layer.kind = kind;
  layer.contract = contract;
  if (random.chance(50)) layer.precision = Precision::kInt4;
  layer.channels = random_channels(random, machine, layer.precision);
  layer.height = random.pick(1, 20);
  layer.width = random.pick(1, 20);
  const bool same = layer.averages() && contract == Contract::kTflite;
  const Precision other = layer.precision == Precision::kInt8 ? Precision::kInt4 : Precision::kInt8;
  const Precision to = same || random.chance(50) ? layer.precision : other;
  unit.x = random_quantization(random, layer.precision);
  unit.y = random_quantization(random, to);
  layer.output = quantizer_of(unit.y, to);
  if (same) layer.output.zero_point = 0;
  unit.input =
      test::random_tensor(random, layer.precision, layer.channels, layer.height, layer.width);
  return unit;
}

void set_scale(UnitCase& unit) {
  const schedule::UnitLayer& layer = unit.node.layer;
  const std::uint32_t n = layer.averages() ? layer.height * layer.width : 1;
  if (layer.contract == Contract::kOrt) {
    unit.node.scale = map::ort_average(stored(unit.x), stored(unit.y), n);
  } else if (layer.averages()) {
    unit.node.scale = map::tflite_average(n);
  } else {
    unit.node.scale = map::tflite_requantize(stored(unit.x), stored(unit.y));
  }
}

arch::Tensor average(const UnitCase& unit) {
  const schedule::UnitLayer& layer = unit.node.layer;
  const golden::Windows windows{layer.height, layer.width, 1, 1, 0, 0, 1, 1};
  const golden::Limits limits{layer.output.low, layer.output.high};
  if (layer.contract == Contract::kTflite) {
    return golden::average_pool_tflite(unit.input, windows, limits);
  }
  return golden::average_pool_ort({unit.input, unit.x}, windows, unit.y, limits);
}

arch::Tensor requantize(const UnitCase& unit) {
  const schedule::UnitLayer& layer = unit.node.layer;
  const golden::Range range{layer.output.low, layer.output.high, layer.output.zero_point};
  const std::int32_t zero_point = unit.x.zero_point - unit.x.offset;
  if (layer.contract == Contract::kTflite) {
    const double scale = double{unit.x.scale} / double{unit.y.scale};
    const std::vector<golden::Multiplier> scales(layer.channels,
                                                 golden::quantize_multiplier(scale));
    return golden::requantize(unit.input, zero_point, scales, range);
  }
  const std::vector<float> scales(layer.channels, unit.x.scale / unit.y.scale);
  return golden::requantize(unit.input, zero_point, scales, range);
}

}  // namespace

TEST_CASE("max pooling of any window gives the maximum of what lies inside the image") {
  for (const arch::Machine& machine : test::machines()) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      test::Random random(seed);
      schedule::PoolNode node = random_pool(random, machine);
      const schedule::PoolLayer& layer = node.layer;
      CAPTURE(layer.shape());
      const arch::Tensor input = test::random_tensor(random, layer.precision, layer.input_channels,
                                                     layer.input_height, layer.input_width);
      const std::vector<std::int8_t> expected = max_pool(layer, input);
      REQUIRE(test::run(test::build(machine, node, input))[0].codes == expected);
      const std::uint32_t words =
          map::channel_words(machine, layer.precision, layer.input_channels);
      node.tiling =
          schedule::PoolTiling{random.pick(1, words), random.pick(1, layer.output_height()),
                               random.pick(1, layer.output_width()), random.pick(1, 7)};
      if (!schedule::fits(layer, *node.tiling, machine)) continue;
      REQUIRE(test::run(test::build(machine, node, input))[0].codes == expected);
    }
  }
}

TEST_CASE("global averages and requantizations give the runtime's codes, in both contracts") {
  for (const arch::Machine& machine : test::machines()) {
    for (const UnitKind kind : {UnitKind::kGlobalAverage, UnitKind::kRequantize}) {
      for (const Contract contract : {Contract::kOrt, Contract::kTflite}) {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
          CAPTURE(machine.name);
          CAPTURE(seed);
          test::Random random(seed);
          UnitCase unit = random_unit(random, machine, kind, contract);
          CAPTURE(unit.node.layer.shape());
          CAPTURE(unit.x.scale / unit.y.scale);
          set_scale(unit);
          const arch::Tensor expected =
              kind == UnitKind::kGlobalAverage ? average(unit) : requantize(unit);
          REQUIRE(test::run(test::build(machine, unit.node, unit.input))[0].codes ==
                  expected.codes);
        }
      }
    }
  }
}

TEST_CASE("max pooling 3x3/2 of 112x112x64 takes at most 30,000 steps on base") {
  const arch::Machine base = test::machines().back();
  schedule::PoolNode node;
  schedule::PoolLayer& layer = node.layer;
  layer.name = "maxpool";
  layer.input_channels = 64;
  layer.input_height = layer.input_width = 112;
  layer.kernel_height = layer.kernel_width = 3;
  layer.stride_y = layer.stride_x = 2;
  layer.pad_top = layer.pad_left = 1;
  test::Random random(1);
  const arch::Tensor input = test::random_tensor(random, layer.precision, 64, 112, 112);
  const arch::Program program = test::build(base, node, input);
  CHECK(test::run(program)[0].codes == max_pool(layer, input));
  const arch::Timeline timeline = test::play(program);
  const std::uint64_t busy =
      timeline.counters[arch::kCounterCause + static_cast<std::size_t>(arch::Cause::kBusy)];
  MESSAGE("steps ", busy, ", cycles ", timeline.total);
  CHECK(busy == 2U * 7 * 113 * 17);  // words, groups of 8 rows, columns, rows of a group
  CHECK(timeline.total <= 32000);
}

TEST_CASE("the global average of 2048x7x7 uses all rows of the array on base") {
  const arch::Machine base = test::machines().back();
  schedule::UnitNode node;
  node.layer.name = "avgpool";
  node.layer.kind = UnitKind::kGlobalAverage;
  node.layer.channels = 2048;
  node.layer.height = node.layer.width = 7;
  node.scale = map::ort_average({0.5F, 3}, {0.25F, -2}, 49);
  node.layer.output.zero_point = -2;
  test::Random random(2);
  const arch::Tensor input = test::random_tensor(random, Precision::kInt8, 2048, 7, 7);
  const arch::Program program = test::build(base, node, input);
  const golden::Windows windows{7, 7, 1, 1, 0, 0, 1, 1};
  CHECK(test::run(program)[0].codes ==
        golden::average_pool_ort({input, {0.5F, 3, 0}}, windows, {0.25F, -2, 0}, {}).codes);
  const arch::Timeline timeline = test::play(program);
  const std::uint64_t busy =
      timeline.counters[arch::kCounterCause + static_cast<std::size_t>(arch::Cause::kBusy)];
  MESSAGE("steps ", busy, ", cycles ", timeline.total);
  CHECK(busy == 64U * 49);  // a cycle per word: 2048 / 32 of them at 49 positions
}

TEST_CASE("poolings and requantizations that no command can hold are refused by name") {
  const arch::Machine tiny = test::machines().front();
  schedule::PoolLayer pool;
  pool.name = "bad";
  pool.input_height = pool.input_width = 20;
  pool.kernel_width = 9;
  const doctest::Contains named("bad: ");
  CHECK_THROWS_WITH_AS(static_cast<void>(schedule::choose_tiling(pool, tiny)), named, Error);
  schedule::UnitLayer unit;
  unit.name = "bad";
  unit.kind = UnitKind::kGlobalAverage;
  unit.height = 128;
  CHECK_THROWS_WITH_AS(static_cast<void>(schedule::choose_tiling(unit, tiny)), named, Error);
  unit.height = unit.width = 120;  // 14400 words; the buffer has 4096
  CHECK_THROWS_WITH_AS(static_cast<void>(schedule::choose_tiling(unit, tiny)), named, Error);
  CHECK_THROWS_AS(static_cast<void>(map::tflite_average(2897)), Error);
}
