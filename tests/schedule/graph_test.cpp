// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do layers of all kinds pass tensors to one another, residuals over several layers included?
#include <doctest/doctest.h>

#include "model/golden/operators.hpp"
#include "tests/schedule/built.hpp"
#include "tests/support/random_data.hpp"

using namespace hb;  // NOLINT: a test
using arch::Precision;

namespace {

constexpr std::uint32_t kChannels = 40;
constexpr std::uint32_t kSide = 6;
constexpr float kScale = 0.5F;
constexpr int kZeroPoint = 3;

/// Input 12x12, max pool to 6x6, two convolutions with the pool's output added to the second's,
/// average, fully connected. All activations have kScale and kZeroPoint.
struct Block {
  arch::Tensor input;
  schedule::PoolNode pool;
  schedule::ConvNode first;
  schedule::ConvNode second;
  schedule::UnitNode average;
  schedule::ConvNode classifier;
};

schedule::ConvNode conv(test::Random& random, std::uint32_t outputs, std::uint32_t side) {
  schedule::ConvNode node;
  node.layer.name = "conv";
  node.layer.input_channels = kChannels;
  node.layer.output_channels = outputs;
  node.layer.input_height = node.layer.input_width = side;
  node.layer.pad_code = kZeroPoint;
  node.layer.output.zero_point = kZeroPoint;
  test::fill_random(random, node);
  return node;
}

Block random_block(test::Random& random) {
  Block block;
  block.input = test::random_tensor(random, Precision::kInt8, kChannels, 2 * kSide, 2 * kSide);
  schedule::PoolLayer& pool = block.pool.layer;
  pool.name = "pool";
  pool.input_channels = kChannels;
  pool.input_height = pool.input_width = 2 * kSide;
  pool.kernel_height = pool.kernel_width = pool.stride_y = pool.stride_x = 2;
  block.first = conv(random, kChannels, kSide);
  block.second = conv(random, kChannels, kSide);
  const map::Addend same{{kScale, kZeroPoint}, 0};
  schedule::ResidualInput residual;
  residual.sum_zero_point = kZeroPoint;
  residual.addition = map::ort_addition({same, same, same}, true);
  block.second.layer.output.zero_point = residual.addition.zero_point;
  block.second.layer.residual = residual;
  schedule::UnitLayer& average = block.average.layer;
  average.name = "average";
  average.kind = schedule::UnitKind::kGlobalAverage;
  average.channels = kChannels;
  average.height = average.width = kSide;
  average.output.zero_point = kZeroPoint;
  block.average.scale = map::ort_average({kScale, kZeroPoint}, {kScale, kZeroPoint}, kSide * kSide);
  block.classifier = conv(random, 10, 1);
  return block;
}

/// Every layer's output is an output of the program.
arch::Program build(const Block& block, const arch::Machine& machine, schedule::Image image) {
  schedule::ProgramBuilder builder(machine, image);
  const auto tensor = [&](const char* name, std::uint32_t channels, std::uint32_t side) {
    const auto id = builder.add_tensor({name, 0, channels, side, side, Precision::kInt8});
    builder.mark_output(id);
    return id;
  };
  schedule::PoolNode pool = block.pool;
  pool.input = builder.add_input("input", Precision::kInt8, block.input);
  pool.output = tensor("pooled", kChannels, kSide);
  builder.add_pool(pool);
  const auto add = [&](schedule::ConvNode node, schedule::TensorId from, const char* name) {
    node.input = from;
    node.output = tensor(name, node.layer.output_channels, node.layer.output_height());
    if (node.layer.residual) node.residual = pool.output;
    builder.add_conv(node);
    return node.output;
  };
  const schedule::TensorId first = add(block.first, pool.output, "first");
  schedule::UnitNode average = block.average;
  average.input = add(block.second, first, "second");
  average.output = tensor("averaged", kChannels, 1);
  builder.add_unit(average);
  static_cast<void>(add(block.classifier, average.output, "classes"));
  return builder.finish();
}

std::vector<arch::Tensor> first_principles(const Block& block) {
  const golden::Quantization q{kScale, kZeroPoint, 0};
  const golden::Range range{-128, 127, kZeroPoint};
  const auto convolved = [&](const schedule::ConvNode& node, const arch::Tensor& input) {
    return test::codes_of(node, test::sums_of(node, input), range);
  };
  std::vector<arch::Tensor> tensors;
  tensors.push_back(golden::max_pool(block.input, {2, 2, 2, 2, 0, 0, kSide, kSide}, -128));
  tensors.push_back(convolved(block.first, tensors[0]));
  tensors.push_back(
      golden::add_ort({tensors[0], q}, {convolved(block.second, tensors[1]), q}, q, {}));
  tensors.push_back(
      golden::average_pool_ort({tensors[2], q}, {kSide, kSide, 1, 1, 0, 0, 1, 1}, q, {}));
  tensors.push_back(convolved(block.classifier, tensors[3]));
  return tensors;
}

}  // namespace

TEST_CASE("a block of pooling, convolutions, addition, average and classifier gives every tensor") {
  for (const arch::Machine& machine : test::machines()) {
    CAPTURE(machine.name);
    test::Random random(21);
    const Block block = random_block(random);
    const arch::Program program = build(block, machine, schedule::Image::kWhole);
    const std::vector<arch::Tensor> outputs = test::run(program);
    const std::vector<arch::Tensor> expected = first_principles(block);
    REQUIRE(outputs.size() == expected.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      CAPTURE(i);
      CHECK(outputs[i].codes == expected[i].codes);
    }
    CHECK(program.layers[0].op == "maxpool");
    CHECK(program.layers[3].op == "avgpool");
    CHECK(program.layers[4].op == "fc");
  }
}

TEST_CASE("without data a block of all kinds has the same commands") {
  for (const arch::Machine& machine : test::machines()) {
    test::Random random(22);
    const Block block = random_block(random);
    const arch::Program whole = build(block, machine, schedule::Image::kWhole);
    const arch::Program commands = build(block, machine, schedule::Image::kCommands);
    REQUIRE(commands.count == whole.count);
    for (std::uint32_t i = 0; i < whole.count; ++i)
      REQUIRE(commands.command(i) == whole.command(i));
    CHECK(test::play(commands).total == test::play(whole).total);
  }
}
