// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does executing a layer's program give the bytes that convolution from first principles and the
// integer model of what follows it give?
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/arch/machine.hpp"
#include "model/golden/execute.hpp"
#include "tests/golden/random_layer.hpp"
#include "tests/support/seed.hpp"

namespace {

using namespace hb;
using test::Random;

/// The presets, and small machines whose words hold one part, many parts, or odd shares of a layer.
std::vector<arch::Machine> machines() {
  std::vector<arch::Machine> all = arch::read_machines("config/machines.json");
  all.push_back({"least", 2, 4, 4, 2, 16384, 4096, 16});
  all.push_back({"wide", 2, 8, 4, 4, 16384, 16384, 16});
  all.push_back({"tall", 16, 4, 16, 8, 65536, 16384, 8});
  all.push_back({"one_part", 4, 16, 16, 4, 32768, 32768, 8});
  for (const arch::Machine& machine : all) arch::check_machine(machine, "tests");
  return all;
}

bool holds(const std::vector<std::uint8_t>& memory, std::uint32_t address,
           const test::Bytes& bytes) {
  return memory.size() >= address + bytes.size() &&
         std::equal(bytes.begin(), bytes.end(), memory.begin() + address);
}

std::string describe(const test::LayerKind& kind) {
  const auto bits = [](arch::Precision p) {
    return std::string(p == arch::Precision::kInt4 ? "int4" : "int8");
  };
  std::string text = bits(kind.precision) + " to " + bits(kind.output_precision);
  if (kind.copy_precision) {
    text += " and " + bits(*kind.copy_precision);
    text += kind.copy_source == arch::CopySource::kCode ? " from code" : " from accumulator";
  }
  if (kind.residual_precision) text += " plus " + bits(*kind.residual_precision);
  if (kind.narrow_weights) text += ", narrow";
  if (kind.contract == arch::Contract::kTflite) text += ", tflite";
  return text + (kind.split ? ", split" : "");
}

TEST_CASE("random layers of every kind on every machine equal convolution from first principles") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  for (int round = 0; round < 3; ++round) {
    for (const arch::Machine& machine : machines()) {
      for (const test::LayerKind& kind : test::all_kinds()) {
        const test::RandomLayer layer = test::random_layer(random, machine, kind);
        const test::LayerProgram made = test::assemble(layer);
        const test::Expected wanted = test::expected(layer);
        std::vector<golden::Undefined> undefined;
        const golden::Result result = golden::execute(made.program, &undefined);
        INFO("round ", round, " on ", machine.name, " ", describe(layer.kind));
        REQUIRE(result.error == arch::ErrorCode::kNone);
        CHECK(undefined.empty());
        REQUIRE(holds(result.memory, made.output_address, wanted.output));
        REQUIRE(holds(result.memory, made.copy_address, wanted.copy));
      }
    }
  }
}

TEST_CASE("a second command may fill the upper parts of a word, and clears only above itself") {
  // One pixel, 1x1: part 2 of 4 in a word that held other bytes.
  const arch::Machine tiny = arch::read_machines("config/machines.json").front();
  REQUIRE(tiny.name == "tiny");
  test::Assembly assembly(tiny, 8);
  const test::Bytes zeros(4 * tiny.row_bytes(), 0);
  test::Bytes old(tiny.word_bytes(), 0xEE);
  assembly.load(arch::Buffer::kActivation, assembly.place(test::Bytes(tiny.word_bytes(), 0)), 0,
                16);
  assembly.load(arch::Buffer::kActivation, assembly.place(old), 1, old.size());
  assembly.load(arch::Buffer::kWeight, assembly.place(zeros), 0, zeros.size());
  assembly.load(arch::Buffer::kParameter, assembly.place(zeros), 0, zeros.size());
  arch::Conv conv;
  conv.output.address = 1;
  conv.output.part = 2;
  conv.output.low = conv.output.high = conv.output.zero_point = 77;
  assembly.add(arch::encode(conv));
  arch::Transfer store;
  store.buffer_address = 1;
  store.memory_address = assembly.place(test::Bytes(tiny.word_bytes(), 1));
  assembly.add(arch::encode_store(store));
  assembly.add(arch::encode_end());
  const golden::Result result = golden::execute(assembly.finish());
  REQUIRE(result.error == arch::ErrorCode::kNone);
  const test::Bytes wanted{0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0xEE,
                           77,   77,   77,   77,   0,    0,    0,    0};
  CHECK(holds(result.memory, store.memory_address, wanted));
}

}  // namespace
