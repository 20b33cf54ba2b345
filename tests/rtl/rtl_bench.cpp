// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Not a test: cycles per second of the array, of the lanes and of the residual's addition alone,
// busy in every cycle, on random data (user CPU of one core, about a second each).
#include <sys/resource.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <vector>

#include "Vadd_base.h"
#include "Varray_base.h"
#include "Vlanes_base.h"
#include "model/arch/shapes.hpp"
#include "sim/rtl_chip.hpp"
#include "tests/rtl/add_driver.hpp"
#include "tests/rtl/bits.hpp"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"

namespace hb::rtl_test {
namespace {

using Shape = arch::shapes::base;
using test::Random;

constexpr std::uint32_t kTileSteps = 72;  // 3x3 over one channel word: 8 * 9
constexpr std::size_t kPool = 1024;       // random inputs, used in turn
constexpr std::uint64_t kBatch = 65536;   // cycles between looks at the clock

template <std::size_t Size>
using Lanes = std::array<std::uint32_t, Size>;

double user_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

template <std::size_t Size>
std::vector<Lanes<Size>> random_pool(Random& random, std::size_t count) {
  std::vector<Lanes<Size>> pool(count);
  for (auto& lanes : pool) {
    for (std::uint32_t& lane : lanes) lane = static_cast<std::uint32_t>(random.next());
  }
  return pool;
}

/// Runs `cycle(n)` for about a second and prints the rate.
template <class Cycle>
void measure(const char* block, const char* mode, Cycle cycle) {
  const double begin = user_seconds();
  double seconds = 0;
  std::uint64_t cycles = 0;
  while (seconds < 1.0) {
    for (std::uint64_t i = 0; i < kBatch; ++i) cycle(cycles++);
    seconds = user_seconds() - begin;
  }
  std::printf("%-6s %-6s %6.2f M cycles/s\n", block, mode,
              static_cast<double>(cycles) / seconds / 1e6);
}

/// A word, a weight row and, every kTileSteps cycles, a tile's end.
void measure_array(const char* mode, bool int4, bool narrow) {
  Random random(1);
  const auto words = random_pool<Shape::kRows>(random, kPool);
  const auto beats = random_pool<Shape::kBusBytes / 4>(random, kPool);
  Block<Varray_base> array(1);
  array->clear_i = 1;
  array->write_i = array->step_i = array->word_valid_i = 0;
  array.clock();
  array->clear_i = 0;
  array->write_i = 1;
  for (std::uint32_t row = 0; row < Shape::kWeightRows; ++row) {
    for (std::uint32_t part = 0; part < Shape::kRowBytes / Shape::kBusBytes; ++part) {
      array->write_row_i = row;
      array->write_part_i = static_cast<std::uint8_t>(part);
      const auto& beat = beats[random.below(kPool)];
      sim::set_port(array->write_data_i, beat.data(), beat.size());
      array.clock();
    }
  }
  array->write_i = 0;
  array->step_i = array->word_valid_i = array->word_read_i = 1;
  array->word_int4_i = int4;
  array->narrow_i = narrow;
  array->word_partial_i = 0;
  std::uint32_t step = 0;
  measure("array", mode, [&](std::uint64_t n) {
    array->weight_row_i = static_cast<std::uint32_t>(n % Shape::kWeightRows);
    array->half_i = n % 2;
    array->word_row_i = step % Shape::kRows;
    step = step + 1 == kTileSteps ? 0 : step + 1;
    array->word_last_i = step == 0;
    const auto& word = words[n % kPool];
    sim::set_port(array->word_i, word.data(), word.size());
    array.clock();
  });
}

/// A row in every cycle, for one path (the output) or both (a second copy of the accumulator too).
void measure_lanes(const char* mode, bool tflite, bool copy) {
  Random random(2);
  const auto rows = random_pool<Shape::kColumns>(random, kPool);
  Block<Vlanes_base> lanes(2);
  lanes->rst_ni = 0;
  lanes->write_i = 0;
  lanes.clock();
  lanes->rst_ni = 1;
  lanes->write_i = 1;
  // int32 to codes: about 2^-24; a multiplier of about a half and a shift of 23.
  const std::uint32_t scale = tflite ? 0x40000001 : 0x33800001;
  for (std::uint32_t row = 0; row < 4; ++row) {
    Lanes<Shape::kBusBytes / 4> values{};
    values.fill(row == 2 ? 0x00170017 : scale);
    for (std::uint32_t part = 0; part < Shape::kRowBytes / Shape::kBusBytes; ++part) {
      lanes->write_row_i = row;
      lanes->write_part_i = static_cast<std::uint8_t>(part);
      sim::set_port(lanes->write_data_i, values.data(), values.size());
      lanes.clock();
    }
  }
  lanes->write_i = 0;
  lanes->bias_read_i = 1;
  lanes->shift_read_i = lanes->scale_read_i = 3;
  lanes->bias_tile_i = 0;
  lanes->shift_tile_i = lanes->scale_tile_i = 0;
  lanes->row_valid_i = 1;
  lanes->keep_i = lanes->copy_valid_i = copy;
  lanes->copy_code_i = 0;
  lanes->tflite_i = tflite ? 3 : 0;
  const auto full = [](Bits<2>& bits) { bits.put(0, 8).put(127, 8).put(-128, 8); };
  Bits<2> quantizers;
  full(quantizers);
  full(quantizers);
  quantizers.to(lanes->quantizer_i);
  measure("lanes", mode, [&](std::uint64_t n) {
    lanes->now_i = n % 16;
    const auto& row = rows[n % kPool];
    sim::set_port(lanes->row_i, row.data(), row.size());
    lanes.clock();
  });
}

/// A row in every cycle: with a residual, or passing unchanged.
void measure_add(const char* mode, bool residual, bool tflite) {
  using Driver = AddDriver<Vadd_base, Shape>;
  Random random(3);
  const auto rows = random_pool<Shape::kColumns / 4>(random, kPool);
  const auto words = random_pool<Shape::kRows>(random, kPool);
  Block<Vadd_base> add(3);
  add->rst_ni = 0;
  add->row_valid_i = add->word_valid_i = 0;
  add.clock();
  add->rst_ni = 1;
  Addition addition;
  addition.tflite = tflite;
  addition.sum_scale = addition.residual_scale = tflite ? 0x5A827999 : 0x3F3504F3;  // 2^-1/2
  addition.term = tflite ? 0x40000000 : 0x3F800000;
  addition.output_shift = tflite ? 19 : 0;
  Driver::set(add, addition);
  add->row_valid_i = 1;
  add->residual_i = add->word_valid_i = residual;
  add->word_int4_i = 0;
  add->word_part_i = 0;
  measure("add", mode, [&](std::uint64_t n) {
    const auto& row = rows[n % kPool];
    sim::set_port(add->codes_i, row.data(), row.size());
    const auto& word = words[n % kPool];
    sim::set_port(add->word_i, word.data(), word.size());
    add.clock();
  });
}

}  // namespace
}  // namespace hb::rtl_test

int main() {
  hb::rtl_test::measure_array("int8", false, false);
  hb::rtl_test::measure_array("int4", true, false);
  hb::rtl_test::measure_array("narrow", false, true);
  hb::rtl_test::measure_lanes("one", false, false);
  hb::rtl_test::measure_lanes("both", false, true);
  hb::rtl_test::measure_lanes("tflite", true, false);
  hb::rtl_test::measure_add("none", false, false);
  hb::rtl_test::measure_add("ort", true, false);
  hb::rtl_test::measure_add("tflite", true, true);
  return 0;
}
