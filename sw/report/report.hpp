// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What each layer of a program cost: from the one stream of events, whichever view it came from.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/energy/rates.hpp"
#include "sw/report/spans.hpp"

namespace hb::report {

/// Cycles by arch::Cause.
using CauseCycles = std::array<arch::Cycles, arch::kCauses>;

/// Bytes by arch::Buffer: activations (input and residual), weights, parameters.
using BufferBytes = std::array<std::uint64_t, 3>;

/// A row of the table. What an engine cannot know is empty, never 0.
struct Row {
  arch::LayerInfo layer;
  bool narrow_weights = false;  ///< int4 weights for int8 activations
  std::optional<arch::Cycles> cycles;
  std::optional<double> utilization;  ///< MACs / (cycles * MAC per cycle at the layer's precision)
  std::optional<CauseCycles> causes;  ///< sums to `cycles`
  std::uint64_t bytes_read = 0;       ///< moved by the layer's LOADs
  BufferBytes read_to{};              ///< the same by what they fill; sums to `bytes_read`
  std::uint64_t bytes_written = 0;    ///< moved by the layer's STOREs
  std::optional<std::uint64_t> mismatches;  ///< codes of its tensors that differ
  std::optional<energy::Counts> actions;    ///< what the energy is counted from
  std::optional<energy::PartEnergy> energy_pj;
  std::optional<arch::Toggles> toggles;  ///< bits; of activity builds
  std::optional<energy::ToggleEnergy> toggle_energy_pj;
};

struct Report {
  std::vector<Row> layers;  ///< as Program::layers
  Row total;                ///< also of commands whose tag names no layer
  std::size_t first = 1;    ///< number of the first layer: that of a network's part is not 1
  arch::Machine machine;
  std::optional<energy::Rates> rates;  ///< of the rows' energy
  std::optional<Spans> spans;          ///< of a timed engine: when the units worked
};

/// "w8a8", "w4a8" or "w4a4".
[[nodiscard]] const char* bits_of(const Row& row);

/// 4RC at int8, 8RC at int4.
[[nodiscard]] std::uint64_t macs_per_cycle(const arch::Machine& machine, arch::Precision precision);

/// The report of `program`. `timeline` is null for an untimed engine: bytes are then those of the
/// whole program, otherwise of the commands that started.
///
/// A layer ends when the last of its own and all earlier layers' commands retires and owns the
/// cycles from the previous end (the first: cycle 0) to its own; the last layer also owns the
/// closing cycles (docs/timing.md, section 9). So layers sum to the total.
[[nodiscard]] Report make_report(const arch::Program& program, const arch::Timeline* timeline);

/// One network's report from those of its parts, which run one after another on `machine`: layers
/// in order, sums in the total. What is empty in one part's total is empty in the sum.
[[nodiscard]] Report join(const std::vector<Report>& parts, const arch::Machine& machine);

/// What every figure of energy is.
inline constexpr const char* kEnergyScope =
    "dynamic plus leakage, pre-layout, good to a factor of two";

/// Adds actions and energy to a timed run's report; leakage by the cycles that a row owns.
void add_energy(Report& report, const arch::Program& program, const arch::Timeline& timeline,
                const energy::Rates& rates);

/// Adds toggled bits and their energy to a report with energy, if `timeline` has them.
void add_activity(Report& report, const arch::Timeline& timeline);

/// Of the parts that toggles are counted in: energy by counts.
[[nodiscard]] energy::Picojoules comparable_energy(const Row& row);
/// Energy by toggles over comparable_energy(); empty without toggles, or of nothing.
[[nodiscard]] std::optional<double> toggle_ratio(const Row& row);

/// Picojoules per MAC of a row with energy and MACs.
[[nodiscard]] std::optional<double> pj_per_mac(const Row& row);
/// Watts over a row's cycles at the rates' clock.
[[nodiscard]] std::optional<double> average_watts(const Row& row, const energy::Rates& rates);

}  // namespace hb::report
