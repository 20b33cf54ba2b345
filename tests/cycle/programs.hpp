// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Hand-made programs for the tests of one machine.
#pragma once

#include <cstdint>
#include <variant>
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
  void parameters(std::uint32_t address, std::uint32_t tiles, arch::Contract contract);

 private:
  struct Parameters {
    std::uint32_t address;
    std::uint32_t tiles;
    arch::Contract contract;
  };
  [[nodiscard]] std::uint32_t random_shifts();
  [[nodiscard]] std::uint32_t random_parameter(std::uint32_t row, arch::Contract contract);
  void fill(std::vector<std::uint8_t>& memory);

  Random random_;
  std::vector<arch::CommandWords> commands_;
  std::vector<Parameters> parameters_;
};

[[nodiscard]] arch::Transfer transfer(arch::Buffer buffer, std::uint32_t address, std::uint32_t row,
                                      std::uint32_t rows);

using ComputeCommand = std::variant<arch::Conv, arch::Pool>;

/// Loads all that `commands` read and what they write over, runs them one after another, stores
/// all that they wrote. Tokens and fences order what must be.
[[nodiscard]] arch::Program sequence(const std::vector<ComputeCommand>& commands,
                                     std::uint64_t seed);

/// Random loads, CONVs, POOLs and stores with tokens that keep the sequential rule; every engine
/// has banks of its own. Data means nothing, timing everything.
[[nodiscard]] arch::Program traffic(std::uint64_t seed);

/// A random CONV that fits the machine, its input in bank 0, its output in bank 1, its copy in
/// bank 2, its residual in bank 5.
[[nodiscard]] arch::Conv random_conv(Random& random);
/// The same with `partial`.
[[nodiscard]] arch::Conv random_partial(Random& random);
/// A random POOL, its input in bank 0, its output in bank 1.
[[nodiscard]] arch::Pool random_pool(Random& random);

}  // namespace hb::cycle::test
