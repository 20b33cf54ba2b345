// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every error stop the machine with its code and index, started commands whole?
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

constexpr std::uint32_t kBank = Shape::kBankWords;

arch::CommandWords small_load() {
  return arch::encode_load(transfer(arch::Buffer::kActivation, 0, 0, 4));
}

/// A CONV of some thousand steps that reads bank 0 and writes bank 1.
arch::Conv long_conv() {
  arch::Conv conv;
  conv.input_height = conv.input_width = 3;
  conv.kernel_height = conv.kernel_width = 3;
  conv.pad_top = conv.pad_left = 1;
  conv.output_height = conv.output_width = 3;
  conv.tiles = 12;
  conv.output.address = kBank;
  conv.output.plane = 9;
  return conv;
}

/// Resets, runs `program` and checks how it ended.
void expect(const arch::Program& program, arch::ErrorCode code, std::uint32_t index) {
  CAPTURE(name(code));
  bench().run(program, 4000000);
  CHECK(bench().read(0x0C) == 4);
  CHECK(bench().read(0x1C) == static_cast<std::uint32_t>(code));
  CHECK(bench().read(0x20) == index);
  CHECK(bench().read(0x28) == 1);
  const Trace& trace = bench().trace;
  CHECK(bench().read(0x100) == trace.total);
  CHECK(trace.causes.size() == trace.total);
  for (const arch::CommandTimes& times : trace.commands) CHECK(times.retire > times.start);
}

void expect_illegal(const arch::CommandWords& words, arch::ErrorCode code) {
  Builder builder(1);
  builder.add(small_load());
  builder.add(words);
  bench().timing = {3, 1};
  bench().reset();
  expect(builder.build(), code, 1);
  CHECK(bench().trace.commands.size() == 1);
}

TEST_CASE("a command that fails a check is never dispatched") {
  arch::CommandWords words = small_load();
  words[0] = 6;
  expect_illegal(words, arch::ErrorCode::kIllegalOpcode);
  words = small_load();
  words[31] = 1U << 31;
  expect_illegal(words, arch::ErrorCode::kReservedField);
  words = arch::encode(long_conv());
  words[2] |= 2U << 10;
  expect_illegal(words, arch::ErrorCode::kIllegalFormat);
  words = small_load();
  words[7] = 0;
  expect_illegal(words, arch::ErrorCode::kIllegalSize);
  words = small_load();
  words[3] = 4;
  if (Shape::kBusBytes > 4) expect_illegal(words, arch::ErrorCode::kAlignment);
  words = small_load();
  words[5] = Shape::kActivationWords - 3;
  expect_illegal(words, arch::ErrorCode::kBufferRange);
  words = small_load();
  words[3] = 0x7FFFFF80;
  expect_illegal(words, arch::ErrorCode::kMemoryRange);
  arch::Conv conv = long_conv();
  conv.output.low = 1;
  expect_illegal(arch::encode(conv), arch::ErrorCode::kIllegalQuantization);
}

TEST_CASE("the doorbell's own checks stop the machine in three cycles, nothing fetched") {
  Builder builder(1);
  arch::Program program = builder.build();
  bench().timing = {3, 1};
  bench().reset();
  program.address += 4;
  expect(program, arch::ErrorCode::kAlignment, 0);
  CHECK(bench().trace.total == 3);
  CHECK(bench().trace.fetches.empty());
  program.address -= 4;
  program.memory_limit -= 1;
  expect(program, arch::ErrorCode::kMemoryRange, 0);
  CHECK(bench().trace.total == 3);
  program.memory_limit += 1;
  program.count = 0;
  expect(program, arch::ErrorCode::kTruncated, 0);
  CHECK(bench().trace.total == 3);
}

TEST_CASE("a program without END is truncated at its count") {
  Builder builder(1);
  builder.add(small_load());
  builder.add(small_load());
  bench().timing = {3, 1};
  bench().reset();
  expect(builder.build(false), arch::ErrorCode::kTruncated, 2);
  CHECK(bench().trace.commands.size() == 2);
}

TEST_CASE("an error of command 70,000 names it") {
  Builder illegal(1);
  arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 0, 1);
  for (int i = 0; i < 70000; ++i) illegal.add(arch::encode_load(load));
  bench().timing = {3, 1};
  bench().reset();
  expect(illegal.build(false), arch::ErrorCode::kTruncated, 70000);
  CHECK(bench().trace.commands.size() == 70000);
  illegal.add({});
  expect(illegal.build(), arch::ErrorCode::kIllegalOpcode, 70000);
}

TEST_CASE("bus errors name the command whose transfer they met") {
  Builder builder(1);
  builder.add(small_load());
  arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 8, 4);
  load.common.signal = 0x10;
  builder.add(arch::encode_load(load));
  arch::Transfer store = transfer(arch::Buffer::kActivation, 0x1000, 0, 4);
  store.common.wait = 0x01;
  builder.add(arch::encode_store(store));
  const arch::Program program = builder.build();
  Bench& b = bench();
  b.timing = {3, 1};
  b.reset();
  b.fetch_port.bad_beat = 2 * arch::kCommandBytes / Shape::kBusBytes;
  expect(program, arch::ErrorCode::kFetchBus, 2);
  b.reset();
  b.load_port.bad_beat = 4 * Shape::kWordBytes / Shape::kBusBytes;
  expect(program, arch::ErrorCode::kLoadBus, 1);
  b.reset();
  b.store_port.bad_response = 0;
  expect(program, arch::ErrorCode::kStoreBus, 2);
}

TEST_CASE("the 256th token that nobody takes overflows") {
  Builder builder(1);
  arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 0, 1);
  load.common.signal = 0x82;
  for (int i = 0; i < 256; ++i) builder.add(arch::encode_load(load));
  bench().timing = {3, 1};
  bench().reset();
  expect(builder.build(), arch::ErrorCode::kTokenOverflow, 255);
  Builder fits(1);
  for (int i = 0; i < 255; ++i) fits.add(arch::encode_load(load));
  bench().run(fits.build());
  CHECK(bench().read(0x0C) == 2);
}

TEST_CASE("the later reader or writer of a bank loses and is named") {
  bench().timing = {3, 1};
  Builder reads(1);
  reads.add(arch::encode(long_conv()));
  reads.add(arch::encode_store(transfer(arch::Buffer::kActivation, 0x1000, 0, 100)));
  bench().reset();
  expect(reads.build(), arch::ErrorCode::kBankConflict, 1);
  Builder writes(1);
  writes.add(arch::encode(long_conv()));
  writes.add(arch::encode_load(transfer(arch::Buffer::kActivation, 0x1000, kBank, kBank)));
  bench().reset();
  expect(writes.build(), arch::ErrorCode::kBankConflict, 0);
  arch::Conv conv = long_conv();
  conv.copy = conv.output;
  conv.copy->address += 5;
  Builder copies(1);
  copies.add(arch::encode(conv));
  bench().reset();
  // The copy of one row meets the output of a row five cycles later where tiles follow that
  // closely.
  if (Shape::kRows > 5) expect(copies.build(), arch::ErrorCode::kBankConflict, 0);
}

/// long_conv() that adds what lies at `address`.
arch::Conv adding_conv(std::uint32_t address) {
  arch::Conv conv = long_conv();
  conv.residual.emplace();
  conv.residual->address = address;
  conv.residual->plane = 9;
  conv.residual->sum_scale = conv.residual->residual_scale = 0x3F800000;
  return conv;
}

TEST_CASE("the residual's reader gives way to the feed and to the store") {
  bench().timing = {3, 1};
  Builder fed(1);
  fed.add(arch::encode(adding_conv(20)));
  bench().reset();
  expect(fed.build(), arch::ErrorCode::kBankConflict, 0);
  const arch::Transfer store = transfer(arch::Buffer::kActivation, 0x1000, 2 * kBank, kBank);
  Builder stored(1);
  stored.add(arch::encode_store(store));
  stored.add(arch::encode(adding_conv(2 * kBank)));
  bench().reset();
  expect(stored.build(), arch::ErrorCode::kBankConflict, 1);
  Builder apart(1);
  apart.add(arch::encode_store(store));
  apart.add(arch::encode(adding_conv(3 * kBank)));
  bench().run(apart.build());
  CHECK(bench().read(0x0C) == 2);
}

TEST_CASE("a POOL has the feed's right to read and the output's to write") {
  arch::Pool pool;
  pool.input_height = pool.input_width = 7;
  pool.kernel_height = pool.kernel_width = 3;
  pool.output_height = pool.output_width = 5;
  pool.channel_words = 8;
  pool.output_address = kBank;
  pool.output_plane = 25;
  bench().timing = {3, 1};
  Builder reads(1);
  reads.add(arch::encode(pool));
  reads.add(arch::encode_store(transfer(arch::Buffer::kActivation, 0x1000, 0, 100)));
  bench().reset();
  expect(reads.build(), arch::ErrorCode::kBankConflict, 1);
  Builder writes(1);
  writes.add(arch::encode(pool));
  writes.add(arch::encode_load(transfer(arch::Buffer::kActivation, 0x1000, kBank, kBank)));
  bench().reset();
  expect(writes.build(), arch::ErrorCode::kBankConflict, 0);
}

TEST_CASE("an abort lets the running commands retire and starts no other") {
  Builder builder(1);
  builder.add(arch::encode(long_conv()));
  builder.add(arch::encode(long_conv()));
  bench().timing = {3, 1};
  bench().reset();
  bench().ring(builder.build());
  bench().cycles(150);
  bench().write(0x08, 2);
  bench().finish(100000);
  CHECK(bench().read(0x0C) == 4);
  CHECK(bench().read(0x1C) == 15);
  CHECK(bench().read(0x20) == 0);
  REQUIRE(bench().trace.commands.size() == 1);
  const auto& causes = bench().trace.causes;
  const auto stopped = std::count(causes.begin(), causes.end(), arch::Cause::kStop);
  // Drain: from the last step to the retirement, visible, counted and decided upon.
  CHECK(static_cast<std::uint32_t>(stopped) == Shape::kRows + Shape::kColumns + 21 + 1);
}

}  // namespace
}  // namespace hb::cycle::test
