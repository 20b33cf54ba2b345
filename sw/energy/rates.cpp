// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/rates.hpp"

#include <numeric>

#include "model/arch/error.hpp"

namespace hb::energy {

namespace {

constexpr double kWordBits = 32;

double whole_bytes(const arch::Machine& machine, Action action) {
  const std::string_view component = info(action).component;
  if (component == "activation_buffer") return machine.activation_bytes;
  if (component == "weight_buffer") return machine.weight_bytes;
  HB_ASSERT(component == "parameter_buffer", "{} is no buffer", component);
  return static_cast<double>(std::uint64_t{machine.parameter_rows()} * machine.row_bytes());
}

}  // namespace

PartEnergy energy_of(const Counts& counts, const Rates& rates) {
  PartEnergy parts{};
  for (std::size_t i = 0; i < kActions; ++i) {
    const auto part = static_cast<std::size_t>(info(static_cast<Action>(i)).part);
    parts[part] += static_cast<double>(counts.count[i]) * rates.pj[i];
  }
  return parts;
}

Picojoules sum(const PartEnergy& parts) { return std::accumulate(parts.begin(), parts.end(), 0.0); }

double bank_bytes(const arch::Machine& machine, Action action) {
  const double whole = whole_bytes(machine, action);
  const std::string_view component = info(action).component;
  if (component == "activation_buffer") return whole / machine.activation_banks;
  if (component == "weight_buffer") return whole / machine.columns;
  return whole / 4;  // bias, scale, shifts, the copy's scale
}

double bits_of(const arch::Machine& machine, Action action) {
  if (action == Action::kActivationRead) return 8.0 * machine.word_bytes();
  return info(action).action == "write" ? 8.0 : kWordBits;
}

double kibibytes_of(const arch::Machine& machine, Action action) {
  constexpr double kKibibyte = 1024;
  return whole_bytes(machine, action) / kKibibyte;
}

}  // namespace hb::energy
