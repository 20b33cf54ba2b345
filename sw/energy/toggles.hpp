// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy from toggled bits (docs/energy.md section 8), of the parts that toggles are counted in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/arch/activity.hpp"
#include "model/arch/machine.hpp"
#include "sw/energy/actions.hpp"

namespace hb::energy {

struct Rates;

/// What a table says about toggles, in its order.
enum class ToggleRate : std::uint8_t {
  kPeInt8,         ///< pJ per toggled operand or weight bit of an active lane, int8 mode
  kPeInt4,         ///< the same, int4 mode
  kPeQuiet,        ///< of a lane whose product stays 0
  kAccumulator,    ///< pJ per toggled bit of an accumulator: the adder
  kRegisterClock,  ///< pJ per clocked bit
  kRegisterFlip,   ///< pJ per toggled bit of a register
  kBufferData,     ///< share of a read's or write's energy that goes with its toggled bits
};
inline constexpr std::size_t kToggleRates = 7;
/// By ToggleRate.
using ToggleRates = std::array<double, kToggleRates>;

/// "pe.int8".
[[nodiscard]] std::string_view name(ToggleRate rate);
/// "pJ", or "share".
[[nodiscard]] std::string_view unit_of(ToggleRate rate);

/// The parts that toggles say something about: kMac, kRegister, kBuffer.
inline constexpr std::size_t kToggledParts = 3;
using ToggleEnergy = std::array<double, kToggledParts>;

/// pJ of what `counts` say was done, with the bits that `toggles` say it took. Precondition:
/// `rates.toggles`.
[[nodiscard]] ToggleEnergy energy_of(const arch::Toggles& toggles, const Counts& counts,
                                     const Rates& rates, const arch::Machine& machine);

/// Bits that could have toggled: clocked or read.
struct ClockedBits {
  std::uint64_t array = 0;  ///< operands of the PEs; as many weights, as many of accumulators
  std::uint64_t activation_read = 0;
  std::uint64_t weight_read = 0;
};
[[nodiscard]] ClockedBits clocked_bits(const Counts& counts, const arch::Machine& machine);

}  // namespace hb::energy
