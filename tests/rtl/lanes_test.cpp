// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_lanes alone requantize by the literal float32 rule and pack what comes out, on both
// paths?
#include <doctest/doctest.h>

#include <cstring>

#include "Vlanes_base.h"
#include "Vlanes_tiny.h"
#include "model/arch/shapes.hpp"
#include "tests/rtl/lanes_cases.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

struct Base {
  using Shape = arch::shapes::base;
  using Driver = LanesDriver<Vlanes_base, Shape>;
};
struct Tiny {
  using Shape = arch::shapes::tiny;
  using Driver = LanesDriver<Vlanes_tiny, Shape>;
};

std::int32_t literal(std::int32_t accumulator, std::uint32_t scale_bits, const Path& path) {
  return golden::requantize_literal(accumulator, golden::literal_scale(scale_bits),
                                    {path.low, path.high, path.zero_point});
}

/// Lanes whose parameters are known.
template <class Machine>
class Bench {
 public:
  using Shape = typename Machine::Shape;
  using Codes = std::array<std::int32_t, Shape::kColumns>;
  using Lanes = std::array<std::uint32_t, Shape::kColumns>;
  using Bytes = std::array<std::uint8_t, Shape::kWordBytes>;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  static constexpr std::uint32_t kTiles = Shape::kParameterTiles;
  static constexpr std::uint32_t kParts = Shape::kWordBytes / kColumns;  ///< int8 parts of a word

  struct Parameters {
    Lanes bias{}, scale{}, copy_scale{};
  };

  explicit Bench(std::uint64_t seed) : driver_(seed), parameters_(kTiles) {}

  void write(std::uint32_t tile, const Parameters& values) {
    driver_.write(tile, ParameterRow::kBias, values.bias);
    driver_.write(tile, ParameterRow::kScale, values.scale);
    driver_.write(tile, ParameterRow::kReserved, values.bias);  // must change nothing
    driver_.write(tile, ParameterRow::kCopyScale, values.copy_scale);
    parameters_[tile] = values;
  }
  [[nodiscard]] const Parameters& parameters(std::uint32_t tile) const { return parameters_[tile]; }

  /// Sets the row's sum so that lane c's accumulator is `accumulator`.
  void set_accumulator(Row<Shape>& row, std::uint32_t c, std::uint32_t accumulator) const {
    row.sums[c] = accumulator - parameters_[row.tile].bias[c];
  }

  /// Words of `rows` that are wrong, after running them.
  [[nodiscard]] std::size_t wrong_words(const std::vector<Row<Shape>>& rows) {
    const std::vector<Words<Shape>> words = driver_.run(rows);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row<Shape>& row = rows[i];
      const Codes accumulators = accumulators_of(row);
      const Codes outputs = codes(accumulators, parameters_[row.tile].scale, row.paths[0]);
      wrong += words[i].output != packed(outputs, row.paths[0]);
      if (!row.copy) continue;
      Codes sources = accumulators;
      for (std::uint32_t c = 0; row.copy_code && c < kColumns; ++c) {
        sources[c] = outputs[c] - row.paths[0].zero_point;
      }
      const Codes copies = codes(sources, parameters_[row.tile].copy_scale, row.paths[1]);
      wrong += words[i].copy != packed(copies, row.paths[1]);
    }
    return wrong;
  }

 private:
  [[nodiscard]] Codes accumulators_of(const Row<Shape>& row) const {
    Codes accumulators{};
    for (std::uint32_t c = 0; c < kColumns; ++c) {
      const std::uint32_t wrapped = row.sums[c] + parameters_[row.tile].bias[c];
      accumulators[c] = static_cast<std::int32_t>(wrapped);
    }
    return accumulators;
  }
  static Codes codes(const Codes& sources, const Lanes& scales, const Path& path) {
    Codes result{};
    for (std::uint32_t c = 0; c < kColumns; ++c) result[c] = literal(sources[c], scales[c], path);
    return result;
  }
  /// docs/commands.md section 3: C codes from byte part * C, or two to a byte from part * C / 2.
  static Bytes packed(const Codes& codes, const Path& path) {
    Bytes bytes{};
    for (std::uint32_t c = 0; c < kColumns; ++c) {
      const auto code = static_cast<std::uint32_t>(codes[c]);
      if (!path.int4) {
        bytes[path.part * kColumns + c] = static_cast<std::uint8_t>(code);
        continue;
      }
      std::uint8_t& byte = bytes[path.part * kColumns / 2 + c / 2];
      byte = static_cast<std::uint8_t>(byte | ((code & 0xF) << (c % 2 != 0 ? 4 : 0)));
    }
    return bytes;
  }

  typename Machine::Driver driver_;
  std::vector<Parameters> parameters_;
};

/// Up to 2^30 either way, so that sum + bias wraps now and then.
std::uint32_t random_bias(Random& random) {
  const std::int32_t bias = static_cast<std::int32_t>(any_bits(random)) >> 1;
  return static_cast<std::uint32_t>(bias >> (random.chance(50) ? 0 : random.below(31)));
}

template <class Machine>
void write_random(Random& random, Bench<Machine>& bench) {
  for (std::uint32_t tile = 0; tile < Bench<Machine>::kTiles; ++tile) {
    typename Bench<Machine>::Parameters values;
    for (std::uint32_t& bias : values.bias) bias = random_bias(random);
    for (std::uint32_t& scale : values.scale) scale = random_scale(random);
    for (std::uint32_t& scale : values.copy_scale) scale = random_copy_scale(random);
    bench.write(tile, values);
  }
}

/// Rows that go through every tile `laps` times, mostly back to back, each with paths of its own.
template <class Machine>
std::vector<Row<typename Machine::Shape>> random_rows(Random& random, const Bench<Machine>& bench,
                                                      std::uint32_t laps) {
  using B = Bench<Machine>;
  std::vector<Row<typename Machine::Shape>> rows(laps * B::kTiles);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto& row = rows[i];
    row.gap = random.chance(90) ? 0 : random.below(15);
    row.tile = static_cast<std::uint32_t>(i) / 2 % B::kTiles;  // two rows of a tile in a row
    row.copy = random.chance(90);
    row.copy_code = random.chance(50);
    for (Path& path : row.paths) path = random_path(random, B::kParts);
    const bool for_copy = random.chance(40);
    for (std::uint32_t c = 0; c < B::kColumns; ++c) {
      const auto& values = bench.parameters(row.tile);
      const std::uint32_t scale = for_copy ? values.copy_scale[c] : values.scale[c];
      bench.set_accumulator(row, c, static_cast<std::uint32_t>(random_accumulator(random, scale)));
    }
  }
  return rows;
}

/// Loads batches of tiles and sends rows through, until `values` accumulators have passed.
template <class Machine>
std::size_t wrong_random_words(std::uint64_t seed, std::size_t values) {
  Random random(seed);
  Bench<Machine> bench(seed);
  std::size_t wrong = 0;
  for (std::size_t done = 0; done < values;) {
    write_random(random, bench);
    const auto rows = random_rows(random, bench, 4);
    wrong += bench.wrong_words(rows);
    done += rows.size() * Bench<Machine>::kColumns;
  }
  return wrong;
}

TEST_CASE("ten million random accumulators become the codes of the literal float32 rule") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_words<Base>(seed, 10000000) == 0);
}

TEST_CASE("lanes of a machine with many parts in a word agree as well") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  CHECK(wrong_random_words<Tiny>(seed, 500000) == 0);
}

TEST_CASE("every accumulator length, scale exponent and border agrees, on both paths") {
  using B = Bench<Base>;
  B bench(5);
  const std::vector<std::uint32_t> scales = edge_scales(), accumulators = edge_accumulators();
  const std::vector<Path> paths = edge_paths();
  constexpr std::size_t kScales = std::size_t{B::kTiles} * B::kColumns;
  REQUIRE(scales.size() % kScales == 0);
  Random random(5);
  std::size_t wrong = 0;
  for (std::size_t first = 0; first < scales.size(); first += kScales) {
    for (std::uint32_t tile = 0; tile < B::kTiles; ++tile) {
      B::Parameters values;
      for (std::uint32_t c = 0; c < B::kColumns; ++c) {
        values.bias[c] = random_bias(random);
        values.scale[c] = scales[first + tile * B::kColumns + c];
        values.copy_scale[c] = scales[scales.size() - 1 - (first + tile * B::kColumns + c)];
      }
      bench.write(tile, values);
      std::vector<Row<Base::Shape>> rows;
      for (const std::uint32_t accumulator : accumulators) {
        for (std::size_t i = 0; i < paths.size(); ++i) {
          Row<Base::Shape> row;
          row.tile = tile;
          row.paths = {paths[i], paths[(i + 1) % paths.size()]};
          for (std::uint32_t c = 0; c < B::kColumns; ++c)
            bench.set_accumulator(row, c, accumulator);
          rows.push_back(row);
        }
      }
      wrong += bench.wrong_words(rows);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a copy of codes takes every code less the zero point, times every scale exponent") {
  using B = Bench<Base>;
  B bench(6);
  const std::vector<std::uint32_t> scales = edge_scales();
  std::size_t wrong = 0;
  for (std::size_t first = 0; first < scales.size(); first += B::kColumns) {
    B::Parameters values;
    values.scale.fill(scale_with(127, 0));  // codes are the accumulators
    for (std::uint32_t c = 0; c < B::kColumns; ++c) values.copy_scale[c] = scales[first + c];
    bench.write(0, values);
    std::vector<Row<Base::Shape>> rows;
    for (const std::int32_t zero_point : {-128, 0, 127}) {
      for (std::int32_t code = -128; code <= 127; ++code) {
        Row<Base::Shape> row;
        row.copy_code = true;
        row.paths[0].zero_point = zero_point;
        row.paths[1].zero_point = 3;
        row.sums.fill(static_cast<std::uint32_t>(code - zero_point));
        rows.push_back(row);
      }
    }
    wrong += bench.wrong_words(rows);
  }
  CHECK(wrong == 0);
}

/// A line of the table of edge cases in docs/arithmetic.md.
struct Line {
  std::int32_t accumulator;
  std::uint32_t scale_bits;
  std::int32_t zero_point;
  std::int32_t code;
};

std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

TEST_CASE("the edge cases of docs/arithmetic.md come out as its table says") {
  const std::uint32_t half = bits_of(0.5F), one = bits_of(1.0F), huge = bits_of(3e38F);
  const std::uint32_t tie = scale_with(127 - 18, 0), small = scale_with(127 - 25, 0);
  const std::vector<Line> lines{
      {1, half, 0, 0},
      {3, half, 0, 2},
      {5, half, 0, 2},
      {-1, half, 0, 0},
      {-3, half, 0, -2},
      {-5, half, 0, -2},
      {1, half, 1, 1},
      {3, half, 1, 3},
      {117, one, 10, 127},
      {118, one, 10, 127},
      {-138, one, 10, -128},
      {-139, one, 10, -128},
      {201 * (1 << 17) + 1, tie, 0, 100},
      {201 * (1 << 17) + 2, tie, 0, 101},
      {(1 << 24) + 1, tie, 0, 64},
      {(1 << 24) + 3, tie, 0, 64},
      {INT32_MAX, small, 0, 64},
      {INT32_MIN, small, 0, -64},
      {INT32_MIN, one, 0, -128},
      {1 << 30, bits_of(1e-30F), 10, 10},
      {1, huge, 10, 127},
      {-1, huge, 10, -128},
      {0, huge, 10, 10},
      {1, scale_with(255, 1), 10, 127},
      {-1, scale_with(255, 0), 10, -128},
      {0, scale_with(255, 0x7FFFFF), 10, 10},
      {INT32_MAX, scale_with(0, 0x7FFFFF), 10, 10},
      {20, bits_of(-1.0F), 3, 23},
  };
  LanesDriver<Vlanes_base, Base::Shape> driver(7);
  for (const Line& line : lines) {
    CAPTURE(line.accumulator);
    CAPTURE(line.scale_bits);
    std::array<std::uint32_t, Base::Shape::kColumns> bias{}, scale{};
    scale.fill(line.scale_bits);
    driver.write(0, ParameterRow::kBias, bias);
    driver.write(0, ParameterRow::kScale, scale);
    driver.write(0, ParameterRow::kCopyScale, scale);
    Row<Base::Shape> row;
    row.sums.fill(static_cast<std::uint32_t>(line.accumulator));
    for (Path& path : row.paths) path.zero_point = line.zero_point;
    const Words<Base::Shape> words = driver.run({row})[0];
    for (std::uint32_t c = 0; c < Base::Shape::kColumns; ++c) {
      CHECK(static_cast<std::int8_t>(words.output[c]) == line.code);
      CHECK(static_cast<std::int8_t>(words.copy[c]) == line.code);
    }
  }
}

TEST_CASE_TEMPLATE("a row fills its part of the word, in int8 and int4, and the rest is zero",
                   Machine, Base, Tiny) {
  using B = Bench<Machine>;
  using Shape = typename Machine::Shape;
  B bench(8);
  typename B::Parameters values;
  values.scale.fill(scale_with(127, 0));
  values.copy_scale.fill(scale_with(127, 0));
  bench.write(0, values);
  std::vector<Row<Shape>> rows;
  for (std::uint32_t part = 0; part < 2 * B::kParts; ++part) {
    Row<Shape> row;
    row.paths[0] = {-8, 7, 0, true, part};
    row.paths[1] = {-128, 127, 0, false, part % B::kParts};
    for (std::uint32_t c = 0; c < Shape::kColumns; ++c) row.sums[c] = (part + c) % 8 - 8;
    rows.push_back(row);
    std::swap(row.paths[0], row.paths[1]);
    rows.push_back(row);
  }
  CHECK(bench.wrong_words(rows) == 0);
}

}  // namespace
}  // namespace hb::rtl_test
