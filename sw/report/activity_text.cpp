// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/activity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sw/report/energy_text.hpp"
#include "sw/report/text.hpp"

namespace hb::report {

namespace {

constexpr std::size_t kNameColumns = 15;

/// Share of `all` bits that toggled, in percent.
std::string rate(std::uint64_t toggled, std::uint64_t all) {
  if (all == 0) return "-";
  return fmt::format("{:.1f}", 100 * static_cast<double>(toggled) / static_cast<double>(all));
}

std::string line_of(const Row& row, const std::string& number, const EnergyUnit& unit,
                    const arch::Machine& machine) {
  using arch::Toggle;
  const arch::Toggles& toggles = row.toggles.value();
  const energy::ClockedBits bits = energy::clocked_bits(row.actions.value(), machine);
  const std::uint64_t read =
      toggles[Toggle::kFeedRead] + toggles[Toggle::kStoreRead] + toggles[Toggle::kResidualRead];
  std::string text = fmt::format(
      "{:>3} {:<{}} {:>5} {:>5} {:>5} {:>5} {:>5}", number,
      shorten_name(row.layer.name, kNameColumns), kNameColumns,
      rate(toggles[Toggle::kOperand], bits.array), rate(toggles[Toggle::kWeight], bits.array),
      rate(toggles[Toggle::kAccumulator], bits.array), rate(read, bits.activation_read),
      rate(toggles[Toggle::kWeightRead], bits.weight_read));
  const energy::ToggleEnergy& parts = row.toggle_energy_pj.value();
  for (const double part : parts) text += fmt::format(" {:>8}", digits(part / unit.picojoules));
  const double sum = std::accumulate(parts.begin(), parts.end(), 0.0);
  const std::optional<double> ratio = toggle_ratio(row);
  return text + fmt::format(" {:>8} {:>8} {:>5}\n", digits(sum / unit.picojoules),
                            digits(comparable_energy(row) / unit.picojoules),
                            ratio ? fmt::format("{:.2f}", *ratio) : "-");
}

}  // namespace

std::string activity_table(const Report& report) {
  if (!report.total.toggles) return "";
  const EnergyUnit unit = energy_unit(comparable_energy(report.total));
  std::string text = fmt::format(
      "\n{:>3} {:<{}} {:>5} {:>5} {:>5} {:>5} {:>5} {:>8} {:>8} {:>8} {:>8} {:>8} {:>5}\n", "#",
      fmt::format("% toggled; {}:", unit.name), kNameColumns, "opnd", "wght", "accu", "acts", "wts",
      "MACs", "register", "buffer", "toggles", "counts", "ratio");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += line_of(report.layers[i], std::to_string(report.first + i), unit, report.machine);
  }
  return text + line_of(report.total, "", unit, report.machine) +
         "activity  bits that toggled of those clocked or read; energy of MACs, registers and "
         "buffers alone\n";
}

}  // namespace hb::report
