// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Commands by hand, for programs of a few of them.
#pragma once

#include "model/arch/program.hpp"

namespace hb::test {

/// tiny, as in config/machines.json.
inline arch::Machine machine() {
  arch::Machine machine;
  machine.name = "tiny";
  machine.rows = 4;
  machine.columns = 4;
  machine.bus_bytes = 8;
  machine.activation_banks = 8;
  machine.activation_bytes = 65536;
  machine.weight_bytes = 32768;
  machine.parameter_tiles = 64;
  return machine;
}

/// Adds a command to a program that begins at address 0.
inline void append(arch::Program& program, const arch::CommandWords& words) {
  for (const std::uint32_t word : words) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      program.memory.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  ++program.count;
}

inline arch::CommandWords load(std::uint16_t layer, std::uint16_t rows, std::uint16_t segments,
                               arch::Buffer buffer = arch::Buffer::kActivation) {
  arch::Transfer transfer;
  transfer.buffer = buffer;
  transfer.common.layer = layer;
  transfer.rows = rows;
  transfer.segments = segments;
  return arch::encode_load(transfer);
}

inline arch::CommandWords store(std::uint16_t layer, std::uint16_t rows) {
  arch::Transfer transfer;
  transfer.common.layer = layer;
  transfer.rows = rows;
  return arch::encode_store(transfer);
}

}  // namespace hb::test
