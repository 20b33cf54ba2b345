// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy per action of one machine, and counts times that.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "model/arch/machine.hpp"
#include "sw/energy/actions.hpp"
#include "sw/energy/toggles.hpp"

namespace hb::energy {

/// Picojoules.
using Picojoules = double;

/// A table resolved for a machine: pJ of every action.
struct Rates {
  std::string table;       ///< its name
  std::string technology;  ///< "45 nm, 0.9 V"; "not stated" of an Accelergy table
  double clock_mhz = 500;  ///< for leakage and average power
  std::array<Picojoules, kActions> pj{};
  std::optional<ToggleRates> toggles{};  ///< where the table has them

  [[nodiscard]] Picojoules& operator[](Action action) {
    return pj[static_cast<std::size_t>(action)];
  }
  [[nodiscard]] Picojoules operator[](Action action) const {
    return pj[static_cast<std::size_t>(action)];
  }
};

/// By Part.
using PartEnergy = std::array<Picojoules, kParts>;

[[nodiscard]] PartEnergy energy_of(const Counts& counts, const Rates& rates);
[[nodiscard]] Picojoules sum(const PartEnergy& parts);

/// Bytes of one memory of the buffer behind an action with ActionInfo::sized: a bank.
[[nodiscard]] double bank_bytes(const arch::Machine& machine, Action action);
/// Bits that one action moves: a word, a register, or a byte of a write.
[[nodiscard]] double bits_of(const arch::Machine& machine, Action action);
/// KiB of the whole buffer behind a leak.
[[nodiscard]] double kibibytes_of(const arch::Machine& machine, Action action);

}  // namespace hb::energy
