// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy of a report's rows: counts times rates.
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
