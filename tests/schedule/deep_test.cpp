// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Layers with more weights than the buffer holds: right, and as fast as the memory allows?
#include <doctest/doctest.h>

#include "tests/schedule/built.hpp"
#include "tests/support/random_data.hpp"

using namespace hb;  // NOLINT: a test
using arch::Precision;

namespace {

schedule::ConvNode square(std::uint32_t from, std::uint32_t to, std::uint32_t side,
                          std::uint32_t kernel) {
  schedule::ConvNode node;
  schedule::ConvLayer& layer = node.layer;
  layer.name = "deep";
  layer.input_channels = from;
  layer.output_channels = to;
  layer.input_height = layer.input_width = side;
  layer.kernel_height = layer.kernel_width = kernel;
  return node;
}

arch::Tensor random_input(test::Random& random, const schedule::ConvLayer& layer) {
  return test::random_tensor(random, layer.precision, layer.input_channels, layer.input_height,
                             layer.input_width);
}

/// Builds, runs and compares; returns the program.
arch::Program check(const arch::Machine& machine, const schedule::ConvNode& node,
                    const arch::Tensor& input) {
  arch::Program program = test::build(machine, node, input);
  const schedule::Quantizer& to = node.layer.output;
  const arch::Tensor expected =
      test::codes_of(node, test::sums_of(node, input), {to.low, to.high, to.zero_point});
  REQUIRE(test::run(program)[0].codes == expected.codes);
  return program;
}

std::uint64_t weight_rows(const arch::Machine& machine, const schedule::ConvLayer& layer) {
  const schedule::LayerSizes size = schedule::sizes(layer, machine);
  return size.tiles * size.tile_rows;
}

std::uint64_t busy(const arch::Timeline& timeline) {
  return timeline.counters[arch::kCounterCause + static_cast<std::size_t>(arch::Cause::kBusy)];
}

bool has_partial(const arch::Program& program) {
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (static_cast<arch::Opcode>(arch::opcode_bits(words)) == arch::Opcode::kConv &&
        arch::decode_conv(words).partial) {
      return true;
    }
  }
  return false;
}

}  // namespace

TEST_CASE("fully connected 2048 to 1000 reads its weights once, at the speed of the memory") {
  const arch::Machine base = test::machines().back();
  test::Random random(11);
  schedule::ConvNode node = square(2048, 1000, 1, 1);
  test::fill_random(random, node);
  const arch::Program program = check(base, node, random_input(random, node.layer));
  CHECK(program.layers[0].op == "fc");
  const std::uint64_t bytes = weight_rows(base, node.layer) * base.row_bytes();
  CHECK(bytes == 2U << 20);  // 2048 * 1024: 1000 outputs are 32 tiles of 32
  CHECK(test::bytes_loaded(program, arch::Buffer::kWeight) == bytes);
  const arch::Timeline timeline = test::play(program);
  MESSAGE(timeline.total, " cycles, ", bytes / base.bus_bytes, " beats of weights");
  CHECK(timeline.total <= 65536 + 2000);
}

TEST_CASE("fully connected layers of every format read their weights once on every machine") {
  for (const arch::Machine& machine : test::machines()) {
    for (const char* format : {"w8a8", "w4a8", "w4a4"}) {
      for (const std::uint32_t inputs : {100U, 2048U, 5000U}) {
        CAPTURE(machine.name);
        CAPTURE(format);
        CAPTURE(inputs);
        test::Random random(inputs);
        schedule::ConvNode node = square(inputs, 3 * machine.columns + 1, 1, 1);
        if (format == std::string("w4a4")) node.layer.precision = Precision::kInt4;
        node.layer.narrow_weights = format == std::string("w4a8");
        test::fill_random(random, node);
        const arch::Program program = check(machine, node, random_input(random, node.layer));
        CHECK(test::bytes_loaded(program, arch::Buffer::kWeight) ==
              weight_rows(machine, node.layer) * machine.row_bytes());
      }
    }
  }
}

TEST_CASE("a fully connected layer on an image reads it whole, tiles deeper than the buffer") {
  for (const arch::Machine& machine : test::machines()) {
    test::Random random(4);
    const auto inputs = static_cast<std::uint32_t>(machine.weight_rows() / 2);
    schedule::ConvNode node = square(inputs, machine.columns + 3, 3, 3);
    test::fill_random(random, node);
    const arch::Program program = check(machine, node, random_input(random, node.layer));
    CHECK(program.layers[0].op == "fc");
    CHECK(has_partial(program));
    CHECK(test::bytes_loaded(program, arch::Buffer::kWeight) ==
          weight_rows(machine, node.layer) * machine.row_bytes());
  }
}

TEST_CASE(
    "a 3x3 layer of 1024 channels, whose tile is larger than tiny's weight buffer, is right") {
  const arch::Machine tiny = test::machines().front();
  test::Random random(12);
  schedule::ConvNode node = square(1024, 24, 7, 3);
  schedule::ConvLayer& layer = node.layer;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
  layer.pad_code = 5;
  CHECK(schedule::sizes(layer, tiny).tile_rows > tiny.weight_rows());
  test::fill_random(random, node);
  const arch::Program program = check(tiny, node, random_input(random, layer));
  CHECK(has_partial(program));
  const arch::Timeline timeline = test::play(program);
  MESSAGE(busy(timeline), " steps, ", timeline.total, " cycles");
  CHECK(10 * busy(timeline) >= 8 * timeline.total);
}

TEST_CASE("3x3, 1024 to 1024 channels, works on tiny") {
  const arch::Machine tiny = test::machines().front();
  test::Random random(13);
  schedule::ConvNode node = square(1024, 1024, 4, 3);
  schedule::ConvLayer& layer = node.layer;
  layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 1;
  test::fill_random(random, node);
  const arch::Program program = check(tiny, node, random_input(random, layer));
  const arch::Timeline timeline = test::play(program);
  MESSAGE(program.count, " commands, ", busy(timeline), " steps, ", timeline.total, " cycles");
}

TEST_CASE("chains that end in every way give the bytes of whole tiles") {
  for (const arch::Machine& machine : test::machines()) {
    const std::uint32_t words = 5;
    test::Random random(14);
    schedule::ConvNode node = square(words * 4 * machine.rows - 1, 2 * machine.columns, 9, 3);
    schedule::ConvLayer& layer = node.layer;
    layer.stride_y = 2;
    layer.pad_top = 2;
    layer.pad_right = 1;
    test::fill_random(random, node);
    const arch::Tensor input = random_input(random, layer);
    for (std::uint32_t link = 1; link < words; ++link) {
      for (const std::uint32_t columns : {1U, 3U, 4U}) {
        schedule::Tiling tiling;
        tiling.rows = 3;
        tiling.columns = columns;
        tiling.block_tiles = 2;
        tiling.input_banks = 4;
        tiling.link_words = link;
        node.tiling = tiling;
        if (schedule::fits(layer, tiling, machine)) check(machine, node, input);
      }
    }
  }
}
