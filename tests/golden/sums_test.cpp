// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do CONVs whose sums or weights are shared over commands or positions give what one plain CONV
// gives?
#include <doctest/doctest.h>

#include <algorithm>

#include "model/arch/machine.hpp"
#include "tests/golden/bench.hpp"
#include "tests/support/seed.hpp"

namespace {

using namespace hb;
using arch::Buffer;
using arch::Conv;
using arch::Machine;
using arch::Precision;
using test::Bench;
using test::Bytes;
using test::Random;

Machine tiny() { return arch::read_machines("config/machines.json").front(); }

constexpr std::uint32_t kOutput = 500;

/// 2x2 kernel on a 3x3 strip of 4 channel words: 2x2 pixels, R of them on tiny; codes that spread.
Conv deep(std::uint16_t tiles) {
  Conv conv;
  conv.input_plane = 9;
  conv.input_height = conv.input_width = 3;
  conv.kernel_height = conv.kernel_width = 2;
  conv.channel_words = 4;
  conv.tiles = tiles;
  conv.output_height = conv.output_width = 2;
  conv.output = {Precision::kInt8, kOutput, 4, 0, -128, 127, 3};
  return conv;
}

/// Scale 2^-11, random biases.
Bytes parameters(Random& random, const Machine& machine, std::uint32_t tiles) {
  test::Parameters values;
  for (std::uint32_t c = 0; c < tiles * machine.columns; ++c) {
    values.bias.push_back(random.range(-1000, 1000));
    values.scale_bits.push_back((127U - 11) << 23);
    values.copy_scale_bits.push_back(127U << 23);
  }
  return test::pack_parameters(machine, values);
}

/// A machine with random inputs, weights and parameters for deep(3); the same for the same seed.
Bench prepared(std::uint64_t seed) {
  const Machine machine = tiny();
  Random random(seed);
  Bench bench(machine);
  bench.put(Buffer::kActivation, 0,
            test::random_bytes(random, std::size_t{36} * machine.word_bytes()));
  const auto rows = static_cast<std::size_t>(3 * deep(1).tile_steps(machine));
  bench.put(Buffer::kWeight, 0, test::random_bytes(random, rows * machine.row_bytes()));
  bench.put(Buffer::kParameter, 0, parameters(random, machine, 3));
  return bench;
}

/// The channel words `first .. first + count - 1` of `conv`'s only tile.
Conv slice(const Conv& conv, std::uint16_t first, std::uint16_t count) {
  Conv part = conv;
  part.channel_words = count;
  part.input_address += first * conv.input_plane;
  part.weight_address += static_cast<std::uint32_t>(first * 4U * tiny().rows);
  return part;
}

Conv as_partial(Conv conv) {
  conv.partial = true;
  conv.output = {};
  return conv;
}

TEST_CASE("a chain of partial CONVs over channel words gives what one CONV over all gives") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  for (const bool narrow : {false, true}) {
    Conv conv = deep(1);
    conv.narrow_weights = narrow;
    Bench whole = prepared(seed);
    whole.run(conv);
    const Bytes wanted = whole.read(kOutput, 4);
    CHECK(std::count(wanted.begin(), wanted.end(), wanted.front()) <
          static_cast<std::ptrdiff_t>(wanted.size()));
    const auto weight_rows = [&](Conv part) {
      if (narrow) part.weight_address /= 2;
      return part;
    };
    Bench two = prepared(seed);
    two.run(weight_rows(as_partial(slice(conv, 0, 3))));
    two.run(weight_rows(slice(conv, 3, 1)));
    CHECK(two.read(kOutput, 4) == wanted);
    Bench four = prepared(seed);
    for (std::uint16_t i = 0; i < 3; ++i) four.run(weight_rows(as_partial(slice(conv, i, 1))));
    four.run(weight_rows(slice(conv, 3, 1)));
    CHECK(four.read(kOutput, 4) == wanted);
    CHECK(four.undefined().empty());
    four = prepared(seed);  // the chain leaves nothing behind
    four.run(weight_rows(as_partial(slice(conv, 0, 2))));
    four.run(weight_rows(slice(conv, 2, 2)));
    four.run(conv);
    CHECK(four.read(kOutput, 4) == wanted);
  }
}

TEST_CASE("only the next CONV's first tile starts from partial sums, row by row") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  const auto codes = [&](bool carried) {
    Bench bench = prepared(seed);
    Conv first = as_partial(deep(1));
    first.output_height = first.output_width = 1;  // row 0 alone has a pixel
    if (carried) bench.run(first);
    bench.run(deep(3));
    return bench.read(kOutput, 4);
  };
  const Bytes plain = codes(false), carried = codes(true);
  CHECK_FALSE(std::equal(plain.begin(), plain.begin() + 4, carried.begin()));
  CHECK(std::equal(plain.begin() + 4, plain.end(), carried.begin() + 4));
}

TEST_CASE("rows without a pixel keep their partial sums") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  const auto codes = [&](bool between) {
    Bench bench = prepared(seed);
    bench.run(as_partial(slice(deep(1), 0, 2)));
    Conv one = as_partial(deep(1));
    one.output_height = one.output_width = 1;
    if (between) bench.run(one);
    bench.run(slice(deep(1), 2, 2));
    return bench.read(kOutput, 4);
  };
  const Bytes plain = codes(false), carried = codes(true);
  CHECK_FALSE(std::equal(plain.begin(), plain.begin() + 16, carried.begin()));
  CHECK(std::equal(plain.begin() + 16, plain.end(), carried.begin() + 16));
}

TEST_CASE("a POOL between two CONVs leaves the array's sums alone") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  const auto codes = [&](bool between) {
    Bench bench = prepared(seed);
    bench.run(as_partial(slice(deep(1), 0, 2)));
    arch::Pool pool;
    pool.output_address = 600;
    if (between) bench.run(pool);
    bench.run(slice(deep(1), 2, 2));
    return bench.read(kOutput, 4);
  };
  CHECK(codes(false) == codes(true));
}

TEST_CASE("repeated weights are weights that are the same for every operand word") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  const Machine machine = tiny();
  struct Kind {
    Precision precision;
    bool narrow;
  };
  for (const Kind kind : {Kind{Precision::kInt8, false}, Kind{Precision::kInt8, true},
                          Kind{Precision::kInt4, false}}) {
    Conv conv = deep(2);
    conv.precision = kind.precision;
    conv.narrow_weights = kind.narrow;
    conv.repeat = true;
    const auto once =
        static_cast<std::size_t>(conv.tile_weight_rows(machine)) * machine.row_bytes();
    Random random(seed);
    const Bytes tiles[] = {test::random_bytes(random, once), test::random_bytes(random, once)};
    const auto codes = [&](bool repeat) {
      Bench bench = prepared(seed);
      Bytes weights;
      for (const Bytes& tile : tiles) {
        for (std::uint32_t i = 0; i < (repeat ? 1U : 16U); ++i) {
          weights.insert(weights.end(), tile.begin(), tile.end());
        }
      }
      bench.put(Buffer::kWeight, 0, weights);
      conv.repeat = repeat;
      bench.run(conv);
      return bench.read(kOutput, 4);
    };
    CHECK(codes(true) == codes(false));
  }
}

}  // namespace
