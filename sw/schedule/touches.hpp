// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which command touched a part of a buffer or of memory last: where to look for hazards.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/access.hpp"

namespace hb::schedule {

/// Numbers by block: -1 until one is set. Memory is large and mostly never touched.
class BlockTable {
 public:
  [[nodiscard]] bool empty() const { return pages_.empty(); }
  /// Sets blocks [first, last].
  void set(std::uint64_t first, std::uint64_t last, std::int32_t number);
  /// Largest of blocks [first, last].
  [[nodiscard]] std::int32_t largest(std::uint64_t first, std::uint64_t last) const;

 private:
  static constexpr std::uint64_t kPage = 256;  ///< blocks
  std::vector<std::vector<std::int32_t>> pages_;
};

/// Per engine, the latest commands that read and wrote each bank, and each block of words, rows or
/// bytes. Commands are numbers that grow. A block is coarser than a word, so an answer names the
/// latest command that *may* conflict; the commands after it do not.
class Touches {
 public:
  explicit Touches(const arch::Machine& machine);

  /// Notes that command `number` of `engine` has `access`.
  void add(arch::Engine engine, std::int32_t number, const Access& access);
  /// No command of `engine` with a larger number conflicts (conflict()) with `access`; -1: none
  /// does at all.
  [[nodiscard]] std::int32_t latest(arch::Engine engine, const Access& access) const;
  /// No CONV or POOL with a larger number needs_fence() before one with `access`; -1: none does.
  [[nodiscard]] std::int32_t latest_fence(const Access& access) const;

 private:
  static constexpr std::size_t kSpaces = 4;
  static constexpr std::size_t kKinds = 2;  ///< read, write
  static constexpr std::size_t kRoles = 5;
  using Numbers = std::vector<std::int32_t>;

  /// The latest command that read (`kind` 0) or wrote (1) a block of `access`.
  [[nodiscard]] std::int32_t latest_in_blocks(arch::Engine engine, std::size_t kind,
                                              const Access& access) const;
  /// Calls `visit(first, last)` for each run of blocks of an access.
  template <class Visit>
  void for_blocks(const Access& access, Visit visit) const;

  std::array<std::uint64_t, kSpaces> block_size_;  ///< units
  std::array<std::array<std::array<BlockTable, kSpaces>, kKinds>, arch::kEngines> blocks_;
  std::array<std::array<Numbers, kKinds>, arch::kEngines> banks_;
  std::array<Numbers, kRoles> roles_;  ///< per bank, compute's accesses in this role
};

}  // namespace hb::schedule
