// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the bytes agree with the golden model, whatever the buffers held before?
#include <doctest/doctest.h>

#include <vector>

#include "model/golden/execute.hpp"
#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

/// First address at which the machine's memory differs from the golden model's, or the size.
std::size_t first_difference(const Image& image, const Image& golden) {
  std::size_t at = 0;
  while (at < image.size() && at < golden.size() && image[at] == golden[at]) ++at;
  return at;
}

/// Runs `program` and the golden model; the memories must be the same.
void require_golden_bytes(const arch::Program& program) {
  std::vector<golden::Undefined> undefined;
  const golden::Result expected = golden::execute(program, &undefined);
  REQUIRE(expected.error == arch::ErrorCode::kNone);
  bench().run(program);
  REQUIRE(bench().read(0x0C) == 2);
  REQUIRE(undefined.empty());
  REQUIRE(first_difference(bench().image, expected.memory) == expected.memory.size());
}

void start() {
  bench().timing = {5, 1};
  bench().reset();
}

TEST_CASE("three hundred random convolutions write the golden bytes") {
  start();
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const arch::Program program = sequence({random_conv(random)}, seed);
    bench().scramble(seed);
    require_golden_bytes(program);
  }
}

/// Adds codes in -4..4 times 2^-20, residual codes times 1/2, and 2^-19: a float32 between 32 and
/// 64 loses the term or both small numbers, depending on which of them is added first.
arch::Conv ordered_addition(bool residual_first) {
  arch::Conv conv;
  conv.input_height = conv.input_width = conv.output_height = conv.output_width = 8;
  conv.output.address = Shape::kBankWords;
  conv.output.plane = 64;
  conv.output.low = -128;
  conv.output.high = 127;
  conv.residual.emplace();
  conv.residual->first = residual_first;
  conv.residual->address = 2 * Shape::kBankWords;
  conv.residual->plane = 64;
  conv.residual->sum_low = -4;
  conv.residual->sum_high = 4;
  conv.residual->sum_scale = (127U - 20U) << 23;
  conv.residual->residual_scale = (127U - 1U) << 23;
  conv.residual->term = (127U - 19U) << 23;
  return conv;
}

TEST_CASE("an addition keeps the order of its operands") {
  start();
  require_golden_bytes(sequence({ordered_addition(false)}, 1));
  const Image sum_first = bench().image;
  require_golden_bytes(sequence({ordered_addition(true)}, 1));
  // All but the results and the command itself is the same.
  const auto data = [](const Image& image) {
    return Image(image.begin(), image.begin() + Builder::kDataBytes);
  };
  CHECK(data(sum_first) != data(bench().image));
}

TEST_CASE("one hundred random POOLs write the golden bytes") {
  start();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const arch::Program program = sequence({random_pool(random)}, seed);
    bench().scramble(seed);
    require_golden_bytes(program);
  }
}

TEST_CASE(
    "partial sums reach the next CONV, across a POOL, another mode and rows without a pixel") {
  start();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    std::vector<ComputeCommand> commands;
    for (std::uint32_t i = random.in(1, 2); i != 0; --i) commands.push_back(random_partial(random));
    if (random.in(0, 1) != 0) commands.push_back(random_pool(random));
    commands.push_back(random_conv(random));
    require_golden_bytes(sequence(commands, seed));
  }
}

TEST_CASE("the doorbell clears the sums that a program left in the array") {
  start();
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    bench().run(sequence({random_partial(random)}, seed));
    require_golden_bytes(sequence({random_conv(random)}, seed));
  }
}

}  // namespace
}  // namespace hb::cycle::test
