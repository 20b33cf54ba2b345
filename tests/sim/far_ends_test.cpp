// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do all views agree at the far ends of every field: addresses of 4 GiB, the last words of the
// buffers, strides and planes that nothing uses, a million commands?

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "sim/verify.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"

namespace hb::test {
namespace {

using arch::CommandWords;
using arch::ErrorCode;

const arch::Machine kMachine = chosen_machine();

/// Neighbouring bits differ, both ways; every bit rises and falls.
constexpr std::array<std::uint32_t, 4> kPatterns{0x55555555, 0xAAAAAAAA, 0xFFFFFFFF, 0};
constexpr std::uint32_t kEverywhere = 0xFFFFFFFF;

std::uint16_t half(std::uint32_t pattern) { return static_cast<std::uint16_t>(pattern); }

arch::Program everywhere(const std::vector<CommandWords>& commands) {
  arch::Program program = make_program(kMachine, commands);
  write_parameters(program);
  program.memory_limit = kEverywhere;
  return program;
}

void check_good(const arch::Program& program) {
  const sim::VerifyResult result = sim::verify(program, with_memory(3));
  CHECK(result.describe() == "");
  CHECK(arch::name(result.run.timeline.error) == arch::name(ErrorCode::kNone));
}

/// The loads of whole_layer(), and no tokens: what follows waits for a load that signals token 0.
std::vector<CommandWords> loads_of_layer() {
  std::vector<CommandWords> commands = whole_layer(kMachine);
  commands.resize(3);
  for (CommandWords& words : commands) words[0] &= 0xFF;
  commands.back()[0] |= 0x01U << 16;  // the last, and loads retire in order
  return commands;
}

TEST_CASE("a program is fetched from anywhere in 4 GiB") {
  for (const std::uint32_t pattern : kPatterns) {
    CAPTURE(pattern);
    arch::Program program = everywhere({});
    program.address = pattern & ~(arch::kCommandBytes - 1);
    program.count = 1;  // of zeros
    const sim::VerifyResult result = sim::verify(program, with_memory(3));
    CHECK(result.describe() == "");
    CHECK(arch::name(result.run.timeline.error) == arch::name(ErrorCode::kIllegalOpcode));
  }
}

TEST_CASE("loads reach 4 GiB by address and by stride, and the last row of every buffer") {
  constexpr std::uint32_t kAligned = ~255U;
  std::vector<CommandWords> commands;
  for (const std::uint32_t pattern : kPatterns) {
    arch::Transfer load;
    load.common.layer = half(pattern);
    load.memory_address = pattern & kAligned;
    load.memory_stride = ~pattern & kAligned;
    load.segments = 2;
    commands.push_back(arch::encode_load(load));
    load.memory_stride = pattern & kAligned;
    load.segments = 1;
    load.buffer_stride = pattern;
    for (const auto& [buffer, rows] :
         {std::pair{arch::Buffer::kActivation, kMachine.activation_words()},
          {arch::Buffer::kWeight, kMachine.weight_rows()},
          {arch::Buffer::kParameter, kMachine.parameter_rows()}}) {
      load.buffer = buffer;
      load.buffer_address = pattern & (rows - 1);  // a power of two
      commands.push_back(arch::encode_load(load));
    }
  }
  commands.push_back(arch::encode_end());
  check_good(everywhere(commands));
}

TEST_CASE("a load of the whole activation buffer, and one of 65,535 segments") {
  arch::Transfer whole;
  const std::uint32_t words = kMachine.activation_words();
  whole.rows = static_cast<std::uint16_t>(std::min(words, 0x8000U));
  arch::Transfer segments;
  segments.segments = 0xFFFF;
  check_good(
      everywhere({arch::encode_load(whole), arch::encode_load(segments), arch::encode_end()}));
}

TEST_CASE("stores reach far, by address and by stride") {
  constexpr std::uint32_t kImage = 0x01FFFF00;  // 32 MiB: the memory grows up to there
  std::vector<CommandWords> commands = loads_of_layer();
  for (const std::uint32_t pattern : kPatterns) {
    arch::Transfer store;
    store.common.layer = half(pattern);
    if (pattern == kPatterns[0]) store.common.wait = 0x01;
    store.memory_address = std::max(pattern & kImage, kTarget);
    store.memory_stride = pattern & ~255U;
    store.buffer_stride = pattern;
    store.buffer_address = pattern & 15;  // of the words that were loaded
    commands.push_back(arch::encode_store(store));
  }
  commands[2][0] = (commands[2][0] & 0xFF00FFFF) | 0x10U << 16;  // to store, not to compute
  commands.push_back(arch::encode_end());
  check_good(everywhere(commands));
}

/// One pixel of `conv`, whose unused fields show `pattern`.
arch::Conv one_pixel(std::uint32_t pattern) {
  arch::Conv conv = conv_words();
  conv.common = {};
  conv.common.layer = half(pattern);
  conv.input_height = conv.input_width = 1;
  conv.output_height = conv.output_width = 1;
  conv.input_plane = conv.output.plane = pattern;
  conv.stride_y = static_cast<std::uint8_t>(pattern | 1);
  conv.stride_x = static_cast<std::uint8_t>(~pattern | 1);
  return conv;
}

TEST_CASE("CONV takes any plane and stride that it does not use, and buffers to their last word") {
  std::vector<CommandWords> commands = loads_of_layer();
  const std::uint32_t words = kMachine.activation_words();
  for (const std::uint32_t pattern : kPatterns) {
    arch::Conv conv = one_pixel(pattern);
    if (pattern == kPatterns[0]) conv.common.wait = 0x01;
    conv.input_height = static_cast<std::uint16_t>(std::max(half(pattern) & (words - 1), 1U));
    conv.output.address = std::max(pattern & (words - 1), kOutput);
    commands.push_back(arch::encode(conv));
    std::swap(conv.input_height, conv.input_width);
    conv.common.wait = 0;
    conv.copy = conv.output;
    conv.copy->address = (conv.output.address + words / 2) & (words - 1);  // another bank
    conv.copy->address = std::max(conv.copy->address, kOutput);
    commands.push_back(arch::encode(conv));
    commands.back()[0] |= 1U << 24;
    conv.copy.reset();
    arch::Residual& residual = conv.residual.emplace();
    residual.address = pattern & 15;
    residual.plane = pattern;
    conv.input_address = words - 1;
    conv.output.address = kOutput;
    residual.sum_low = -128;
    residual.sum_high = 127;
    residual.sum_scale = residual.residual_scale = 0x3F800000;
    conv.input_height = conv.input_width = 1;
    commands.push_back(arch::encode(conv));
    commands.back()[0] |= 1U << 24;
  }
  arch::Transfer top = load_words();
  top.common = {};
  top.rows = 1;
  top.buffer_address = words - 1;
  commands.insert(commands.begin(), arch::encode_load(top));
  commands.push_back(arch::encode_end());
  check_good(everywhere(commands));
}

TEST_CASE("kernels of 255 by 1 and 1 by 255, in padding of 255") {
  std::vector<CommandWords> commands = loads_of_layer();
  for (const bool tall : {true, false}) {
    arch::Conv conv = one_pixel(kPatterns[0]);
    conv.repeat = true;
    (tall ? conv.kernel_height : conv.kernel_width) = 255;
    (tall ? conv.pad_top : conv.pad_left) = 255;
    conv.pad_value = tall ? 0x55 : 0xAA;
    if (tall) conv.common.wait = 0x01;
    commands.push_back(arch::encode(conv));
  }
  arch::Pool pool;
  pool.input_plane = pool.output_plane = kPatterns[1];
  pool.input_height = pool.input_width = 4;
  pool.kernel_height = 255;
  pool.kernel_width = 8;
  pool.pad_top = 255;
  pool.pad_left = 3;
  pool.stride_y = pool.stride_x = 255;
  pool.output_height = 2;
  pool.output_address = kOutput;
  commands.push_back(arch::encode(pool));
  pool.kernel_height = pool.kernel_width = 1;
  pool.pad_top = pool.pad_left = 0;
  pool.output_height = 1;
  pool.output_address = kMachine.activation_words() - 1;
  commands.push_back(arch::encode(pool));
  commands.push_back(arch::encode_end());
  check_good(everywhere(commands));
}

TEST_CASE("a CONV as deep as a field can say") {
  std::vector<CommandWords> commands = loads_of_layer();
  arch::Conv conv = one_pixel(0);  // plane 0: the same word again and again
  conv.common.wait = 0x01;
  conv.repeat = true;
  conv.channel_words = static_cast<std::uint16_t>(0x20000 / kMachine.rows);
  commands.push_back(arch::encode(conv));
  commands.push_back(arch::encode_end());
  check_good(everywhere(commands));
}

/// The command must end as arch::check() says; a legal one never starts, and the command after it
/// is illegal.
void check_same(CommandWords words) {
  const ErrorCode code = arch::check(words, kMachine, kEverywhere);
  if (code == ErrorCode::kNone) words[0] |= 0x0100;  // a token that nothing gives
  const sim::RunResult run = sim::run(everywhere({words, {}}), with_memory(1));
  CHECK(run.good());
  const bool legal = code == ErrorCode::kNone;
  CHECK(arch::name(run.timeline.error) == arch::name(legal ? ErrorCode::kIllegalOpcode : code));
  CHECK(run.timeline.error_index == (legal ? 1 : 0));
}

TEST_CASE("any value of any word: all views agree what is wrong with a command") {
  arch::Conv conv = one_pixel(0);
  conv.copy = conv.output;
  conv.copy->address = kMachine.activation_words() / 2;
  arch::Conv sum = one_pixel(0);
  sum.residual.emplace().sum_scale = sum.residual->residual_scale = 0x3F800000;
  arch::Pool pool;
  pool.output_address = kOutput;
  const std::vector<CommandWords> bases{arch::encode_load(load_words()),
                                        arch::encode_store(store_words()), arch::encode(conv),
                                        arch::encode(sum), arch::encode(pool)};
  for (CommandWords base : bases) {
    base[0] &= 0xFF;
    for (std::size_t word = 1; word < base.size(); ++word) {
      for (const std::uint32_t pattern : kPatterns) {
        CAPTURE(base[0]);
        CAPTURE(word);
        CAPTURE(pattern);
        CommandWords words = base;
        words[word] = pattern;
        check_same(words);
      }
    }
  }
}

/// `commands` above the memory of small programs.
arch::Program long_program(const std::vector<CommandWords>& commands) {
  arch::Program program = everywhere({arch::encode_end()});
  program.address = 0x20000;
  program.count = static_cast<std::uint32_t>(commands.size());
  program.memory.resize(program.address + commands.size() * arch::kCommandBytes);
  std::memcpy(program.memory.data() + program.address, commands.data(),
              commands.size() * arch::kCommandBytes);
  return program;
}

/// `count` commands, all loads but for a layer from time to time.
std::vector<CommandWords> many_commands(std::size_t count) {
  std::vector<CommandWords> commands;
  arch::Transfer load;
  load.buffer = arch::Buffer::kWeight;  // what load_weights() puts there
  load.memory_address = kSource + 0x1000;
  const std::vector<CommandWords> layer = whole_layer(kMachine);
  while (commands.size() < count) {
    if (commands.size() % 0x0AA8 == 0 && commands.size() + layer.size() < count) {
      commands.insert(commands.end(), layer.begin(), layer.end() - 1);
    }
    commands.push_back(arch::encode_load(load));
  }
  return commands;
}

TEST_CASE("every engine meets indices above 65,535") {
  std::vector<CommandWords> commands = many_commands(0x18800);
  commands.push_back(arch::encode_end());
  check_good(long_program(commands));
}

TEST_CASE("the longest program: every engine meets every bit of an index, and so does an error") {
  if (kMachine.bus_bytes < 32) {
    MESSAGE("not run on ", kMachine.name, ": its bus takes long to fetch; base runs it");
    return;
  }
  // The END that is missing would be one command too many.
  const sim::VerifyResult result =
      sim::verify(long_program(many_commands(arch::kMostCommands)), with_memory(3));
  CHECK(result.describe() == "");
  CHECK(arch::name(result.run.timeline.error) == arch::name(ErrorCode::kTruncated));
  CHECK(result.run.timeline.error_index == arch::kMostCommands);
}

TEST_CASE("an illegal command after thousands of legal ones") {
  for (const std::uint32_t index : {0x1555U, 0x2AAAU, 70000U}) {
    std::vector<CommandWords> commands = many_commands(index);
    commands.push_back({});
    const sim::VerifyResult result = sim::verify(long_program(commands), with_memory(3));
    CHECK(result.describe() == "");
    CHECK(result.run.timeline.error_index == index);
  }
}

TEST_CASE("a bus error of a command above 65,535 names it") {
  std::vector<CommandWords> commands = many_commands(70000);
  commands.push_back(arch::encode_end());
  const arch::Program program = long_program(commands);
  sim::RunOptions options = with_memory(3);
  options.faults = {
      {sim::Port::kFetch, 70000 * std::uint64_t{arch::kCommandBytes / kMachine.bus_bytes}, 2}};
  const sim::VerifyResult result = sim::verify(program, options);
  CHECK(result.describe() == "");
  CHECK(arch::name(result.run.timeline.error) == arch::name(ErrorCode::kFetchBus));
  CHECK(result.run.timeline.error_index == 70000);
}

TEST_CASE("state registers show indices above 65,535") {
  std::vector<CommandWords> commands = many_commands(70000);
  arch::Transfer load = load_weights(kMachine);
  load.common.wait = 0x01;
  commands.push_back(arch::encode_load(load));
  arch::Conv conv = conv_words();
  conv.common.wait = 0x20;
  commands.push_back(arch::encode(conv));
  arch::Transfer store = store_words();
  store.common.wait = 0x40;
  commands.push_back(arch::encode_store(store));
  commands.push_back(arch::encode_end());
  sim::RunOptions options = with_memory(3);
  options.watchdog = 2000;
  const sim::RunResult run = sim::run(long_program(commands), options);
  CHECK_FALSE(run.divergence);
  REQUIRE(run.hang);
  CHECK(*run.hang ==
        "no progress for 2000 cycles\n"
        "  load: idle, command 70000 (layer 0) waits for token 0 from compute\n"
        "  compute: idle, command 70001 (layer 0) waits for token 1 from store\n"
        "  store: idle, command 70002 (layer 0) waits for token 2 from compute\n"
        "  fetch: ended, next command 70003\n");
}

TEST_CASE("every token can be given 255 times") {
  std::vector<CommandWords> commands = loads_of_layer();
  arch::Conv conv = one_pixel(0);
  conv.common.wait = 0x01;
  commands.push_back(arch::encode(conv));
  conv.common.wait = 0;
  conv.common.signal = 0xFF;
  arch::Transfer load;
  load.common.signal = 0xFF;
  load.buffer = arch::Buffer::kWeight;
  load.buffer_address = kMachine.weight_rows() - 1;
  arch::Transfer store;
  store.common.signal = 0xFF;
  store.memory_address = kTarget;
  store.buffer_address = kMachine.activation_words() - 1;
  arch::Transfer top;
  top.buffer_address = store.buffer_address;
  top.common.signal = 0x10;  // for the first store
  commands.insert(commands.begin(), arch::encode_load(top));
  for (int i = 0; i < 255; ++i) {
    commands.push_back(arch::encode_load(load));
    commands.push_back(arch::encode(conv));
    store.common.wait = i == 0 ? 0x01 : 0;
    commands.push_back(arch::encode_store(store));
  }
  commands.push_back(arch::encode_end());
  check_good(long_program(commands));
}

}  // namespace
}  // namespace hb::test
