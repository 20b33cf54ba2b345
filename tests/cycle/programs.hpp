// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Hand-made programs for the tests of one machine.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/program.hpp"
#include "tests/cycle/bench.hpp"

namespace hb::cycle::test {

/// A generator of well-mixed numbers.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// In low..high.
  std::uint32_t in(std::uint32_t low, std::uint32_t high);

 private:
  std::uint64_t state_;
};

/// The commands of a program, to be placed at its end of memory.
class Builder {
 public:
  /// Where data and results may lie; commands follow.
  static constexpr std::uint32_t kDataBytes = 1U << 20;

  explicit Builder(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] Random& random() { return random_; }
  std::uint32_t add(const arch::CommandWords& words);
  /// All data random but for parameters at `parameters` (`tiles` of them); END is added.
  [[nodiscard]] arch::Program build(bool end = true);
  /// Random but sensible parameters for `tiles` output-channel tiles at `address`.
  void parameters(std::uint32_t address, std::uint32_t tiles);

 private:
  struct Parameters {
    std::uint32_t address;
    std::uint32_t tiles;
  };
  void fill(std::vector<std::uint8_t>& memory);

  Random random_;
  std::vector<arch::CommandWords> commands_;
  std::vector<Parameters> parameters_;
};

[[nodiscard]] arch::Transfer transfer(arch::Buffer buffer, std::uint32_t address, std::uint32_t row,
                                      std::uint32_t rows);

/// Load input, weights, what the output is written over, parameters; convolve; store output and
/// copy. Tokens order what must be.
[[nodiscard]] arch::Program layer(const arch::Conv& conv, std::uint64_t seed);

/// Random loads, CONVs and stores with tokens that keep the sequential rule; every engine has banks
/// of its own. Data means nothing, timing everything.
[[nodiscard]] arch::Program traffic(std::uint64_t seed);

/// A random CONV that fits the machine, its input in bank 0, its output in bank 1, its copy in
/// bank 2.
[[nodiscard]] arch::Conv random_conv(Random& random);

}  // namespace hb::cycle::test
