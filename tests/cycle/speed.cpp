// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Cycles per second of the SystemC reference alone, its array busy (user CPU of one core).
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <string>

#include "tests/cycle/bench.hpp"
#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

std::unique_ptr<Bench> the_bench;

/// 3x3 over `words` channel words, 28 x 28 pixels, as often as it takes for a second or so.
arch::Program busy(arch::Precision precision, std::uint16_t words) {
  arch::Conv conv;
  conv.precision = precision;
  conv.kernel_height = conv.kernel_width = 3;
  conv.pad_top = conv.pad_left = 1;
  conv.input_height = conv.input_width = conv.output_height = conv.output_width = 28;
  conv.channel_words = words;
  conv.input_plane = 28 * 28;
  conv.tiles = 2;
  conv.output.address = (Shape::kBanks / 2) * Shape::kBankWords;
  conv.output.plane = 28 * 28;
  conv.output.low = -128;
  conv.output.high = 127;
  Builder builder(1);
  constexpr int kRepeats = 20;
  for (int i = 0; i < kRepeats; ++i) builder.add(arch::encode(conv));
  return builder.build();
}

/// 3x3 with stride 2 over 8 channel words of 56 x 56, as often as it takes for a second or so.
arch::Program busy_pool() {
  arch::Pool pool;
  pool.kernel_height = pool.kernel_width = 3;
  pool.stride_y = pool.stride_x = 2;
  pool.pad_top = pool.pad_left = 1;
  pool.input_height = pool.input_width = 56;
  pool.output_height = pool.output_width = 28;
  pool.channel_words = 8;
  pool.input_plane = 56 * 56;
  pool.output_address = (Shape::kBanks / 2) * Shape::kBankWords;
  pool.output_plane = 28 * 28;
  Builder builder(1);
  for (int i = 0; i < 20; ++i) builder.add(arch::encode(pool));
  return builder.build();
}

void measure(const std::string& what, const arch::Program& program) {
  Bench& b = bench();
  const std::clock_t begin = std::clock();
  b.run(program, 100000000);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  fmt::print("{} {}: {:.2f} M cycles/s ({} cycles, steps in {:.1f} %)\n", Shape::kName, what,
             static_cast<double>(b.trace.total) / seconds / 1e6, b.trace.total,
             100.0 * b.read(0x108) / static_cast<double>(b.trace.total));
}

void measure_conv(arch::Precision precision, std::uint16_t words) {
  measure(fmt::format("{}, T = {}", name(precision), Shape::kRows * 9U * words),
          busy(precision, words));
}

}  // namespace

Bench& bench() { return *the_bench; }

}  // namespace hb::cycle::test

int sc_main(int, char**) {
  using namespace hb::cycle::test;
  the_bench = std::make_unique<Bench>("bench");
  bench().record = false;
  bench().reset();
  measure_conv(hb::arch::Precision::kInt8, 1);
  measure_conv(hb::arch::Precision::kInt4, 1);
  measure_conv(hb::arch::Precision::kInt8, 4);
  measure_conv(hb::arch::Precision::kInt4, 4);
  measure("POOL", busy_pool());
  return 0;
}
