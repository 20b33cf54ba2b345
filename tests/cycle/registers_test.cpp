// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the registers behave as docs/commands.md section 6 says, in the cycles of docs/timing.md
// section 2?
#include <doctest/doctest.h>

#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

constexpr std::uint32_t kSlaveError = 2;

TEST_CASE("after reset the registers hold what the table says") {
  bench().reset();
  CHECK(bench().read(0x00) == 0x48423031);
  CHECK(bench().read(0x04) == (Shape::kRows | Shape::kColumns << 8 | Shape::kBusBytes << 16));
  CHECK(bench().read(0x18) == 0xFFFFFFFF);
  for (const std::uint32_t address : {0x08U, 0x0CU, 0x10U, 0x14U, 0x1CU, 0x20U, 0x24U, 0x28U, 0x30U,
                                      0x34U, 0x38U, 0x3CU, 0x100U, 0x18CU}) {
    CAPTURE(address);
    const Access access = bench().access({false, address});
    CHECK(access.data == 0);
    CHECK(access.resp == 0);
  }
}

TEST_CASE("unmapped and misaligned addresses and writes to read-only registers are errors") {
  bench().reset();
  for (const std::uint32_t address : {0x02U, 0x2CU, 0x40U, 0xFCU, 0x102U, 0x190U, 0x1000U}) {
    CAPTURE(address);
    const Access access = bench().access({false, address});
    CHECK(access.data == 0);
    CHECK(access.resp == kSlaveError);
  }
  for (const std::uint32_t address :
       {0x00U, 0x04U, 0x0CU, 0x1CU, 0x20U, 0x30U, 0x3CU, 0x100U, 0x11U}) {
    CAPTURE(address);
    CHECK(bench().access({true, address, 1}).resp == kSlaveError);
  }
  CHECK(bench().read(0x10) == 0);
}

TEST_CASE("an access is accepted one cycle after it is asked and answered one later") {
  bench().reset();
  for (const bool write : {false, true}) {
    const Access access = bench().access({write, 0x14, 77});
    CHECK(access.accepted == access.asked + 1);
    CHECK(access.answered == access.asked + 2);
  }
  CHECK(bench().read(0x14) == 77);
}

TEST_CASE("the program's count holds 20 bits") {
  bench().reset();
  bench().write(0x14, 0xABCD1234);
  CHECK(bench().read(0x14) == 0xD1234);
}

/// A CONV long enough to look at it while it runs.
arch::Program long_program() {
  arch::Conv conv;
  conv.output_height = conv.output_width = 6;
  conv.tiles = 10;
  conv.kernel_height = conv.kernel_width = 3;
  conv.output.address = Shape::kBankWords;
  conv.output.plane = 36;
  Builder builder(1);
  builder.add(arch::encode(conv));
  return builder.build();
}

TEST_CASE("while running the program registers cannot be written and start is ignored") {
  bench().timing = {3, 1};
  bench().reset();
  const arch::Program program = long_program();
  bench().ring(program);
  bench().cycles(20);
  CHECK(bench().read(0x0C) == 1);
  for (const std::uint32_t address : {0x10U, 0x14U, 0x18U}) {
    CHECK(bench().access({true, address, 0}).resp == kSlaveError);
  }
  CHECK(bench().access({true, 0x08, 1}).resp == 0);
  CHECK((bench().read(0x34) & 0x200) != 0);
  bench().finish(100000);
  CHECK(bench().read(0x0C) == 2);
  CHECK(bench().read(0x10) == program.address);
  CHECK(bench().trace.commands.size() == 1);
}

TEST_CASE("the interrupt is the status under its enable, cleared by writing 1 or by a start") {
  bench().timing = {3, 1};
  bench().reset();
  bench().run(long_program());
  CHECK(bench().outputs().irq == 0);
  bench().write(0x24, 1);
  CHECK(bench().outputs().irq == 1);
  bench().write(0x28, 1);
  CHECK(bench().outputs().irq == 0);
  bench().run(long_program());
  CHECK(bench().outputs().irq == 1);
  bench().ring(long_program());
  CHECK(bench().outputs().irq == 0);
  bench().finish(100000);
}

TEST_CASE("a program that waits for ever shows what each engine misses") {
  Builder builder(1);
  arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 0, 1);
  load.common.wait = 0x81;
  builder.add(arch::encode_load(load));
  arch::Transfer store = load;
  store.common.wait = 0x12;
  for (int i = 0; i < 10; ++i) builder.add(arch::encode_store(store));
  bench().timing = {3, 1};
  bench().reset();
  bench().ring(builder.build());
  bench().cycles(2000);
  CHECK(bench().read(0x30) == 0x181);
  CHECK(bench().read(0x34) == 0);
  CHECK(bench().read(0x38) == (0x112 | 1U << 12));
  CHECK(bench().read(0x3C) == (2 | 9U << 12));
  CHECK(bench().describe().find("room in a queue") != std::string::npos);
  bench().write(0x08, 2);
  bench().finish(1000);
  CHECK(bench().read(0x1C) == 15);
}

TEST_CASE("the state registers show indices above 65,535") {
  constexpr std::uint32_t kBefore = 70000;  // loads
  Builder builder(1);
  arch::Transfer load = transfer(arch::Buffer::kActivation, 0, 0, 1);
  for (std::uint32_t i = 0; i < kBefore; ++i) builder.add(arch::encode_load(load));
  load.common.wait = 0x01;
  builder.add(arch::encode_load(load));
  arch::Conv conv;
  conv.common.wait = 0x02;
  conv.output.address = Shape::kBankWords;
  builder.add(arch::encode(conv));
  load.common.wait = 0x04;
  builder.add(arch::encode_store(load));
  bench().timing = {3, 1};
  bench().reset();
  bench().ring(builder.build());
  bench().cycles((kBefore + 100) * arch::kCommandBytes / Shape::kBusBytes);
  CHECK(bench().read(0x30) == (0x101 | kBefore << 12));
  CHECK(bench().read(0x34) == (0x102 | (kBefore + 1) << 12));
  CHECK(bench().read(0x38) == (0x104 | (kBefore + 2) << 12));
  CHECK(bench().read(0x3C) == (1 | (kBefore + 3) << 12));
  bench().write(0x08, 2);
  bench().finish(1000);
  CHECK(bench().read(0x1C) == 15);
}

TEST_CASE("a second doorbell repeats the run cycle by cycle") {
  bench().timing = {3, 1};
  bench().reset();
  const arch::Program program = traffic(5);
  bench().run(program);
  const Trace first = bench().trace;
  const std::uint32_t beats = bench().read(0x100 + 8 * 12);
  bench().run(program);
  CHECK(first.commands == bench().trace.commands);
  CHECK(first.causes == bench().trace.causes);
  CHECK(first.total == bench().trace.total);
  CHECK(beats == bench().read(0x100 + 8 * 12));
}

}  // namespace
}  // namespace hb::cycle::test
