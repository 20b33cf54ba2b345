// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/schedule/small_commands.hpp"

#include <utility>

#include "sw/schedule/program.hpp"

namespace hb::test {

arch::Machine tiny() { return arch::read_machines("config/machines.json").front(); }

arch::Transfer transfer(std::uint32_t memory, std::uint32_t row, std::uint16_t rows,
                        arch::Buffer buffer) {
  arch::Transfer t;
  t.buffer = buffer;
  t.memory_address = memory;
  t.buffer_address = row;
  t.rows = rows;
  return t;
}

schedule::Load load(std::uint32_t memory, std::uint32_t row, std::uint16_t rows) {
  return {transfer(memory, row, rows)};
}

schedule::Store store(std::uint32_t row, std::uint32_t memory, std::uint16_t rows) {
  return {transfer(memory, row, rows)};
}

arch::Conv conv(std::uint32_t input, std::uint32_t output) {
  arch::Conv c;
  c.input_height = c.input_width = c.output_height = c.output_width = 4;
  c.input_plane = c.output.plane = 16;
  c.input_address = input;
  c.output.address = output;
  c.output.high = 127;
  return c;
}

arch::Conv add(std::uint32_t input, std::uint32_t output, std::uint32_t residual) {
  arch::Conv c = conv(input, output);
  c.residual.emplace();
  c.residual->address = residual;
  c.residual->plane = 16;
  c.residual->sum_high = 127;
  c.residual->sum_scale = c.residual->residual_scale = 0x3F800000;
  return c;
}

arch::Pool pool(std::uint32_t input, std::uint32_t output) {
  arch::Pool p;
  p.kernel_height = p.kernel_width = 3;
  p.pad_top = p.pad_left = 1;
  p.input_height = p.input_width = p.output_height = p.output_width = 4;
  p.input_plane = p.output_plane = 16;
  p.input_address = input;
  p.output_address = output;
  return p;
}

arch::Conv partial(std::uint32_t input) {
  arch::Conv c = conv(input, 0);
  c.input_height = c.output_height = 1;
  c.output = {};
  c.partial = true;
  return c;
}

arch::Program linked(std::vector<schedule::Command> commands) {
  arch::Program program;
  program.machine = tiny();
  program.memory.resize(std::size_t{1} << 16);
  schedule::link(program, std::move(commands));
  return program;
}

}  // namespace hb::test
