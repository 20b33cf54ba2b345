// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every error stop RTL, SystemC and golden model alike: same code, same command, a clean bus,
// whole stores?

#include <doctest/doctest.h>

#include "sim/verify.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"
#include "tests/sim/timelines.hpp"
#include "tests/support/edge_commands.hpp"

namespace hb::test {
namespace {

using arch::ErrorCode;

const arch::Machine kMachine = chosen_machine();

arch::Program layer_program_with(std::uint32_t index, const arch::CommandWords& words) {
  std::vector<arch::CommandWords> commands = whole_layer(kMachine);
  commands[index] = words;
  arch::Program program = make_program(kMachine, commands);
  write_parameters(program);
  return program;
}

/// Lockstep and golden model, with and without stalls, must agree that `program` ends with `error`
/// at `index`.
void check_error(const arch::Program& program, ErrorCode error, std::uint32_t index,
                 sim::RunOptions options = with_memory(20)) {
  for (const std::uint64_t stall_seed : {0U, 3U, 4U}) {
    CAPTURE(stall_seed);
    options.memory.stall_seed = stall_seed;
    const sim::VerifyResult result = sim::verify(program, options);
    CHECK(result.describe() == "");
    CHECK(arch::name(result.run.timeline.error) == arch::name(error));
    CHECK(result.run.timeline.error_index == index);
  }
}

TEST_CASE("each check of a command stops the machine with its code and index") {
  arch::CommandWords words{};
  check_error(layer_program_with(2, words), ErrorCode::kIllegalOpcode, 2);
  words = whole_layer(kMachine)[3];
  words[28] = 1;
  check_error(layer_program_with(3, words), ErrorCode::kReservedField, 3);
  arch::Transfer transfer = load_words();
  transfer.buffer = static_cast<arch::Buffer>(3);
  check_error(layer_program_with(0, arch::encode_load(transfer)), ErrorCode::kIllegalFormat, 0);
  transfer = load_words();
  transfer.rows = 0;
  check_error(layer_program_with(1, arch::encode_load(transfer)), ErrorCode::kIllegalSize, 1);
  transfer = load_words();
  transfer.memory_address += 4;
  check_error(layer_program_with(0, arch::encode_load(transfer)), ErrorCode::kAlignment, 0);
  transfer = store_words();
  transfer.buffer_address = kMachine.activation_words() - 15;
  check_error(layer_program_with(4, arch::encode_store(transfer)), ErrorCode::kBufferRange, 4);
  transfer = store_words();
  transfer.memory_address = 0x20000 - 15 * kMachine.word_bytes();
  check_error(layer_program_with(4, arch::encode_store(transfer)), ErrorCode::kMemoryRange, 4);
  arch::Conv conv = conv_words();
  conv.output.low = 5;
  conv.output.high = 4;
  check_error(layer_program_with(3, arch::encode(conv)), ErrorCode::kIllegalQuantization, 3);
}

TEST_CASE("on both sides of every rule of CONV and POOL, all views agree what is legal") {
  constexpr std::uint32_t kNeverGiven = 0x0100;  // a token: the command must not start
  std::size_t legal = 0;
  const std::vector<EdgeCommand> edges = edge_commands(kMachine, conv_words());
  for (const EdgeCommand& edge : edges) {
    CAPTURE(edge.name);
    if (edge.code != ErrorCode::kNone) {
      const sim::VerifyResult result =
          sim::verify(make_program(kMachine, {edge.words}), with_memory(1));
      CHECK(result.describe() == "");
      CHECK(arch::name(result.run.timeline.error) == arch::name(edge.code));
      CHECK(result.run.timeline.error_index == 0);
      continue;
    }
    ++legal;
    arch::CommandWords words = edge.words;
    words[0] |= kNeverGiven;
    const sim::RunResult run = sim::run(make_program(kMachine, {words, {}}), with_memory(1));
    CHECK(run.good());
    CHECK(arch::name(run.timeline.error) == arch::name(ErrorCode::kIllegalOpcode));
    CHECK(run.timeline.error_index == 1);
    CHECK(run.timeline.commands.empty());
  }
  MESSAGE(edges.size(), " commands, ", legal, " of them legal");
}

TEST_CASE("ranges that just fit are legal") {
  arch::Transfer store = store_words();
  store.memory_address = 0x20000 - 16 * kMachine.word_bytes();
  check_error(layer_program_with(4, arch::encode_store(store)), ErrorCode::kNone, 0);
}

TEST_CASE("a program without END, and one that lies wrong, stop the machine") {
  std::vector<arch::CommandWords> commands = whole_layer(kMachine);
  commands.pop_back();
  arch::Program truncated = make_program(kMachine, commands);
  write_parameters(truncated);
  check_error(truncated, ErrorCode::kTruncated, 5);

  arch::Program misaligned = layer_program(kMachine);
  misaligned.address = 64;
  check_error(misaligned, ErrorCode::kAlignment, 0);

  arch::Program beyond = layer_program(kMachine);
  beyond.address = 0x20000 - 5 * arch::kCommandBytes;
  check_error(beyond, ErrorCode::kMemoryRange, 0);

  arch::Program empty = layer_program(kMachine);
  empty.count = 0;
  check_error(empty, ErrorCode::kTruncated, 0);
}

TEST_CASE("a bus error stops the machine with the command that met it, and the bus is left clean") {
  const std::uint64_t fetch_beats = arch::kCommandBytes / kMachine.bus_bytes;
  const std::uint64_t word_beats = kMachine.word_bytes() / kMachine.bus_bytes;
  sim::RunOptions options = with_memory(20);
  options.faults = {{sim::Port::kFetch, 2 * fetch_beats + 1, 2}};
  check_error(layer_program(kMachine), ErrorCode::kFetchBus, 2, options);
  options.faults = {{sim::Port::kLoad, 16 * word_beats, 3}};
  check_error(layer_program(kMachine), ErrorCode::kLoadBus, 1, options);
  options.faults = {{sim::Port::kStore, 0, 2}};
  check_error(layer_program(kMachine), ErrorCode::kStoreBus, 4, options);
  // Of two the first counts: the last beat of command 0, then the first of command 1.
  options.faults = {{sim::Port::kLoad, 16 * word_beats - 1, 2},
                    {sim::Port::kLoad, 16 * word_beats, 2}};
  check_error(layer_program(kMachine), ErrorCode::kLoadBus, 0, options);
}

TEST_CASE("an abort stops the machine") {
  for (const sim::Cycles cycle : {1U, 40U, 90U, 150U}) {
    sim::RunOptions options = with_memory(20);
    options.abort = cycle;
    check_error(layer_program(kMachine), ErrorCode::kAborted, 0, options);
  }
}

TEST_CASE("a machine that was stopped runs the next program without a reset, as a fresh one does") {
  const arch::Program program = layer_program(kMachine);
  for (const sim::View view : {sim::View::kLockstep, sim::View::kRtl, sim::View::kSystemC}) {
    for (const std::uint64_t stall_seed : {0U, 3U}) {
      sim::RunOptions options = with_memory(20, stall_seed);
      options.view = view;
      const sim::RunResult fresh = sim::run(program, options);
      for (const sim::Cycles cycle : {1U, 30U, 60U, 90U, 120U}) {
        CAPTURE(cycle);
        sim::RunOptions stopping = options;
        stopping.abort = cycle;
        const sim::RunResult stopped = sim::run(program, stopping);
        CHECK(arch::name(stopped.timeline.error) == arch::name(ErrorCode::kAborted));
        CHECK(stopped.memory == memory_after_stop(program, stopped.timeline));
        options.warm = true;
        const sim::VerifyResult next = sim::verify(program, options);
        options.warm = false;
        CHECK(next.describe() == "");
        CHECK(timeline_difference(fresh.timeline, next.run.timeline) == "");
      }
    }
  }
}

TEST_CASE("the 256th token of a kind is an error, the 255th is not") {
  const auto program = [](std::size_t tokens) {
    arch::Transfer load = load_words();
    load.rows = 1;
    std::vector<arch::CommandWords> commands(tokens, arch::encode_load(load));
    commands.push_back(arch::encode_end());
    return make_program(kMachine, commands);
  };
  check_error(program(255), ErrorCode::kNone, 0);
  check_error(program(256), ErrorCode::kTokenOverflow, 255);
}

TEST_CASE("two accesses to one port of a bank in one cycle are an error of the later in rank") {
  std::vector<arch::CommandWords> commands = whole_layer(kMachine);
  arch::Conv conv = conv_words();
  conv.common.signal = 0;
  commands[3] = arch::encode(conv);
  arch::Transfer store = store_words();  // of what the CONV reads, at the same time
  store.common.wait = 0x01;
  store.buffer_address = 0;
  commands[4] = arch::encode_store(store);
  arch::Transfer load = load_parameters();
  load.common.signal |= 0x10;
  commands[2] = arch::encode_load(load);
  arch::Program program = make_program(kMachine, commands);
  write_parameters(program);
  const sim::RunResult run = sim::run(program, with_memory(20));
  CHECK(arch::name(run.timeline.error) == arch::name(ErrorCode::kBankConflict));
  CHECK(run.timeline.error_index == 4);
  CHECK_FALSE(run.divergence);
}

}  // namespace
}  // namespace hb::test
