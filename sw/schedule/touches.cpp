// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/touches.hpp"

#include <algorithm>

namespace hb::schedule {
namespace {

constexpr std::uint64_t kActivationBlock = 64;  // words
constexpr std::uint64_t kMemoryBlock = 4096;    // bytes

void set_bits(std::vector<std::int64_t>& numbers, std::uint32_t banks, std::int64_t number) {
  for (std::size_t bank = 0; bank < numbers.size(); ++bank) {
    if ((banks >> bank & 1) != 0) numbers[bank] = number;
  }
}

std::int64_t latest_of_bits(const std::vector<std::int64_t>& numbers, std::uint32_t banks) {
  std::int64_t latest = -1;
  for (std::size_t bank = 0; bank < numbers.size(); ++bank) {
    if ((banks >> bank & 1) != 0) latest = std::max(latest, numbers[bank]);
  }
  return latest;
}

}  // namespace

// Weights come in multiples of R rows, parameters in tiles of four rows.
Touches::Touches(const arch::Machine& machine)
    : block_size_{kActivationBlock, machine.rows, 4, kMemoryBlock} {
  for (auto& kinds : banks_) kinds.fill(Numbers(machine.activation_banks, -1));
}

void Touches::add(arch::Engine engine, std::int64_t number, const Access& access) {
  const auto e = static_cast<std::size_t>(engine);
  const std::size_t kind = access.write ? 1 : 0;
  set_bits(banks_[e][kind], access.banks, number);
  Numbers& blocks = blocks_[e][kind][static_cast<std::size_t>(access.space)];
  const std::uint64_t first = block_of(access.space, access.pieces.start);
  const std::uint64_t last = block_of(access.space, end_of(access.pieces) - 1);
  if (blocks.size() <= last) blocks.resize(last + 1, -1);
  std::fill(blocks.begin() + static_cast<std::ptrdiff_t>(first),
            blocks.begin() + static_cast<std::ptrdiff_t>(last) + 1, number);
}

std::int64_t Touches::latest(arch::Engine engine, const Access& access) const {
  const auto e = static_cast<std::size_t>(engine);
  const std::size_t kind = access.write ? 1 : 0;
  std::int64_t latest = latest_of_bits(banks_[e][kind], access.banks);
  const auto look = [&](std::size_t other) {
    const Numbers& blocks = blocks_[e][other][static_cast<std::size_t>(access.space)];
    const std::uint64_t end = std::min<std::uint64_t>(
        block_of(access.space, end_of(access.pieces) - 1) + 1, blocks.size());
    for (std::uint64_t b = block_of(access.space, access.pieces.start); b < end; ++b) {
      latest = std::max(latest, blocks[b]);
    }
  };
  look(1);
  if (access.write) look(0);
  return latest;
}

}  // namespace hb::schedule
