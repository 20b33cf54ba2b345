// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/touches.hpp"

#include <algorithm>

namespace hb::schedule {
namespace {

constexpr std::uint64_t kActivationBlock = 16;  // words
constexpr std::uint64_t kMemoryBlock = 128;     // bytes: data of one thing start at its multiples

void set_bits(std::vector<std::int32_t>& numbers, std::uint32_t banks, std::int32_t number) {
  for (std::size_t bank = 0; banks != 0; ++bank, banks >>= 1) {
    if ((banks & 1) != 0) numbers[bank] = number;
  }
}

std::int32_t latest_of_bits(const std::vector<std::int32_t>& numbers, std::uint32_t banks) {
  std::int32_t latest = -1;
  for (std::size_t bank = 0; banks != 0; ++bank, banks >>= 1) {
    if ((banks & 1) != 0) latest = std::max(latest, numbers[bank]);
  }
  return latest;
}

}  // namespace

void BlockTable::set(std::uint64_t first, std::uint64_t last, std::int32_t number) {
  if (pages_.size() <= last / kPage) pages_.resize(last / kPage + 1);
  for (std::uint64_t page = first / kPage; page <= last / kPage; ++page) {
    std::vector<std::int32_t>& numbers = pages_[page];
    if (numbers.empty()) numbers.resize(kPage, -1);
    const std::uint64_t begin = std::max(first, page * kPage) - page * kPage;
    const std::uint64_t end = std::min(last - page * kPage, kPage - 1) + 1;
    std::fill(numbers.begin() + static_cast<std::ptrdiff_t>(begin),
              numbers.begin() + static_cast<std::ptrdiff_t>(end), number);
  }
}

std::int32_t BlockTable::largest(std::uint64_t first, std::uint64_t last) const {
  std::int32_t result = -1;
  const std::uint64_t last_page = std::min<std::uint64_t>(last / kPage + 1, pages_.size());
  for (std::uint64_t page = first / kPage; page < last_page; ++page) {
    const std::vector<std::int32_t>& numbers = pages_[page];
    if (numbers.empty()) continue;
    const std::uint64_t begin = std::max(first, page * kPage) - page * kPage;
    const std::uint64_t end = std::min(last - page * kPage, kPage - 1) + 1;
    for (std::uint64_t i = begin; i < end; ++i) result = std::max(result, numbers[i]);
  }
  return result;
}

template <class Visit>
void Touches::for_blocks(const Access& access, Visit visit) const {
  const std::uint64_t size = block_size_[static_cast<std::size_t>(access.space)];
  const Pieces& pieces = access.pieces;
  if (pieces.stride < pieces.length + size) {  // no whole block between pieces
    visit(pieces.start / size, (end_of(pieces) - 1) / size);
    return;
  }
  for (std::uint64_t i = 0; i < pieces.count; ++i) {
    const std::uint64_t start = pieces.start + i * pieces.stride;
    visit(start / size, (start + pieces.length - 1) / size);
  }
}

// Weights come in multiples of R rows, parameters in tiles of four rows.
Touches::Touches(const arch::Machine& machine)
    : block_size_{kActivationBlock, machine.rows, 4, kMemoryBlock} {
  for (auto& kinds : banks_) kinds.fill(Numbers(machine.activation_banks, -1));
  roles_.fill(Numbers(machine.activation_banks, -1));
}

void Touches::add(arch::Engine engine, std::int32_t number, const Access& access) {
  const auto e = static_cast<std::size_t>(engine);
  const std::size_t kind = access.write ? 1 : 0;
  set_bits(banks_[e][kind], access.banks, number);
  if (engine == arch::Engine::kCompute) {
    set_bits(roles_[static_cast<std::size_t>(access.role)], access.banks, number);
  }
  BlockTable& blocks = blocks_[e][kind][static_cast<std::size_t>(access.space)];
  for_blocks(access,
             [&](std::uint64_t first, std::uint64_t last) { blocks.set(first, last, number); });
}

std::int32_t Touches::latest(arch::Engine engine, const Access& access) const {
  const auto e = static_cast<std::size_t>(engine);
  const std::size_t kind = access.write ? 1 : 0;
  std::int32_t latest = latest_of_bits(banks_[e][kind], access.banks);
  latest = std::max(latest, latest_in_blocks(engine, 1, access));
  return access.write ? std::max(latest, latest_in_blocks(engine, 0, access)) : latest;
}

std::int32_t Touches::latest_fence(const Access& access) const {
  if (access.space != Space::kActivation) return -1;
  const auto in = [&](Role role) {
    return latest_of_bits(roles_[static_cast<std::size_t>(role)], access.banks);
  };
  if (access.write) return in(access.role == Role::kCopy ? Role::kOutput : Role::kCopy);
  const std::int32_t written = latest_in_blocks(arch::Engine::kCompute, 1, access);
  return access.role == Role::kInput ? std::max(written, in(Role::kResidual)) : written;
}

std::int32_t Touches::latest_in_blocks(arch::Engine engine, std::size_t kind,
                                       const Access& access) const {
  const BlockTable& blocks =
      blocks_[static_cast<std::size_t>(engine)][kind][static_cast<std::size_t>(access.space)];
  if (blocks.empty()) return -1;
  std::int32_t latest = -1;
  for_blocks(access, [&](std::uint64_t first, std::uint64_t last) {
    latest = std::max(latest, blocks.largest(first, last));
  });
  return latest;
}

}  // namespace hb::schedule
