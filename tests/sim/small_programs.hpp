// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Small programs, written command by command.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/program.hpp"
#include "sim/options.hpp"

namespace hb::test {

inline constexpr std::uint32_t kSource = 0x10000;  ///< where small programs load from
inline constexpr std::uint32_t kTarget = 0x14000;  ///< where they store to
inline constexpr std::uint32_t kOutput = 64;       ///< word where their CONV writes

/// `commands` (END included, if it is wanted) at address 0, 128 KiB of memory with a pattern behind
/// them.
inline arch::Program make_program(const arch::Machine& machine,
                                  const std::vector<arch::CommandWords>& commands) {
  arch::Program program;
  program.machine = machine;
  program.count = static_cast<std::uint32_t>(commands.size());
  program.memory.resize(0x20000);
  program.memory_limit = 0x1FFFF;
  for (std::size_t i = kSource; i < program.memory.size(); ++i) {
    program.memory[i] = static_cast<std::uint8_t>(i * 37 + i / 256);
  }
  std::memcpy(program.memory.data(), commands.data(), commands.size() * arch::kCommandBytes);
  return program;
}

/// LOAD of 16 words to word 0; gives compute token 0.
inline arch::Transfer load_words() {
  arch::Transfer load;
  load.common.signal = 0x01;
  load.memory_address = kSource;
  load.rows = 16;
  return load;
}

/// LOAD of weights for one tile with T = R; gives compute token 1.
inline arch::Transfer load_weights(const arch::Machine& machine) {
  arch::Transfer load;
  load.common.signal = 0x02;
  load.buffer = arch::Buffer::kWeight;
  load.memory_address = kSource + 0x1000;
  load.rows = static_cast<std::uint16_t>(machine.rows);
  return load;
}

/// LOAD of one parameter tile; gives compute token 2.
inline arch::Transfer load_parameters() {
  arch::Transfer load;
  load.common.signal = 0x04;
  load.buffer = arch::Buffer::kParameter;
  load.memory_address = kSource + 0x2000;
  load.rows = 4;
  return load;
}

/// 1x1 CONV of those 4 x 4 pixels; waits for the three loads, gives store token 0.
inline arch::Conv conv_words() {
  arch::Conv conv;
  conv.common.wait = 0x07;
  conv.common.signal = 0x10;
  conv.input_plane = 16;
  conv.input_height = conv.input_width = 4;
  conv.output_height = conv.output_width = 4;
  conv.output.address = kOutput;
  conv.output.plane = 16;
  conv.output.low = -128;
  conv.output.high = 127;
  return conv;
}

/// STORE of the CONV's 16 words; waits for it.
inline arch::Transfer store_words() {
  arch::Transfer store;
  store.common.wait = 0x10;
  store.memory_address = kTarget;
  store.buffer_address = kOutput;
  store.rows = 16;
  return store;
}

/// LOAD x 3, CONV, STORE, END.
inline std::vector<arch::CommandWords> whole_layer(const arch::Machine& machine) {
  return {arch::encode_load(load_words()),      arch::encode_load(load_weights(machine)),
          arch::encode_load(load_parameters()), arch::encode(conv_words()),
          arch::encode_store(store_words()),    arch::encode_end()};
}

/// A pattern is no float: parameters with biases 0 .. and scales 2^-10.
inline void write_parameters(arch::Program& program) {
  const std::uint32_t columns = program.machine.columns;
  for (std::uint32_t c = 0; c < columns; ++c) {
    const std::uint32_t rows[4] = {c, 0x3A800000, 0, 0x3A800000};
    for (std::uint32_t r = 0; r < 4; ++r) {
      std::memcpy(program.memory.data() + kSource + 0x2000 + 4 * (r * columns + c), &rows[r], 4);
    }
  }
}

/// whole_layer() with its data.
inline arch::Program layer_program(const arch::Machine& machine) {
  arch::Program program = make_program(machine, whole_layer(machine));
  write_parameters(program);
  return program;
}

inline sim::RunOptions with_memory(std::uint32_t latency, std::uint64_t stall_seed = 0) {
  sim::RunOptions options;
  options.memory = {{latency, 1}, stall_seed};
  return options;
}

}  // namespace hb::test
