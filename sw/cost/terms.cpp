// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/terms.hpp"

namespace hb::cost {

Cycles conv_steps(const arch::Conv& command, const arch::Machine& machine) {
  const Cycles pixel_tiles = (command.pixels() + machine.rows - 1) / machine.rows;
  return command.tiles * pixel_tiles * command.tile_steps(machine);
}

std::uint32_t row_bytes(arch::Buffer buffer, const arch::Machine& machine) {
  return buffer == arch::Buffer::kActivation ? machine.word_bytes() : machine.row_bytes();
}

std::uint64_t transfer_bytes(const arch::Transfer& command, const arch::Machine& machine) {
  return std::uint64_t{command.rows} * command.segments * row_bytes(command.buffer, machine);
}

}  // namespace hb::cost
