// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy of a report's rows: counts times rates.
#include <numeric>

#include "sw/energy/count.hpp"
#include "sw/report/report.hpp"

namespace hb::report {

namespace {

void set(Row& row, energy::Counts counts, const arch::Machine& machine,
         const energy::Rates& rates) {
  counts += energy::leakage_of(machine, row.cycles.value_or(0));
  row.actions = counts;
  row.energy_pj = energy::energy_of(counts, rates);
}

}  // namespace

void add_energy(Report& report, const arch::Program& program, const arch::Timeline& timeline,
                const energy::Rates& rates) {
  const energy::RunCounts counts = energy::count_actions(program, timeline);
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    set(report.layers[i], counts.layers[i], program.machine, rates);
  }
  set(report.total, counts.total, program.machine, rates);
  report.rates = rates;
}

void add_activity(Report& report, const arch::Timeline& timeline) {
  if (!timeline.toggles) return;
  const auto set = [&](Row& row, const arch::Toggles& toggles) {
    row.toggles = toggles;
    row.toggle_energy_pj =
        energy::energy_of(toggles, row.actions.value(), report.rates.value(), report.machine);
  };
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    set(report.layers[i], timeline.toggles->layers[i]);
  }
  set(report.total, timeline.toggles->total);
}

energy::Picojoules comparable_energy(const Row& row) {
  const energy::PartEnergy& parts = row.energy_pj.value();
  return std::accumulate(parts.begin(), parts.begin() + energy::kToggledParts, 0.0);
}

std::optional<double> toggle_ratio(const Row& row) {
  if (!row.toggle_energy_pj || comparable_energy(row) <= 0) return std::nullopt;
  const energy::ToggleEnergy& parts = *row.toggle_energy_pj;
  return std::accumulate(parts.begin(), parts.end(), 0.0) / comparable_energy(row);
}

std::optional<double> pj_per_mac(const Row& row) {
  if (!row.energy_pj || row.layer.macs == 0) return std::nullopt;
  return energy::sum(*row.energy_pj) / static_cast<double>(row.layer.macs);
}

std::optional<double> average_watts(const Row& row, const energy::Rates& rates) {
  if (!row.energy_pj || row.cycles.value_or(0) == 0) return std::nullopt;
  constexpr double kPicojoulesMegahertzPerWatt = 1e6;  // 1 pJ x 1 MHz = 1 uW
  return energy::sum(*row.energy_pj) / static_cast<double>(*row.cycles) * rates.clock_mhz /
         kPicojoulesMegahertzPerWatt;
}

}  // namespace hb::report
