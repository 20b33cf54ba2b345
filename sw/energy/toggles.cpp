// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/toggles.hpp"

#include "model/arch/error.hpp"
#include "sw/energy/rates.hpp"

namespace hb::energy {

namespace {

constexpr std::uint64_t kRegisterBits = 32;

/// Toggled bits and the action that they belong to.
struct Line {
  Action action;
  std::uint64_t toggled;
};

/// A port at which half of the bits toggle costs what the counts say.
double buffer_energy(const Line& line, const Counts& counts, const Rates& rates,
                     const arch::Machine& machine) {
  constexpr double kRandomShare = 0.5;
  const double data = (*rates.toggles)[static_cast<std::size_t>(ToggleRate::kBufferData)];
  const double pj_per_bit = rates[line.action] / bits_of(machine, line.action);
  return (1 - data) * rates[line.action] * static_cast<double>(counts[line.action]) +
         data * pj_per_bit / kRandomShare * static_cast<double>(line.toggled);
}

}  // namespace

std::string_view name(ToggleRate rate) {
  constexpr std::array<std::string_view, kToggleRates> kNames = {
      "pe.int8",        "pe.int4",         "pe.quiet",   "pe.accumulator",
      "register.clock", "register.toggle", "buffer.data"};
  return kNames[static_cast<std::size_t>(rate)];
}

std::string_view unit_of(ToggleRate rate) {
  return rate == ToggleRate::kBufferData ? "share" : "pJ";
}

ToggleEnergy energy_of(const arch::Toggles& toggles, const Counts& counts, const Rates& rates,
                       const arch::Machine& machine) {
  using arch::Toggle;
  HB_ASSERT(rates.toggles, "table {} without toggles", rates.table);
  const auto cost = [&](ToggleRate rate, std::uint64_t bits) {
    return (*rates.toggles)[static_cast<std::size_t>(rate)] * static_cast<double>(bits);
  };
  const std::uint64_t inputs = toggles[Toggle::kOperand] + toggles[Toggle::kWeight];
  const std::uint64_t int8 = toggles[Toggle::kActiveInt8];
  const std::uint64_t int4 = toggles[Toggle::kActiveInt4];
  const std::uint64_t sums = toggles[Toggle::kAccumulator];
  const std::uint64_t clocked =
      kRegisterBits * (counts[Action::kOperandClock] + counts[Action::kAccumulatorClock]);
  const std::array<Line, 6> lines = {
      {{Action::kActivationRead,
        toggles[Toggle::kFeedRead] + toggles[Toggle::kStoreRead] + toggles[Toggle::kResidualRead]},
       {Action::kActivationWrite, toggles[Toggle::kActivationLoad] + toggles[Toggle::kOutputWrite]},
       {Action::kWeightRead, toggles[Toggle::kWeightRead]},
       {Action::kWeightWrite, toggles[Toggle::kWeightLoad]},
       {Action::kParameterRead, toggles[Toggle::kParameterRead]},
       {Action::kParameterWrite, toggles[Toggle::kParameterLoad]}}};
  ToggleEnergy energy{};
  energy[static_cast<std::size_t>(Part::kMac)] =
      cost(ToggleRate::kPeInt8, int8) + cost(ToggleRate::kPeInt4, int4) +
      cost(ToggleRate::kPeQuiet, inputs - int8 - int4) + cost(ToggleRate::kAccumulator, sums);
  energy[static_cast<std::size_t>(Part::kRegister)] =
      cost(ToggleRate::kRegisterClock, clocked) +
      cost(ToggleRate::kRegisterFlip, inputs + toggles[Toggle::kEntry] + sums);
  for (const Line& line : lines) {
    energy[static_cast<std::size_t>(Part::kBuffer)] += buffer_energy(line, counts, rates, machine);
  }
  return energy;
}

ClockedBits clocked_bits(const Counts& counts, const arch::Machine& machine) {
  const std::uint64_t cycles = counts[Action::kMacInt8] + counts[Action::kMacW4a8] +
                               counts[Action::kMacInt4] + counts[Action::kPeIdle];
  const auto bits = [&](Action action) {
    return counts[action] * static_cast<std::uint64_t>(bits_of(machine, action));
  };
  return {kRegisterBits * cycles, bits(Action::kActivationRead), bits(Action::kWeightRead)};
}

}  // namespace hb::energy
