// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// hb_lanes with known parameters, held against the runtimes' literal rules.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "Vlanes_base.h"
#include "Vlanes_tiny.h"
#include "model/arch/shapes.hpp"
#include "tests/rtl/lanes_cases.hpp"
#include "tests/rtl/lanes_driver.hpp"

namespace hb::rtl_test {

struct LanesBase {
  using Shape = arch::shapes::base;
  using Driver = LanesDriver<Vlanes_base, Shape>;
};
struct LanesTiny {
  using Shape = arch::shapes::tiny;
  using Driver = LanesDriver<Vlanes_tiny, Shape>;
};

/// Lanes whose parameters are known.
template <class Machine>
class LanesBench {
 public:
  using Shape = typename Machine::Shape;
  using Lanes = std::array<std::uint32_t, Shape::kColumns>;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  static constexpr std::uint32_t kTiles = Shape::kParameterTiles;

  struct Parameters {
    Lanes bias{}, scale{}, shifts{}, copy_scale{};
    bool tflite = false;  ///< what they are made for
  };

  explicit LanesBench(std::uint64_t seed) : driver_(seed), parameters_(kTiles) {}

  void write(std::uint32_t tile, const Parameters& values) {
    driver_.write(tile, ParameterRow::kBias, values.bias);
    driver_.write(tile, ParameterRow::kScale, values.scale);
    driver_.write(tile, ParameterRow::kShifts, values.shifts);
    driver_.write(tile, ParameterRow::kCopyScale, values.copy_scale);
    parameters_[tile] = values;
  }
  [[nodiscard]] const Parameters& parameters(std::uint32_t tile) const { return parameters_[tile]; }

  /// Sets the row's sum so that lane c's accumulator is `accumulator`.
  void set_accumulator(Row<Shape>& row, std::uint32_t c, std::uint32_t accumulator) const {
    row.sums[c] = accumulator - parameters_[row.tile].bias[c];
  }

  /// What lane c's scale of a path (0 output, 1 copy) is worth under a contract.
  [[nodiscard]] double scale_of(const Row<Shape>& row, std::uint32_t c, std::size_t path) const {
    const auto [scale, shifts] = bits_of(row, c, path);
    return row.tflite ? value_of(multiplier_of(scale, shifts)) : golden::literal_scale(scale);
  }

  /// Rows of codes that are wrong, after running `rows`.
  [[nodiscard]] std::size_t wrong_rows(const std::vector<Row<Shape>>& rows) {
    const std::vector<Codes<Shape>> codes = driver_.run(rows);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Row<Shape>& row = rows[i];
      CodeRow<Shape> outputs{}, copies{};
      for (std::uint32_t c = 0; c < kColumns; ++c) {
        const auto accumulator =
            static_cast<std::int32_t>(row.sums[c] + parameters_[row.tile].bias[c]);
        outputs[c] = literal(row, c, 0, accumulator);
        copies[c] =
            literal(row, c, 1, row.copy_code ? row.codes[c] + row.copy_offset : accumulator);
      }
      wrong += codes[i].output != outputs;
      wrong += row.copy && codes[i].copy != copies;
    }
    return wrong;
  }

 private:
  /// Scale and shifts.
  [[nodiscard]] std::array<std::uint32_t, 2> bits_of(const Row<Shape>& row, std::uint32_t c,
                                                     std::size_t path) const {
    const Parameters& values = parameters_[row.tile];
    if (path == 0) return {values.scale[c], values.shifts[c]};
    return {values.copy_scale[c], values.shifts[c] >> 16};
  }
  [[nodiscard]] std::int8_t literal(const Row<Shape>& row, std::uint32_t c, std::size_t path,
                                    std::int32_t source) const {
    const auto [scale, shifts] = bits_of(row, c, path);
    const golden::Range& range = row.ranges[path];
    return static_cast<std::int8_t>(
        row.tflite ? golden::requantize_literal(source, multiplier_of(scale, shifts), range)
                   : golden::requantize_literal(source, golden::literal_scale(scale), range));
  }

  typename Machine::Driver driver_;
  std::vector<Parameters> parameters_;
};

/// Up to 2^30 either way, so that sum + bias wraps now and then.
inline std::uint32_t random_bias(test::Random& random) {
  const std::int32_t bias = static_cast<std::int32_t>(any_bits(random)) >> 1;
  return static_cast<std::uint32_t>(bias >> (random.chance(50) ? 0 : random.below(31)));
}

/// Contracts of the rows of a random run.
enum class Contracts { kOrt, kTflite, kMixed };

inline bool random_contract(test::Random& random, Contracts contracts) {
  return contracts == Contracts::kMixed ? random.chance(50) : contracts == Contracts::kTflite;
}

template <class Machine>
void write_random(test::Random& random, LanesBench<Machine>& bench, Contracts contracts) {
  for (std::uint32_t tile = 0; tile < LanesBench<Machine>::kTiles; ++tile) {
    typename LanesBench<Machine>::Parameters values;
    values.tflite = random_contract(random, contracts);
    for (std::uint32_t& bias : values.bias) bias = random_bias(random);
    for (std::uint32_t& scale : values.scale) {
      scale = values.tflite ? random_multiplier(random) : random_scale(random);
    }
    for (std::uint32_t& shifts : values.shifts) {
      shifts = random_shifts(random) | random_shifts(random) << 16;
    }
    for (std::uint32_t& scale : values.copy_scale) {
      scale = values.tflite ? random_multiplier(random) : random_copy_scale(random);
    }
    bench.write(tile, values);
  }
}

/// A row of `tile` with ranges of its own and accumulators for one of its two scales.
template <class Machine>
Row<typename Machine::Shape> random_row(test::Random& random, const LanesBench<Machine>& bench,
                                        std::uint32_t tile) {
  Row<typename Machine::Shape> row;
  row.gap = random.chance(90) ? 0 : random.below(25);
  row.tile = tile;
  row.tflite = bench.parameters(tile).tflite;
  row.copy = random.chance(90);
  row.copy_code = random.chance(50);
  row.copy_offset = random.range(-128, 128);
  for (golden::Range& range : row.ranges) range = random_range(random, random.chance(40));
  for (std::int8_t& code : row.codes) code = static_cast<std::int8_t>(random.range(-128, 127));
  const std::size_t path = random.chance(40) ? 1 : 0;
  for (std::uint32_t c = 0; c < Machine::Shape::kColumns; ++c) {
    const double scale = bench.scale_of(row, c, path);
    bench.set_accumulator(row, c, static_cast<std::uint32_t>(random_accumulator(random, scale)));
  }
  return row;
}

/// Loads batches of tiles and sends rows through, 1 to R of a tile, until `values` accumulators
/// have passed; the rows of codes that are wrong.
template <class Machine>
std::size_t wrong_random_rows(std::uint64_t seed, std::size_t values, Contracts contracts) {
  test::Random random(seed);
  LanesBench<Machine> bench(seed);
  std::size_t wrong = 0;
  for (std::size_t done = 0; done < values;) {
    write_random(random, bench, contracts);
    std::vector<Row<typename Machine::Shape>> rows;
    for (std::uint32_t visit = 0; visit < 3 * LanesBench<Machine>::kTiles; ++visit) {
      const std::uint32_t tile = visit * 5 % LanesBench<Machine>::kTiles;
      const std::uint32_t count = random.chance(50) ? 1 : random.pick(1, Machine::Shape::kRows);
      for (std::uint32_t i = 0; i < count; ++i) rows.push_back(random_row(random, bench, tile));
    }
    wrong += bench.wrong_rows(rows);
    done += rows.size() * LanesBench<Machine>::kColumns;
  }
  return wrong;
}

}  // namespace hb::rtl_test
