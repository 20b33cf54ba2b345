// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A layer on tiny whose toggled bits a pencil finds: 1x1, 16 channels to 4 on 4x4 pixels, so four
// tiles of four steps, back to back, on 4 x 4 PEs.
#include <doctest/doctest.h>

#include <algorithm>

#include "model/arch/shapes.hpp"
#include "sim/run.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"

namespace {

using hb::arch::Toggle;
using hb::arch::Toggles;

constexpr std::uint32_t kWords = 16 * 16;   // bytes
constexpr std::uint32_t kWeights = 4 * 16;  // bytes

/// The layer with all activations and all weights alike.
hb::arch::Program layer_of(std::uint8_t activation, std::uint8_t weight) {
  hb::arch::Program program =
      hb::test::layer_program(hb::test::machine_of<hb::arch::shapes::tiny>());
  const auto source = program.memory.begin() + hb::test::kSource;
  std::fill_n(source, kWords, activation);
  std::fill_n(source + 0x1000, kWeights, weight);
  return program;
}

/// The same on both sides, alone and together.
Toggles toggles_of(const hb::arch::Program& program) {
  hb::sim::RunOptions options = hb::test::with_memory(20);
  options.activity = true;
  const hb::sim::RunResult run = hb::sim::run(program, options);
  REQUIRE_MESSAGE(run.good(), (run.divergence ? run.divergence->describe() : "no divergence"));
  return run.timeline.toggles.value().total;
}

}  // namespace

TEST_CASE("ones times ones: every counter by pencil") {
  const Toggles toggles = toggles_of(layer_of(1, 1));
  // Operands go from 0 to 01010101 and back, weights from 0 to 01010101 and stay.
  CHECK(toggles[Toggle::kOperand] == 16 * (4 + 4));
  CHECK(toggles[Toggle::kWeight] == 16 * 4);
  // A word of four lanes at each row, a weight above each column.
  CHECK(toggles[Toggle::kEntry] == 4 * 4 * 4 + 4 * 4);
  // Weights reach column 0 with the operands and column c c cycles before: quiet, all operands 0.
  CHECK(toggles[Toggle::kActiveInt8] == 16 * (4 + 4) + 4 * 4);
  CHECK(toggles[Toggle::kActiveInt4] == 0);
  // 0, 4, 8, 12, and 0 where 16 leaves: 1 + 2 + 1 + 2 bits a tile.
  CHECK(toggles[Toggle::kAccumulator] == 16 * 4 * 6);
  CHECK(toggles[Toggle::kWeightRead] == 4 * 4);
  // Sums of 16 times 2^-10 are 0: what is stored has no ones, in the same bank.
  CHECK(toggles[Toggle::kFeedRead] == 16);
  CHECK(toggles[Toggle::kStoreRead] == 16);
  CHECK(toggles[Toggle::kResidualRead] == 0);
  CHECK(toggles[Toggle::kOutputWrite] == 0);
  // Biases 0, 1, 2, 3; scales 3a800000 (five ones), twice, for four columns; shifts 0.
  CHECK(toggles[Toggle::kParameterRead] == 0 + 1 + 1 + 2 + 2 * 4 * 5);
  // Beats of two words: eight bytes of 01; the same weights; then parameters.
  CHECK(toggles[Toggle::kActivationLoad] == 8);
  CHECK(toggles[Toggle::kWeightLoad] == 0);
  CHECK(toggles[Toggle::kParameterLoad] == (4 + 3) + (1 + 1) + (6 + 7) + 10 + 10);
}

TEST_CASE("without activations the array moves weights alone, and no product") {
  const Toggles toggles = toggles_of(layer_of(0, 0xFF));
  CHECK(toggles[Toggle::kOperand] == 0);
  CHECK(toggles[Toggle::kFeedRead] == 0);
  CHECK(toggles[Toggle::kWeight] == 16 * 32);
  CHECK(toggles[Toggle::kWeightRead] == 4 * 32);
  CHECK(toggles[Toggle::kActiveInt8] == 0);
  CHECK(toggles[Toggle::kAccumulator] == 0);
}

TEST_CASE("without weights the array moves operands alone, and no product") {
  const Toggles toggles = toggles_of(layer_of(0xFF, 0));
  CHECK(toggles[Toggle::kOperand] == 16 * (32 + 32));
  CHECK(toggles[Toggle::kWeight] == 0);
  CHECK(toggles[Toggle::kWeightRead] == 0);
  CHECK(toggles[Toggle::kActiveInt8] == 0);
  CHECK(toggles[Toggle::kAccumulator] == 0);
}

TEST_CASE("minus one toggles whole accumulators") {
  // -4, -8, -12, 0: fffffffc, fffffff8, fffffff4.
  const Toggles toggles = toggles_of(layer_of(1, 0xFF));
  CHECK(toggles[Toggle::kAccumulator] == 16 * 4 * (30 + 1 + 2 + 29));
}

TEST_CASE("one product of four is a quarter of the active bits") {
  hb::arch::Program program = layer_of(0, 1);
  for (std::uint32_t i = 0; i < kWords; i += 4) program.memory[hb::test::kSource + i] = 1;
  const Toggles toggles = toggles_of(program);
  CHECK(toggles[Toggle::kOperand] == 16 * (1 + 1));
  CHECK(toggles[Toggle::kActiveInt8] == 16 * (1 + 1) + 4 * 1);
  CHECK(toggles[Toggle::kWeight] == 16 * 4);
}
