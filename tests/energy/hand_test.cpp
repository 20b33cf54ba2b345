// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One tiny layer, counted and multiplied by hand.
#include <doctest/doctest.h>

#include <cmath>

#include "sw/cost/timing.hpp"
#include "sw/energy/count.hpp"
#include "sw/energy/rates.hpp"
#include "sw/energy/table.hpp"

namespace {

using hb::energy::Action;

/// Machine tiny: 4 x 4 PEs, words of 16 bytes.
hb::arch::Machine tiny() {
  return hb::arch::parse_machines(
             R"({"tiny": {"rows": 4, "columns": 4, "bus_bytes": 8, "activation_banks": 8,
                 "activation_bytes": 65536, "weight_bytes": 32768, "parameter_tiles": 64}})",
             "test")
      .front();
}

void append(hb::arch::Program& program, const hb::arch::CommandWords& words) {
  for (const std::uint32_t word : words) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      program.memory.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  ++program.count;
}

/// A 1x1 convolution of 16 channels to 4 on 3x2 pixels: two tiles, the second with two rows.
hb::arch::Program one_layer() {
  hb::arch::Program program;
  program.machine = tiny();
  hb::arch::Conv conv;
  conv.input_height = conv.output_height = 2;
  conv.input_width = conv.output_width = 3;
  conv.input_plane = 6;
  conv.output.address = 100;
  append(program, hb::arch::encode(conv));
  append(program, hb::arch::encode_end());
  program.layers = {{"a", "conv", "", hb::arch::Precision::kInt8, 6 * 4 * 16}};
  return program;
}

hb::arch::Timeline play(const hb::arch::Program& program) {
  return hb::cost::play({program.command(0), program.command(1)}, program.machine, {});
}

}  // namespace

TEST_CASE("a layer of 384 MACs has the actions that a pencil finds") {
  const hb::arch::Program program = one_layer();
  const hb::energy::Counts counts = hb::energy::count_actions(program, play(program)).total;
  // T = 4 steps a tile, two tiles: 8 steps. Six of them have a pixel: 6 * 16 PEs * 4 = 384 MACs.
  CHECK(counts[Action::kMacInt8] == 6 * 16);
  // The array moves for 8 + (4 + 4 - 1) = 15 cycles.
  CHECK(counts[Action::kPeIdle] == 15 * 16 - 6 * 16);
  CHECK(counts[Action::kOperandClock] == 15 * (2 * 16 + 4) + 8 * 4);
  CHECK(counts[Action::kAccumulatorClock] == 15 * 16 + 2 * 2 * 16);
  CHECK(counts[Action::kActivationRead] == 6);
  // Four bytes of results, and the word's other twelve cleared: it is the last tile.
  CHECK(counts[Action::kActivationWrite] == 6 * 16);
  CHECK(counts[Action::kWeightRead] == (8 + 4 + 4 + 1) * 4);
  CHECK(counts[Action::kParameterRead] == 2 * 4 * 4);
  CHECK(counts[Action::kQuantizeOrt] == 6 * 4);
  CHECK(counts[Action::kQuantizeTflite] == 0);
  CHECK(counts[Action::kAdd] == 0);
  CHECK(counts[Action::kDramRead] == 2 * 128);  // the CONV and END
  CHECK(counts[Action::kDramWrite] == 0);
}

TEST_CASE("its energy is its actions times the built-in table, by pencil") {
  const hb::arch::Program program = one_layer();
  const hb::energy::Rates rates = hb::energy::read_table_file("", program.machine);
  const hb::energy::PartEnergy parts =
      hb::energy::energy_of(hb::energy::count_actions(program, play(program)).total, rates);
  CHECK(parts[0] == doctest::Approx(96 * 3.85 + 144 * 0.13));
  CHECK(parts[1] == doctest::Approx((572 + 304) * 32 * 0.009));
  // Banks of 8, 8 and 1 KiB at 0.156 pJ per bit and 8 KiB, as the root of the size.
  CHECK(parts[2] == doctest::Approx(0.156 * (6 * 128 + 96 * 8 + 68 * 32) +
                                    0.156 * std::sqrt(1.0 / 8) * 32 * 32));
  CHECK(parts[3] == doctest::Approx(256 * (64 + 4.2)));
  CHECK(parts[4] == doctest::Approx(24 * 11.5));
  CHECK(parts[5] == 0);
  // 100 cycles at 500 MHz: 16 PEs of 36 uW, 4 lanes of 957 uW, 64 + 32 + 4 KiB of 200 uW each.
  const hb::energy::PartEnergy leak =
      hb::energy::energy_of(hb::energy::leakage_of(program.machine, 100), rates);
  CHECK(hb::energy::sum(leak) == doctest::Approx(leak[5]));
  CHECK(leak[5] == doctest::Approx(0.2 * (16 * 36 + 4 * 957 + 100 * 200)));
}

TEST_CASE("a machine with banks four times as large pays twice as much for each bit of a read") {
  hb::arch::Machine machine = tiny();
  const hb::energy::Rates small = hb::energy::read_table_file("", machine);
  machine.activation_bytes *= 4;
  const hb::energy::Rates large = hb::energy::read_table_file("", machine);
  CHECK(large[Action::kActivationRead] == doctest::Approx(2 * small[Action::kActivationRead]));
  CHECK(large[Action::kActivationWrite] == doctest::Approx(2 * small[Action::kActivationWrite]));
  CHECK(large[Action::kActivationLeak] == doctest::Approx(4 * small[Action::kActivationLeak]));
  CHECK(large[Action::kWeightRead] == small[Action::kWeightRead]);
}
