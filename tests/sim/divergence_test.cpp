// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is the first difference found, whatever signal it is in, and located in the program?
#include "sim/compare.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "tests/sim/fake_machine.hpp"

namespace hb::test {
namespace {

/// LOAD, CONV (2 tiles, 3 x 2 pixels, T = 8, int8), CONV (int4), STORE, END.
arch::Program located_program() {
  arch::Transfer load;
  load.common.layer = 4;
  arch::Conv conv;
  conv.common.layer = 5;
  conv.channel_words = 2;
  conv.output_height = 3;
  conv.output_width = 2;
  conv.tiles = 2;
  conv.output.part = 1;
  arch::Conv conv4 = conv;
  conv4.common.layer = 6;
  conv4.output.precision = arch::Precision::kInt4;
  arch::Transfer store;
  store.common.layer = 7;
  const arch::CommandWords commands[] = {arch::encode_load(load), arch::encode(conv),
                                         arch::encode(conv4), arch::encode_store(store),
                                         arch::encode_end()};
  arch::Program program;
  program.machine = machine_of<Tiny>();
  program.count = 5;
  program.memory.resize(sizeof(commands));
  std::memcpy(program.memory.data(), commands, sizeof(commands));
  return program;
}

/// Two sides that agree until a test makes them differ.
struct Pair {
  Outputs model{};
  sim::Violations violations;
  arch::Program program = located_program();
  sim::Recorder recorder{violations};
  sim::Tags tags{program};

  Pair() { model.running = 1; }
  void step() {
    recorder.step(0, model);
    tags.step(recorder.cycle(), model, false);
    model = {};
    model.running = 1;
  }
  void start(arch::Engine engine, std::uint32_t index) {
    model.start[static_cast<std::size_t>(engine)] = {1, index};
    step();
  }
  [[nodiscard]] std::optional<sim::Divergence> against(const Outputs& rtl) const {
    return sim::compare<Tiny>(0, model, rtl, recorder, tags);
  }
};

TEST_CASE("equal outputs do not diverge") {
  const Pair pair;
  CHECK_FALSE(pair.against(pair.model));
}

TEST_CASE("a flipped bit of any signal is found under its name") {
  const std::vector<sim::Signal> signals = sim::signals<Tiny>();
  for (const sim::Signal& signal : signals) {
    for (std::size_t word = 0; word < signal.words; ++word) {
      const Pair pair;
      Outputs rtl = pair.model;
      std::uint32_t value = 0;
      auto* bytes = reinterpret_cast<unsigned char*>(&rtl) + signal.offset + 4 * word;
      std::memcpy(&value, bytes, 4);
      value ^= 1U << 5;
      std::memcpy(bytes, &value, 4);
      const auto divergence = pair.against(rtl);
      REQUIRE(divergence);
      CHECK(divergence->signal.rfind(signal.name, 0) == 0);
      CHECK(divergence->expected != divergence->actual);
    }
  }
}

TEST_CASE("a wrong output byte is located: command, layer, tile, pixel, row, column") {
  Pair pair;
  pair.start(arch::Engine::kCompute, 1);
  for (int write = 0; write < 6 + 5; ++write) {  // tile 0's six pixels, five of tile 1's
    pair.model.output_write.valid = 1;
    pair.step();
  }
  pair.model.output_write = {1, 77, {0xF00}, {0, 0, 0x11223344, 0}};
  Outputs rtl = pair.model;
  rtl.output_write.data[2] = 0x11AA3344;
  const auto divergence = pair.against(rtl);
  REQUIRE(divergence);
  CHECK(divergence->describe() ==
        "cycle 12: output_write.data[2]: SystemC 0x11223344, RTL 0x11aa3344; "
        "command 1, layer 5, tile 1, pixel 5, row 1, column 2");
}

TEST_CASE("an int4 output's nibbles are columns of their own") {
  Pair pair;
  pair.start(arch::Engine::kCompute, 2);
  pair.model.output_write = {1, 77, {0xC}, {0x44330000, 0, 0, 0}};
  Outputs rtl = pair.model;
  rtl.output_write.data[0] = 0x54330000;
  const auto divergence = pair.against(rtl);
  REQUIRE(divergence);
  CHECK(divergence->place.command == 2U);
  CHECK(divergence->place.tile == 0U);
  CHECK(divergence->place.column == 3U);
}

TEST_CASE("writes of a command whose successor has started are still its own") {
  Pair pair;
  pair.start(arch::Engine::kCompute, 1);
  pair.start(arch::Engine::kCompute, 2);
  pair.model.output_write.valid = 1;
  const auto in_first = pair.against({});
  REQUIRE(in_first);
  for (int write = 0; write < 12; ++write) {
    pair.model.output_write.valid = 1;
    pair.step();
  }
  pair.model.output_write = {1, 3, {}, {}};
  Outputs rtl = pair.model;
  rtl.output_write.address = 4;
  CHECK(pair.against(rtl)->place.command == 2U);
}

TEST_CASE("a wrong feed address is located by its step") {
  Pair pair;
  pair.start(arch::Engine::kCompute, 1);  // step 0 is in the start's cycle, its request one later
  for (int i = 0; i < 8 + 2; ++i) {
    pair.step();
  }
  pair.model.feed_read = {1, 9};
  Outputs rtl = pair.model;
  rtl.feed_read.address = 8;
  const auto divergence = pair.against(rtl);
  REQUIRE(divergence);
  CHECK(divergence->place.tile == 0U);
  CHECK(divergence->place.pixel == 4U + 2U);  // second pixel tile of T = 8 steps, row 2
  CHECK(divergence->place.row == 2U);
}

TEST_CASE("pulses, loads and stores name their commands") {
  Pair pair;
  Outputs rtl = pair.model;
  rtl.start[1] = {1, 2};
  CHECK(pair.against(rtl)->place.command == 2U);
  pair.start(arch::Engine::kLoad, 0);
  rtl = pair.model;
  rtl.load_write.valid = 1;
  rtl.load_write.row = 9;
  CHECK(pair.against(rtl)->place.layer == 4U);
  CHECK(pair.against(rtl)->place.row == 9U);
  pair.start(arch::Engine::kStore, 3);
  rtl = pair.model;
  rtl.store_w.valid = 1;
  CHECK(pair.against(rtl)->place.layer == 7U);
}

}  // namespace
}  // namespace hb::test
