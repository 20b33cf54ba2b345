// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A machine and legal commands that the tests of this suite change.
#pragma once

#include "model/arch/commands.hpp"

namespace hb::arch::test {

inline constexpr std::uint32_t kLimit = 0xFFFF;

/// R 4, C 4, B 8: 1024 words, 256 weight rows, 16 parameter tiles, 4 int8 and 8 int4 parts per
/// word.
inline Machine machine() { return {"test", 4, 4, 8, 8, 16384, 4096, 16}; }

inline Transfer transfer() {
  Transfer command;
  command.common = {0x21, 0x84, false, 7};
  command.memory_address = 0x1000;
  command.memory_stride = 0x100;
  command.buffer_address = 100;
  command.buffer_stride = 20;
  command.rows = 10;
  command.segments = 3;
  return command;
}

inline Conv conv() {
  Conv command;
  command.common = {0x11, 0x22, true, 3};
  command.input_address = 16;
  command.input_plane = 100;
  command.input_height = 8;
  command.input_width = 10;
  command.kernel_height = 3;
  command.kernel_width = 2;
  command.pad_value = 0x80;
  command.channel_words = 2;
  command.tiles = 5;
  command.output_height = 6;
  command.output_width = 9;
  command.weight_address = 4;
  command.parameter_address = 3;
  command.output = {Precision::kInt8, 300, 60, 1, -128, 127, 5};
  return command;
}

inline Conv conv_with_copy() {
  Conv command = conv();
  command.copy = Output{Precision::kInt4, 600, 60, 2, -8, 7, -3};
  command.copy_source = CopySource::kCode;
  return command;
}

/// An `ort` addition of an int8 tensor whose tile 0 is part 2 of 4.
inline Conv conv_with_residual() {
  Conv command = conv();
  Residual residual;
  residual.address = 700;
  residual.plane = 70;
  residual.part = 2;
  residual.sum_low = -100;
  residual.sum_high = 100;
  residual.sum_zero_point = -7;
  residual.sum_offset = 7;
  residual.residual_offset = -9;
  residual.sum_scale = 0x3F000000;
  residual.residual_scale = 0x3E800001;
  residual.term = 0xBF800000;
  command.residual = residual;
  return command;
}

inline Conv conv_with_tflite_residual() {
  Conv command = conv_with_residual();
  command.contract = Contract::kTflite;
  command.residual->term = 0x60000000;
  command.residual->sum_shift = 1;
  command.residual->residual_shift = 2;
  command.residual->output_shift = 17;
  return command;
}

/// One tile of R pixels, and nothing of what a partial CONV does not look at.
inline Conv partial_conv() {
  Conv command = conv();
  command.partial = true;
  command.tiles = 1;
  command.output_height = 2;
  command.output_width = 2;
  command.parameter_address = 0;
  command.output = {};
  return command;
}

inline Pool pool() {
  Pool command;
  command.common = {0x12, 0x48, true, 9};
  command.precision = Precision::kInt4;
  command.input_address = 16;
  command.input_plane = 100;
  command.input_height = 8;
  command.input_width = 10;
  command.kernel_height = 3;
  command.kernel_width = 2;
  command.stride_y = 4;
  command.stride_x = 5;
  command.pad_top = 6;
  command.pad_left = 7;
  command.channel_words = 3;
  command.output_height = 6;
  command.output_width = 9;
  command.output_address = 400;
  command.output_plane = 60;
  return command;
}

}  // namespace hb::arch::test
