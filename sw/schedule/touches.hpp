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

/// Per engine, the latest commands that read and wrote each bank, and each block of words, rows or
/// bytes. Commands are numbers that grow. A block is coarser than a word, so an answer names the
/// latest command that *may* conflict; the commands after it do not.
class Touches {
 public:
  explicit Touches(const arch::Machine& machine);

  /// Notes that command `number` of `engine` has `access`.
  void add(arch::Engine engine, std::int64_t number, const Access& access);
  /// No command of `engine` with a larger number conflicts (conflict()) with `access`; -1: none
  /// does at all.
  [[nodiscard]] std::int64_t latest(arch::Engine engine, const Access& access) const;

 private:
  static constexpr std::size_t kSpaces = 4;
  static constexpr std::size_t kKinds = 2;  ///< read, write
  using Numbers = std::vector<std::int64_t>;

  [[nodiscard]] std::uint64_t block_of(Space space, std::uint64_t unit) const {
    return unit / block_size_[static_cast<std::size_t>(space)];
  }

  std::array<std::uint64_t, kSpaces> block_size_;  ///< units
  std::array<std::array<std::array<Numbers, kSpaces>, kKinds>, arch::kEngines> blocks_;
  std::array<std::array<Numbers, kKinds>, arch::kEngines> banks_;
};

}  // namespace hb::schedule
