// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do programs that stop with an error stop with the right code and index, and are impossible ones
// refused?
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"
#include "model/golden/execute.hpp"
#include "tests/golden/layout.hpp"

namespace {

using namespace hb;
using arch::ErrorCode;

arch::Machine tiny() { return arch::read_machines("config/machines.json").front(); }

/// LOAD of one word, then STORE of it to a place of its own, with the tokens given; no END.
struct Pair {
  test::Assembly assembly{tiny(), 600};
  arch::Transfer load;
  arch::Transfer store;

  Pair() {
    load.memory_address = assembly.place(test::Bytes(tiny().word_bytes(), 0x11));
    store.memory_address = assembly.place(test::Bytes(tiny().word_bytes(), 0x22));
  }
  void add() {
    assembly.add(arch::encode_load(load));
    assembly.add(arch::encode_store(store));
  }
  [[nodiscard]] bool stored(const golden::Result& result) const {
    return result.memory[store.memory_address] == 0x11;
  }
};

std::string message_of(const arch::Program& program) {
  try {
    (void)golden::execute(program);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST_CASE("a program without END is truncated at its count, after all its commands") {
  Pair pair;
  pair.add();
  const golden::Result result = golden::execute(pair.assembly.finish());
  CHECK(result.error == ErrorCode::kTruncated);
  CHECK(result.error_index == 2);
  CHECK(pair.stored(result));
  CHECK(golden::execute(test::Assembly(tiny(), 1).finish()).error == ErrorCode::kTruncated);
}

TEST_CASE("a failed check names its command and keeps what earlier ones stored") {
  Pair pair;
  pair.add();
  arch::CommandWords bad = arch::encode_end();
  bad[1] = 1;
  pair.assembly.add(bad);
  const golden::Result result = golden::execute(pair.assembly.finish());
  CHECK(result.error == ErrorCode::kReservedField);
  CHECK(result.error_index == 2);
  CHECK(pair.stored(result));
}

TEST_CASE("nothing after END runs") {
  Pair pair;
  pair.assembly.add(arch::encode_end());
  pair.add();
  const golden::Result result = golden::execute(pair.assembly.finish());
  CHECK(result.error == ErrorCode::kNone);
  CHECK_FALSE(pair.stored(result));
}

TEST_CASE("the doorbell refuses a misaligned program and one that ends past the limit") {
  Pair pair;
  pair.assembly.add(arch::encode_end());
  arch::Program program = pair.assembly.finish();
  program.memory_limit = arch::kCommandBytes - 1;
  CHECK(golden::execute(program).error == ErrorCode::kNone);
  program.memory_limit = arch::kCommandBytes - 2;
  CHECK(golden::execute(program).error == ErrorCode::kMemoryRange);
  program.address = 64;
  const golden::Result result = golden::execute(program);
  CHECK(result.error == ErrorCode::kAlignment);
  CHECK(result.error_index == 0);
}

TEST_CASE("a token lets its waiter run, and only once") {
  Pair pair;
  pair.load.common.signal = 0x10;  // token 0 to store
  pair.store.common.wait = 0x01;   // token 0 from load
  pair.add();
  pair.assembly.add(arch::encode_end());
  const golden::Result result = golden::execute(pair.assembly.finish());
  CHECK(result.error == ErrorCode::kNone);
  CHECK(pair.stored(result));

  pair = Pair();
  pair.load.common.signal = 0x10;
  pair.store.common.wait = 0x01;
  pair.add();
  pair.assembly.add(arch::encode_store(pair.store));
  pair.assembly.add(arch::encode_end());
  const std::string message = message_of(pair.assembly.finish());
  CHECK(message.find("command 2") != std::string::npos);
  CHECK(message.find("token 0 from load") != std::string::npos);
}

TEST_CASE("a wait whose token comes from a later command is refused") {
  Pair pair;
  pair.load.common.wait = 0x20;     // token 1 from store
  pair.store.common.signal = 0x02;  // token 1 to load
  pair.add();
  pair.assembly.add(arch::encode_end());
  CHECK(message_of(pair.assembly.finish()).find("command 0") != std::string::npos);
}

TEST_CASE("the 256th token nobody took overflows its counter") {
  for (const std::uint32_t loads : {255U, 256U}) {
    Pair pair;
    pair.load.common.signal = 0x80;  // token 3 to store
    for (std::uint32_t i = 0; i < loads; ++i) pair.assembly.add(arch::encode_load(pair.load));
    pair.assembly.add(arch::encode_end());
    const golden::Result result = golden::execute(pair.assembly.finish());
    CHECK(result.error == (loads == 256 ? ErrorCode::kTokenOverflow : ErrorCode::kNone));
    CHECK(result.error_index == (loads == 256 ? 255 : 0));
  }
}

TEST_CASE(
    "segments move with their strides, and memory past the image reads as zero and grows by "
    "stores") {
  Pair pair;
  pair.load.segments = 2;
  pair.load.memory_stride = 32;
  pair.load.buffer_address = 5;
  pair.load.buffer_stride = 3;
  test::Bytes words(48);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = static_cast<std::uint8_t>(i);
  pair.load.memory_address = pair.assembly.place(words);
  pair.store.buffer_address = 8;
  pair.store.buffer_stride = 4'000'000;  // not looked at
  pair.add();
  pair.assembly.add(arch::encode_end());
  arch::Program program = pair.assembly.finish();
  const golden::Result result = golden::execute(program);
  for (std::size_t i = 0; i < 16; ++i)
    CHECK(result.memory[pair.store.memory_address + i] == 32 + i);

  Pair far;
  far.load.memory_address = 1U << 20;
  far.store.memory_address = (1U << 20) + 16;
  far.add();
  far.assembly.add(arch::encode_end());
  program = far.assembly.finish();
  program.memory_limit = 0xFFFFFFFF;
  const golden::Result grown = golden::execute(program);
  CHECK(grown.error == ErrorCode::kNone);
  REQUIRE(grown.memory.size() == (1U << 20) + 32);
  CHECK(grown.memory.back() == 0);
}

}  // namespace
