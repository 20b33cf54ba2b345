// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/transfers.hpp"

#include <algorithm>

namespace hb::schedule {
namespace {

/// A transfer of `segments` pieces; one long piece where they follow one another on both sides.
arch::Transfer strided(std::uint32_t memory, std::uint32_t memory_stride, Region piece,
                       std::uint32_t segments, std::uint32_t row_bytes) {
  arch::Transfer t;
  t.memory_address = memory;
  t.buffer_address = piece.begin;
  if (memory_stride == piece.size * row_bytes &&
      piece.size * std::uint64_t{segments} <= kFieldMax) {
    piece.size *= segments;
    segments = 1;
  }
  t.rows = static_cast<std::uint16_t>(piece.size);
  t.segments = static_cast<std::uint16_t>(segments);
  t.memory_stride = segments == 1 ? 0 : memory_stride;
  t.buffer_stride = segments == 1 ? 0 : piece.size;
  return t;
}

}  // namespace

void Mover::load_rows(arch::Buffer buffer, std::uint32_t address, Region rows) {
  while (rows.size > 0) {
    const std::uint32_t now = std::min(rows.size, kFieldMax);
    push_load(strided(address, 0, {rows.begin, now}, 1, machine_.row_bytes()), buffer);
    address += now * machine_.row_bytes();
    rows = {rows.begin + now, rows.size - now};
  }
}

void Mover::load(const Image& image, const Window& window, std::uint32_t start) {
  for (const arch::Transfer& transfer : transfers(image, window, start)) {
    push_load(transfer, arch::Buffer::kActivation);
  }
}

void Mover::store(const Image& image, const Window& window, std::uint32_t start) {
  for (const arch::Transfer& transfer : transfers(image, window, start)) push_store(transfer);
}

void Mover::store(const Spread& spread, std::uint32_t start) {
  push_store(strided(spread.address, spread.step * machine_.word_bytes(), {start, 1}, spread.count,
                     machine_.word_bytes()));
}

std::vector<arch::Transfer> Mover::transfers(const Image& image, const Window& window,
                                             std::uint32_t start) const {
  const std::uint32_t word = machine_.word_bytes();
  const std::uint32_t plane_bytes = image.height * image.width * word;
  const std::uint32_t from = image.address + (window.y * image.width + window.x) * word;
  if (window.columns == image.width) {
    return {strided(from, plane_bytes, {start, window.plane()}, window.channel_words, word)};
  }
  std::vector<arch::Transfer> list;
  for (std::uint32_t cw = 0; cw < window.channel_words; ++cw) {
    const Region row{start + cw * window.plane(), window.columns};
    list.push_back(strided(from + cw * plane_bytes, image.width * word, row, window.rows, word));
  }
  return list;
}

void Mover::push_load(arch::Transfer transfer, arch::Buffer buffer) {
  transfer.common.layer = layer_;
  transfer.buffer = buffer;
  commands_.emplace_back(Load{transfer});
}

void Mover::push_store(arch::Transfer transfer) {
  transfer.common.layer = layer_;
  commands_.emplace_back(Store{transfer});
}

}  // namespace hb::schedule
