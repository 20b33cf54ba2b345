// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do residual additions, contracts and narrow weights of compiled convolutions compute what the
// runtimes' operators say?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "model/golden/operators.hpp"
#include "tests/schedule/built.hpp"
#include "tests/support/random_data.hpp"

using namespace hb;  // NOLINT: a test
using arch::Contract;
using arch::Precision;

namespace {

int high_of(Precision precision) { return precision == Precision::kInt4 ? 7 : 127; }

/// Scales within a factor of 4, so that no operand drowns the other; signed or unsigned.
golden::Quantization random_quantization(test::Random& random, Precision precision) {
  golden::Quantization q;
  const int high = high_of(precision);
  q.scale = test::random_scale(random, 0);
  if (q.scale < 0.25F || q.scale > 4.0F) q.scale = 1.5F;
  q.offset = random.chance(50) ? high + 1 : 0;
  q.zero_point = random.range(-high - 1, high) + q.offset;
  return q;
}

map::Addend addend_of(const golden::Quantization& q) {
  return {{q.scale, q.zero_point}, static_cast<std::int16_t>(q.offset)};
}

void random_window(test::Random& random, const arch::Machine& machine, schedule::ConvLayer& layer) {
  layer.input_channels = random.pick(1, 2 * map::channels_per_word(machine, layer.precision));
  layer.input_height = random.pick(3, 14);
  layer.input_width = random.pick(3, 14);
  layer.kernel_height = random.pick(1, 3);
  layer.kernel_width = random.pick(1, 3);
  layer.stride_y = layer.stride_x = random.pick(1, 2);
  layer.pad_top = random.below(layer.kernel_height);
  layer.pad_left = random.below(layer.kernel_width);
  layer.pad_right = random.below(layer.kernel_width);
  layer.output_channels = random.pick(1, 4 * machine.columns);
}

/// A convolution, and what it adds.
struct Case {
  schedule::ConvNode node;
  arch::Tensor input;
  arch::Tensor residual;
  golden::Quantization sum;  ///< of the convolution's own code
  golden::Quantization other;
  golden::Quantization output;
};

void random_addition(test::Random& random, Case& c) {
  schedule::ConvLayer& layer = c.node.layer;
  layer.residual = schedule::ResidualInput{};
  schedule::ResidualInput& residual = *layer.residual;
  const schedule::Quantizer sum = schedule::full_range(layer.output.precision);
  residual.precision = random.chance(50) ? Precision::kInt4 : Precision::kInt8;
  c.sum = random_quantization(random, layer.output.precision);
  c.other = random_quantization(random, residual.precision);
  c.output = random_quantization(random, layer.output.precision);
  residual.sum_low = sum.low;
  residual.sum_high = sum.high;
  residual.sum_zero_point = static_cast<std::int8_t>(c.sum.zero_point - c.sum.offset);
  const map::AdditionTensors tensors{addend_of(c.sum), addend_of(c.other), addend_of(c.output)};
  residual.addition = layer.contract == Contract::kTflite
                          ? map::tflite_addition(tensors)
                          : map::ort_addition(tensors, random.chance(50));
  layer.output.zero_point = residual.addition.zero_point;
  const int zero_point = c.output.zero_point - c.output.offset;
  if (random.chance(50)) layer.output.low = static_cast<std::int8_t>(zero_point);  // Relu
}

Case random_case(test::Random& random, const arch::Machine& machine) {
  Case c;
  schedule::ConvLayer& layer = c.node.layer;
  layer.name = "add";
  layer.contract = random.chance(50) ? Contract::kTflite : Contract::kOrt;
  layer.precision = random.chance(35) ? Precision::kInt4 : Precision::kInt8;
  layer.narrow_weights = layer.precision == Precision::kInt8 && random.chance(50);
  layer.output = schedule::full_range(random.chance(35) ? Precision::kInt4 : Precision::kInt8);
  layer.output.zero_point = static_cast<std::int8_t>(random.range(-5, 5));
  layer.pad_code = static_cast<std::int8_t>(random.range(-8, 7));
  random_window(random, machine, layer);
  if (random.chance(70)) random_addition(random, c);
  if (random.chance(40)) {
    layer.copy = schedule::SecondCopy{arch::CopySource::kCode, test::random_quantizer(random), {}};
    if (layer.residual) {
      layer.copy->offset =
          static_cast<std::int16_t>(c.output.offset - c.output.zero_point);  // true zero point
    }
  }
  test::fill_random(random, c.node);
  c.input = test::random_tensor(random, layer.precision, layer.input_channels, layer.input_height,
                                layer.input_width);
  if (layer.residual) {
    c.residual = test::random_tensor(random, layer.residual->precision, layer.output_channels,
                                     layer.output_height(), layer.output_width());
  }
  return c;
}

arch::Tensor added(const Case& c, const arch::Tensor& sum) {
  const schedule::ConvLayer& layer = c.node.layer;
  const golden::QuantizedTensor a{sum, c.sum};
  const golden::QuantizedTensor b{c.residual, c.other};
  const golden::Limits limits{layer.output.low, layer.output.high};
  if (layer.contract == Contract::kTflite) return golden::add_tflite(a, b, c.output, limits);
  return layer.residual->addition.first ? golden::add_ort(b, a, c.output, limits)
                                        : golden::add_ort(a, b, c.output, limits);
}

arch::Tensor copied(const Case& c, const arch::Tensor& output) {
  const schedule::ConvLayer& layer = c.node.layer;
  const schedule::Quantizer& to = layer.copy->quantizer;
  const golden::Range range{to.low, to.high, to.zero_point};
  const std::int32_t zero_point =
      layer.residual ? c.output.zero_point - c.output.offset : layer.output.zero_point;
  if (layer.contract == Contract::kOrt) {
    return golden::requantize(output, zero_point, c.node.parameters.copy_scale, range);
  }
  return golden::requantize(output, zero_point,
                            test::golden_multipliers(c.node.parameters.copy_multiplier), range);
}

/// Output, then the copy if there is one.
std::vector<arch::Tensor> first_principles(const Case& c) {
  const schedule::ConvLayer& layer = c.node.layer;
  const golden::Accumulators sums = test::sums_of(c.node, c.input);
  std::vector<arch::Tensor> tensors;
  if (layer.residual) {
    const schedule::ResidualInput& r = *layer.residual;
    tensors.push_back(
        added(c, test::codes_of(c.node, sums, {r.sum_low, r.sum_high, r.sum_zero_point})));
  } else {
    const schedule::Quantizer& q = layer.output;
    tensors.push_back(test::codes_of(c.node, sums, {q.low, q.high, q.zero_point}));
  }
  if (layer.copy) tensors.push_back(copied(c, tensors[0]));
  return tensors;
}

void check_case(const Case& c, const arch::Machine& machine) {
  const arch::Program program =
      test::build(machine, c.node, c.input, c.node.layer.residual ? &c.residual : nullptr);
  const std::vector<arch::Tensor> outputs = test::run(program);
  const std::vector<arch::Tensor> expected = first_principles(c);
  REQUIRE(outputs.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    REQUIRE(outputs[i].codes == expected[i].codes);
  }
}

std::optional<schedule::Tiling> random_tiling(test::Random& random,
                                              const schedule::ConvLayer& layer,
                                              const arch::Machine& machine) {
  const schedule::LayerSizes size = schedule::sizes(layer, machine);
  schedule::Tiling tiling;
  tiling.rows = random.pick(1, layer.output_height());
  tiling.columns = random.pick(1, layer.output_width());
  tiling.block_tiles = std::min(size.tiles, size.word_tiles * random.pick(1, 2));
  tiling.group_tiles = random.pick(1, tiling.block_tiles);
  tiling.blocks_outer = random.chance(50);
  tiling.input_banks = random.pick(1, schedule::most_input_banks(layer, machine));
  if (size.channel_words > 1 && random.chance(50)) {
    tiling.link_words = random.pick(1, size.channel_words - 1);
    tiling.group_tiles = 1;
    tiling.columns = std::min(tiling.columns, machine.rows);
  }
  if (!schedule::fits(layer, tiling, machine)) return std::nullopt;
  return tiling;
}

}  // namespace

TEST_CASE(
    "convolutions with residual, copy, narrow weights, in both contracts, give the runtimes' "
    "codes") {
  for (const arch::Machine& machine : test::machines()) {
    for (std::uint64_t seed = 1; seed <= 120; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      test::Random random(seed);
      Case c = random_case(random, machine);
      CAPTURE(c.node.layer.shape());
      check_case(c, machine);
      c.node.tiling = random_tiling(random, c.node.layer, machine);
      if (c.node.tiling) check_case(c, machine);
    }
  }
}

TEST_CASE("narrow weights take half of the memory traffic of int8 weights") {
  const arch::Machine base = test::machines().back();
  test::Random random(5);
  schedule::ConvNode node;
  node.layer.name = "narrow";
  node.layer.input_channels = node.layer.output_channels = 128;
  node.layer.input_height = node.layer.input_width = 4;
  const arch::Tensor input = test::random_tensor(random, Precision::kInt8, 128, 4, 4);
  const auto weight_bytes = [&](bool narrow) {
    node.layer.narrow_weights = narrow;
    test::fill_random(random, node);
    return test::bytes_loaded(test::build(base, node, input), arch::Buffer::kWeight);
  };
  CHECK(weight_bytes(false) == 128 * 128);
  CHECK(weight_bytes(true) == 128 * 128 / 2);
}

TEST_CASE("additions and formats that no command can hold are refused by name") {
  const arch::Machine tiny = test::machines().front();
  schedule::ConvLayer good;
  good.name = "bad";
  good.input_height = good.input_width = 4;
  good.residual = schedule::ResidualInput{};
  good.residual->addition =
      map::ort_addition({{{0.5F, 1}, 0}, {{0.25F, 2}, 0}, {{0.5F, 0}, 0}}, false);
  CHECK_NOTHROW(static_cast<void>(schedule::choose_tiling(good, tiny)));
  const auto refused = [&](auto change) {
    schedule::ConvLayer layer = good;
    change(layer);
    CHECK_THROWS_WITH_AS(static_cast<void>(schedule::choose_tiling(layer, tiny)),
                         doctest::Contains("bad: "), Error);
  };
  refused([](schedule::ConvLayer& l) { l.copy = schedule::SecondCopy{}; });
  refused([](schedule::ConvLayer& l) { l.residual->sum_low = 3, l.residual->sum_high = 2; });
  refused([](schedule::ConvLayer& l) { l.residual->addition.sum_offset = 129; });
  refused([](schedule::ConvLayer& l) { l.residual->addition.residual_scale = 0; });
  refused([](schedule::ConvLayer& l) { l.residual->addition.term = 1; });
  refused([](schedule::ConvLayer& l) { l.residual->addition.output_shift = 1; });
  refused([](schedule::ConvLayer& l) {
    l.contract = Contract::kTflite;
    l.residual->addition.first = true;
  });
  refused([](schedule::ConvLayer& l) {
    l.narrow_weights = true;
    l.precision = Precision::kInt4;
  });
}
