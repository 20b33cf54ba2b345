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
