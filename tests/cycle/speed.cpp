// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Cycles per second of the SystemC reference alone, its array busy (user CPU of one core).
#include <ctime>

#include <cstdio>
#include <memory>

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

void measure(const char* what, arch::Precision precision, std::uint16_t words) {
  Bench& b = bench();
  const arch::Program program = busy(precision, words);
  const std::clock_t begin = std::clock();
  b.run(program, 100000000);
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%s %s, T = %u: %.2f M cycles/s (%llu cycles, array busy %.1f %%)\n", Shape::kName,
              what, Shape::kRows * 9U * words, static_cast<double>(b.trace.total) / seconds / 1e6,
              static_cast<unsigned long long>(b.trace.total),
              100.0 * b.read(0x108) / static_cast<double>(b.trace.total));
}

}  // namespace

Bench& bench() { return *the_bench; }

}  // namespace hb::cycle::test

int sc_main(int, char**) {
  using namespace hb::cycle::test;
  the_bench = std::make_unique<Bench>("bench");
  bench().record = false;
  bench().reset();
  measure("int8", hb::arch::Precision::kInt8, 1);
  measure("int4", hb::arch::Precision::kInt4, 1);
  measure("int8", hb::arch::Precision::kInt8, 4);
  measure("int4", hb::arch::Precision::kInt4, 4);
  return 0;
}
