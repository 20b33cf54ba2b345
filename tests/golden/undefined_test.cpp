// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are reads of bytes that nobody wrote found, and only those?
#include <doctest/doctest.h>

#include <vector>

#include "model/arch/machine.hpp"
#include "model/golden/execute.hpp"
#include "tests/golden/layout.hpp"

namespace {

using namespace hb;
using arch::Buffer;
using golden::Undefined;

/// What each buffer has of a 1x1 CONV with stride 2 over a 3x3 strip on tiny, in rows.
struct Present {
  std::vector<std::uint32_t> activation{0, 2, 6, 8};  ///< the words that stride 2 meets
  std::vector<std::uint32_t> weight{0, 1, 2, 3};
  std::vector<std::uint32_t> parameter{0, 1};
};

/// Loads `present` row by row, runs the CONV (two copies if `copy`), stores the first output word.
std::vector<Undefined> undefined_reads(const Present& present, bool copy = false) {
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  test::Assembly assembly(tiny, 32);
  const std::uint32_t zeros = assembly.place(test::Bytes(16, 0));
  for (const auto row : present.activation) assembly.load(Buffer::kActivation, zeros, row, 16);
  for (const auto row : present.weight) assembly.load(Buffer::kWeight, zeros, row, 16);
  for (const auto row : present.parameter) assembly.load(Buffer::kParameter, zeros, row, 16);
  arch::Conv conv;
  conv.input_plane = 9;
  conv.input_height = conv.input_width = 3;
  conv.stride_y = conv.stride_x = 2;
  conv.output_height = conv.output_width = 2;
  conv.output.address = 16;
  if (copy) {
    conv.copy = conv.output;
    conv.copy->address = 32;
  }
  assembly.add(arch::encode(conv));
  arch::Transfer store;
  store.buffer_address = 16;
  store.memory_address = zeros;
  assembly.add(arch::encode_store(store));
  assembly.add(arch::encode_end());
  std::vector<Undefined> undefined;
  CHECK(golden::execute(assembly.finish(), &undefined).error == arch::ErrorCode::kNone);
  return undefined;
}

TEST_CASE("a program that writes all it reads is defined, whatever stride and padding skip") {
  CHECK(undefined_reads({}).empty());
}

TEST_CASE("a missing activation word, weight row or parameter row is named") {
  Present present;
  present.activation = {0, 2, 8};
  CHECK(undefined_reads(present) == std::vector<Undefined>{{9, Buffer::kActivation, 6}});
  present = {};
  present.weight = {0, 1};
  CHECK(undefined_reads(present) == std::vector<Undefined>{{8, Buffer::kWeight, 2}});
  present = {};
  present.parameter = {0};
  CHECK(undefined_reads(present) == std::vector<Undefined>{{9, Buffer::kParameter, 1}});
}

TEST_CASE("the copy's scales are read only with a copy") {
  CHECK(undefined_reads({}, true) == std::vector<Undefined>{{10, Buffer::kParameter, 3}});
}

/// What a 1x1 CONV of one pixel reads of the rows in `parameter` and of words 0 and 8; word 8's
/// part 0 is written by an earlier CONV, its part 1 is not.
std::vector<Undefined> read_by(const arch::Conv& conv,
                               const std::vector<std::uint32_t>& parameter) {
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  test::Assembly assembly(tiny, 32);
  const std::uint32_t zeros = assembly.place(test::Bytes(64, 0));
  assembly.load(Buffer::kActivation, zeros, 0, 16);
  assembly.load(Buffer::kWeight, zeros, 0, 64);
  assembly.load(Buffer::kParameter, zeros, 4, 64);
  for (const auto row : parameter) assembly.load(Buffer::kParameter, zeros, row, 16);
  arch::Conv part;
  part.tiles = 1;
  part.parameter_address = 1;
  part.output.address = 8;
  part.output.part = 2;  // parts 2 and 3
  assembly.add(arch::encode(part));
  assembly.add(arch::encode(conv));
  assembly.add(arch::encode_end());
  std::vector<Undefined> undefined;
  CHECK(golden::execute(assembly.finish(), &undefined).error == arch::ErrorCode::kNone);
  return undefined;
}

TEST_CASE("shifts are read under tflite only, and a partial CONV reads no parameters") {
  arch::Conv conv;
  conv.output.address = 1;
  CHECK(read_by(conv, {0, 1}).empty());
  conv.contract = arch::Contract::kTflite;
  CHECK(read_by(conv, {0, 1}) == std::vector<Undefined>{{6, Buffer::kParameter, 2}});
  CHECK(read_by(conv, {0, 1, 2}).empty());
  conv = {};
  conv.partial = true;
  CHECK(read_by(conv, {}).empty());
}

TEST_CASE("of a residual's words only the output's parts are read") {
  arch::Conv conv;
  conv.output.address = 1;
  conv.residual.emplace();
  conv.residual->address = 8;
  conv.residual->sum_scale = conv.residual->residual_scale = 0x3F800000;
  for (const std::uint8_t part : {std::uint8_t{0}, std::uint8_t{1}}) {
    conv.residual->part = part;
    CHECK(read_by(conv, {0, 1}) == std::vector<Undefined>{{6, Buffer::kActivation, 8}});
  }
  for (const std::uint8_t part : {std::uint8_t{2}, std::uint8_t{3}}) {
    conv.residual->part = part;
    CHECK(read_by(conv, {0, 1}).empty());
  }
}

TEST_CASE("a POOL reads the words inside some window") {
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  for (const std::uint32_t missing : {0U, 1U, 4U, 8U}) {
    test::Assembly assembly(tiny, 32);
    const std::uint32_t zeros = assembly.place(test::Bytes(16, 0));
    for (std::uint32_t word = 0; word < 9; ++word) {
      if (word != missing) assembly.load(Buffer::kActivation, zeros, word, 16);
    }
    arch::Pool pool;  // 1x1 windows at words 0, 2, 6, 8 of a 3x3 strip
    pool.input_plane = 9;
    pool.input_height = pool.input_width = 3;
    pool.stride_y = pool.stride_x = 2;
    pool.output_height = pool.output_width = 2;
    pool.output_address = 16;
    assembly.add(arch::encode(pool));
    assembly.add(arch::encode_end());
    std::vector<Undefined> undefined;
    CHECK(golden::execute(assembly.finish(), &undefined).error == arch::ErrorCode::kNone);
    CAPTURE(missing);
    CHECK(undefined.size() == (missing == 0 || missing == 8 ? 1 : 0));
  }
}

TEST_CASE("a store of a word that is written in part only is undefined") {
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  for (const std::uint8_t part : {std::uint8_t{0}, std::uint8_t{1}}) {
    test::Assembly assembly(tiny, 8);
    const std::uint32_t zeros = assembly.place(test::Bytes(64, 0));
    assembly.load(Buffer::kActivation, zeros, 0, 16);
    assembly.load(Buffer::kWeight, zeros, 0, 64);
    assembly.load(Buffer::kParameter, zeros, 0, 64);
    arch::Conv conv;
    conv.output.address = 1;
    conv.output.part = part;  // bytes below part 1 stay unwritten
    assembly.add(arch::encode(conv));
    arch::Transfer store;
    store.buffer_address = 1;
    store.memory_address = zeros;
    assembly.add(arch::encode_store(store));
    assembly.add(arch::encode_end());
    std::vector<Undefined> undefined;
    (void)golden::execute(assembly.finish(), &undefined);
    CHECK(undefined.size() == part);
    if (part == 1) CHECK(undefined.front() == Undefined{4, Buffer::kActivation, 1});
  }
}

}  // namespace
