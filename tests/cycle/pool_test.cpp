// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does POOL read, write and retire in the cycles of docs/timing.md section 7, and always alone?
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

constexpr std::uint64_t kR = Shape::kRows;
constexpr std::uint64_t kDrain = Shape::kRows + Shape::kColumns + 21;
constexpr std::uint64_t kPoolDrain = Shape::kRows + 3;
constexpr std::uint32_t kBank = Shape::kBankWords;

/// What a POOL shows at the border.
struct Expected {
  std::vector<std::uint64_t> reads, writes;  ///< cycles
  std::vector<std::uint32_t> read_addresses, write_addresses;
};

/// One column of a group: its steps begin in `first`.
struct Column {
  std::uint64_t first;
  std::uint32_t channel_word, group, x;
};

void expect_reads(const arch::Pool& pool, const Column& at, Expected& expected) {
  for (std::uint64_t y = 0; y < pool.group_rows(machine()); ++y) {
    const auto iy = static_cast<std::int64_t>(at.group * kR * pool.stride_y + y) - pool.pad_top;
    const std::int64_t ix = std::int64_t{at.x} - pool.pad_left;
    if (iy < 0 || iy >= pool.input_height || ix < 0 || ix >= pool.input_width) continue;
    expected.reads.push_back(at.first + y + 1);
    expected.read_addresses.push_back(pool.input_address + at.channel_word * pool.input_plane +
                                      static_cast<std::uint32_t>(iy * pool.input_width + ix));
  }
}

void expect_writes(const arch::Pool& pool, const Column& at, Expected& expected) {
  const std::uint32_t before = pool.kernel_width - 1U;
  if (at.x < before || (at.x - before) % pool.stride_x != 0) return;
  const std::uint64_t last = at.first + pool.group_rows(machine()) - 1;
  for (std::uint32_t r = 0; r < kR; ++r) {
    const auto y = static_cast<std::uint32_t>(at.group * kR + r);
    if (y >= pool.output_height) continue;
    expected.writes.push_back(last + 4 + r);
    expected.write_addresses.push_back(pool.output_address + at.channel_word * pool.output_plane +
                                       y * pool.output_width + (at.x - before) / pool.stride_x);
  }
}

Expected expect_pool(const arch::Pool& pool, std::uint64_t first_step) {
  Expected expected;
  Column at{first_step, 0, 0, 0};
  for (at.channel_word = 0; at.channel_word < pool.channel_words; ++at.channel_word) {
    for (at.group = 0; at.group * kR < pool.output_height; ++at.group) {
      for (at.x = 0; at.x < pool.group_columns(); ++at.x) {
        expect_reads(pool, at, expected);
        expect_writes(pool, at, expected);
        at.first += pool.group_rows(machine());
      }
    }
  }
  return expected;
}

TEST_CASE("fifty random POOLs read, write and retire in the cycles of their steps") {
  bench().timing = {9, 1};
  bench().reset();
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const arch::Pool pool = random_pool(random);
    Builder builder(seed);
    builder.add(arch::encode(pool));
    bench().run(builder.build());
    const Trace& trace = bench().trace;
    const arch::CommandTimes& times = trace.of(0);
    const Expected expected = expect_pool(pool, times.start);
    CHECK(times.retire - times.start == pool.steps(machine()) - 1 + kPoolDrain);
    CHECK(trace.feed_reads == expected.reads);
    CHECK(trace.feed_addresses == expected.read_addresses);
    CHECK(trace.outputs == expected.writes);
    CHECK(trace.output_addresses == expected.write_addresses);
    CHECK(trace.narrow_outputs == 0);
    CHECK(trace.copies.empty());
  }
}

/// Long enough to hide the fetch of the next command.
arch::Conv conv(arch::Precision precision) {
  arch::Conv result;
  result.precision = precision;
  result.input_height = result.input_width = result.output_height = result.output_width = 30;
  result.output.address = kBank;
  result.output.plane = 900;
  return result;
}

arch::Pool pool() {
  arch::Pool result;
  result.input_height = result.input_width = result.output_height = result.output_width = 30;
  result.output_address = kBank;
  result.output_plane = 900;
  return result;
}

TEST_CASE("a POOL starts when nothing is in flight, and so does the command after it") {
  Builder builder(1);
  builder.add(arch::encode(conv(arch::Precision::kInt8)));
  builder.add(arch::encode(pool()));
  builder.add(arch::encode(pool()));
  builder.add(arch::encode(conv(arch::Precision::kInt4)));
  builder.add(arch::encode(conv(arch::Precision::kInt4)));
  bench().timing = {2, 1};
  bench().reset();
  bench().run(builder.build());
  const Trace& trace = bench().trace;
  // Retirement visible, nothing in flight visible, start visible.
  for (std::uint32_t i = 1; i < 4; ++i) {
    CAPTURE(i);
    CHECK(trace.of(i).start == trace.of(i - 1).retire + 2);
  }
  CHECK(trace.of(4).start == trace.of(3).retire - kDrain + 1);
  const auto cycles = [&](arch::Cause cause) {
    return static_cast<std::uint64_t>(std::count(trace.causes.begin(), trace.causes.end(), cause));
  };
  // From the cycle after the last step to the retirement.
  CHECK(cycles(arch::Cause::kWaitPost) == kDrain + 2 * kPoolDrain);
  CHECK(cycles(arch::Cause::kModeChange) == 0);
}

TEST_CASE("a POOL between CONVs of two modes leaves the mode change to them") {
  // The drain before the POOL covers the change, so that none is ever seen there.
  static_assert(kDrain > Shape::kRows + Shape::kColumns - 2);
  Builder builder(1);
  builder.add(arch::encode(pool()));
  builder.add(arch::encode(conv(arch::Precision::kInt4)));
  builder.add(arch::encode(conv(arch::Precision::kInt8)));
  bench().timing = {2, 1};
  bench().reset();
  bench().run(builder.build());
  const Trace& trace = bench().trace;
  CHECK(trace.of(1).start == trace.of(0).retire + 2);
  const std::uint64_t last_step = trace.of(1).retire - kDrain;
  CHECK(trace.of(2).start == last_step + 1 + Shape::kRows + Shape::kColumns - 2);
}

}  // namespace
}  // namespace hb::cycle::test
