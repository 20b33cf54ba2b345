// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do compiled layers compute what convolution from first principles says?
#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "model/golden/convolution.hpp"
#include "model/golden/execute.hpp"
#include "sw/cost/timing.hpp"
#include "tests/support/random_data.hpp"
#include "tests/support/random_network.hpp"

using namespace hb;  // NOLINT: a test
using schedule::ConvLayer;
using schedule::Tiling;

namespace {

std::vector<arch::Machine> machines() { return arch::read_machines("config/machines.json"); }

golden::Range range_of(const schedule::Quantizer& quantizer) {
  return {quantizer.low, quantizer.high, quantizer.zero_point};
}

/// Output, then the copy if there is one.
std::vector<arch::Tensor> first_principles(const test::NetworkLayer& node,
                                           const arch::Tensor& input) {
  const ConvLayer& layer = node.layer;
  golden::Convolution shape;
  shape.output_channels = layer.output_channels;
  shape.kernel_height = layer.kernel_height;
  shape.kernel_width = layer.kernel_width;
  shape.stride_y = layer.stride_y;
  shape.stride_x = layer.stride_x;
  shape.pad_top = layer.pad_top;
  shape.pad_left = layer.pad_left;
  shape.output_height = layer.output_height();
  shape.output_width = layer.output_width();
  shape.pad_code = layer.pad_code;
  shape.weights = node.weights.values;
  shape.bias = node.parameters.bias;
  const golden::Accumulators sums = golden::convolve(input, shape);
  std::vector<arch::Tensor> tensors{
      golden::requantize(sums, node.parameters.scale, range_of(layer.output))};
  if (!layer.copy) return tensors;
  const golden::Range range = range_of(layer.copy->quantizer);
  const auto& scales = node.parameters.copy_scale;
  tensors.push_back(layer.copy->source == arch::CopySource::kCode
                        ? golden::requantize(tensors[0], layer.output.zero_point, scales, range)
                        : golden::requantize(sums, scales, range));
  return tensors;
}

/// Runs the network in the golden model and compares every tensor.
void check_network(const test::Network& network, const arch::Machine& machine) {
  const arch::Program program = test::compile(network, machine);
  std::vector<golden::Undefined> undefined;
  const golden::Result result = golden::execute(program, &undefined);
  REQUIRE(result.error == arch::ErrorCode::kNone);
  REQUIRE(undefined.empty());
  arch::Tensor from = network.input;
  arch::Tensor copy;
  std::size_t next = 0;
  for (const test::NetworkLayer& node : network.layers) {
    CAPTURE(node.layer.shape());
    const auto tensors = first_principles(node, node.reads_copy ? copy : from);
    for (const arch::Tensor& expected : tensors) {
      const arch::TensorPlace& place = program.outputs.at(next++);
      REQUIRE(map::unpack_tensor(machine, place, result.memory).codes == expected.codes);
    }
    from = tensors.front();
    copy = tensors.back();
  }
}

/// A layer with everything odd: 5x6 outputs of 3x2 windows, 2 channel words in, several words out,
/// a copy.
test::Network odd_layer(const arch::Machine& machine, test::Random& random) {
  test::NetworkLayer node;
  ConvLayer& layer = node.layer;
  layer.name = "odd";
  layer.precision = arch::Precision::kInt4;
  layer.input_channels = 8 * machine.rows + 3;
  layer.input_height = 9;
  layer.input_width = 6;
  layer.output_channels = 8 * machine.rows + machine.columns + 1;
  layer.kernel_height = 3;
  layer.kernel_width = 2;
  layer.stride_y = 2;
  layer.pad_top = 1;
  layer.pad_bottom = 2;
  layer.pad_right = 1;
  layer.pad_code = -3;
  layer.copy = schedule::SecondCopy{};
  layer.copy->quantizer.precision = arch::Precision::kInt4;
  layer.copy->quantizer.low = -8;
  layer.copy->quantizer.high = 7;
  node.weights = test::random_weights(random, layer);
  node.parameters = test::random_parameters(random, layer);
  test::Network network;
  network.input = test::random_tensor(random, layer.precision, layer.input_channels, 9, 6);
  network.layers.push_back(std::move(node));
  return network;
}

ConvLayer resnet_layer(arch::Precision precision) {
  ConvLayer layer;
  layer.name = "3x3 128";
  layer.precision = precision;
  layer.output.precision = precision;
  if (precision == arch::Precision::kInt4) {
    layer.output.low = -8;
    layer.output.high = 7;
  }
  layer.input_channels = layer.output_channels = 128;
  layer.input_height = layer.input_width = 28;
  layer.kernel_height = layer.kernel_width = 3;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
  return layer;
}

}  // namespace

TEST_CASE("a layer gives the same bytes under every tiling") {
  test::Random random(7);
  for (const arch::Machine& machine : machines()) {
    test::Network network = odd_layer(machine, random);
    check_network(network, machine);
    const ConvLayer layer = network.layers[0].layer;
    const schedule::LayerSizes size = schedule::sizes(layer, machine);
    for (const std::uint32_t rows : {1U, 2U, 5U}) {
      for (const std::uint32_t columns : {1U, 4U, 6U}) {
        for (const std::uint32_t group : {1U, 3U, size.tiles}) {
          for (const bool outer : {false, true}) {
            Tiling tiling{rows, columns, size.tiles, std::min(group, size.tiles), outer, 2};
            if (!schedule::fits(layer, tiling, machine)) continue;
            network.layers[0].tiling = tiling;
            check_network(network, machine);
            tiling.block_tiles = std::min(size.tiles, size.word_tiles);
            tiling.group_tiles = std::min(tiling.group_tiles, tiling.block_tiles);
            network.layers[0].tiling = tiling;
            check_network(network, machine);
          }
        }
      }
    }
  }
}

TEST_CASE("a chain of random layers gives the bytes of first principles") {
  test::Coverage coverage;
  for (const arch::Machine& machine : machines()) {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      CAPTURE(machine.name);
      CAPTURE(seed);
      test::Random random(seed);
      check_network(test::random_network(random, machine, coverage), machine);
    }
  }
}

TEST_CASE(
    "the ResNet-50 layer 3x3 128 to 128 on 28x28 is right on base, and 95 % of its cycles are "
    "products") {
  test::Random random(50);
  const arch::Machine base = machines().back();
  REQUIRE(base.name == "base");
  for (const auto precision : {arch::Precision::kInt8, arch::Precision::kInt4}) {
    test::NetworkLayer node;
    node.layer = resnet_layer(precision);
    CHECK(node.layer.macs() == 115605504);  // 128 * 128 * 9 * 28 * 28
    CHECK(node.layer.shape() == "128x28x28 3x3/1 -> 128x28x28");
    node.weights = test::random_weights(random, node.layer);
    node.parameters = test::random_parameters(random, node.layer);
    test::Network network{test::random_tensor(random, precision, 128, 28, 28), {node}};
    check_network(network, base);
    const arch::Program program = test::compile(network, base);
    std::vector<arch::CommandWords> commands;
    for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
    const arch::Timeline timeline = cost::play(commands, base, {});
    const std::uint64_t macs_per_cycle = precision == arch::Precision::kInt4 ? 2048 : 1024;
    MESSAGE(arch::name(precision), ": ", timeline.total, " cycles");
    CHECK(100 * node.layer.macs() >= 95 * timeline.total * macs_per_cycle);
  }
}

TEST_CASE("weights of the next layer are loaded before the last convolution of this one") {
  test::Random random(3);
  const arch::Machine base = machines().back();
  test::NetworkLayer node;
  node.layer = resnet_layer(arch::Precision::kInt8);
  node.weights = test::random_weights(random, node.layer);
  node.parameters = test::random_parameters(random, node.layer);
  test::Network network{test::random_tensor(random, arch::Precision::kInt8, 128, 28, 28),
                        {node, node}};
  network.layers[1].layer.name = "next";
  const arch::Program program = test::compile(network, base);
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (arch::decode_common(words).layer != 1) continue;
    // The next layer's first command is its weights' load, and it waits for nothing.
    CHECK(static_cast<arch::Opcode>(arch::opcode_bits(words)) == arch::Opcode::kLoad);
    CHECK(arch::decode_transfer(words).buffer == arch::Buffer::kWeight);
    CHECK(arch::decode_common(words).wait == 0);
    break;
  }
}

TEST_CASE(
    "a layer that cannot be cut small enough is refused by name, with needed and available sizes") {
  const arch::Machine tiny = machines().front();
  ConvLayer layer;
  layer.name = "huge";
  layer.input_channels = 40000;  // 2500 channel words of 9 positions
  layer.kernel_height = layer.kernel_width = 3;
  layer.input_height = layer.input_width = 8;
  try {
    static_cast<void>(schedule::choose_tiling(layer, tiny));
    FAIL("no error");
  } catch (const Error& error) {
    const std::string text = error.what();
    CAPTURE(text);
    CHECK(text.find("huge: needs 36 weight rows") == 0);  // 4 * 9
    CHECK(text.find("22500 activation words") != std::string::npos);
    CHECK(text.find("at most 2048 weight rows and 4096 activation words") != std::string::npos);
  }
}

TEST_CASE("shapes that no command can hold are refused by name") {
  const arch::Machine tiny = machines().front();
  const auto refused = [&](const ConvLayer& layer) {
    CHECK_THROWS_WITH_AS(static_cast<void>(schedule::choose_tiling(layer, tiny)),
                         doctest::Contains("bad: "), Error);
  };
  ConvLayer good;
  good.name = "bad";
  good.input_height = good.input_width = 8;
  CHECK_NOTHROW(static_cast<void>(schedule::choose_tiling(good, tiny)));
  const auto with = [&](auto change) {
    ConvLayer layer = good;
    change(layer);
    refused(layer);
  };
  with([](ConvLayer& l) { l.input_channels = 0; });
  with([](ConvLayer& l) { l.kernel_height = 9; });
  with([](ConvLayer& l) { l.pad_top = 1; });
  with([](ConvLayer& l) { l.stride_x = 0; });
  with([](ConvLayer& l) { l.input_width = 70000; });
  with([](ConvLayer& l) { l.output.low = 1, l.output.high = 0; });
  with([](ConvLayer& l) { l.output.precision = arch::Precision::kInt4; });
}
