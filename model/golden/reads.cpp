// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/reads.hpp"

#include <vector>

namespace hb::golden {
namespace {

using arch::Buffer;
using arch::Conv;
using arch::Machine;

/// Which of `size` input positions along one axis some output position meets.
std::vector<bool> positions_read(std::uint32_t size, std::uint32_t outputs, std::uint32_t stride,
                                 std::uint32_t kernel, std::uint32_t pad) {
  std::vector<bool> read(size, false);
  for (std::uint32_t o = 0; o < outputs; ++o) {
    for (std::uint32_t k = 0; k < kernel; ++k) {
      const std::int64_t i = std::int64_t{o} * stride + k - pad;
      if (i >= 0 && i < size) read[static_cast<std::size_t>(i)] = true;
    }
  }
  return read;
}

/// The words of a CONV's or POOL's strip.
template <class Command>
void note_input(const Command& command, std::uint32_t index, Buffers& buffers) {
  const auto rows = positions_read(command.input_height, command.output_height, command.stride_y,
                                   command.kernel_height, command.pad_top);
  const auto columns = positions_read(command.input_width, command.output_width, command.stride_x,
                                      command.kernel_width, command.pad_left);
  for (std::uint64_t cw = 0; cw < command.channel_words; ++cw) {
    for (std::uint64_t y = 0; y < command.input_height; ++y) {
      const std::uint64_t start =
          command.input_address + cw * command.input_plane + y * command.input_width;
      for (std::uint64_t x = 0; rows[y] && x < command.input_width; ++x) {
        if (columns[x]) buffers.note_read(index, Buffer::kActivation, start + x);
      }
    }
  }
}

void note_parameters(const Conv& conv, std::uint32_t index, Buffers& buffers) {
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    const std::uint64_t row = 4 * (std::uint64_t{conv.parameter_address} + n);
    buffers.note_read(index, Buffer::kParameter, row);
    buffers.note_read(index, Buffer::kParameter, row + 1);
    if (conv.contract == arch::Contract::kTflite) {
      buffers.note_read(index, Buffer::kParameter, row + 2);
    }
    if (conv.copy) buffers.note_read(index, Buffer::kParameter, row + 3);
  }
}

void note_residual(const Machine& machine, const Conv& conv, std::uint32_t index,
                   Buffers& buffers) {
  const arch::Residual& residual = *conv.residual;
  const std::uint32_t parts = arch::parts_per_word(machine, residual.precision);
  const std::uint32_t bytes = machine.word_bytes() / parts;
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    const std::uint64_t part = residual.part + n;
    const std::uint64_t start = residual.address + part / parts * residual.plane;
    const auto first = static_cast<std::uint32_t>(part % parts) * bytes;
    for (std::uint64_t q = 0; q < conv.pixels(); ++q) {
      buffers.note_part_read(index, start + q, first, bytes);
    }
  }
}

}  // namespace

void note_reads(const Machine& machine, const Conv& conv, std::uint32_t index, Buffers& buffers) {
  note_input(conv, index, buffers);
  for (std::uint64_t t = 0; t < conv.tiles * conv.tile_weight_rows(machine); ++t) {
    buffers.note_read(index, Buffer::kWeight, conv.weight_address + t);
  }
  if (conv.residual) note_residual(machine, conv, index, buffers);
  if (!conv.partial) note_parameters(conv, index, buffers);
}

void note_reads(const arch::Pool& pool, std::uint32_t index, Buffers& buffers) {
  note_input(pool, index, buffers);
}

}  // namespace hb::golden
