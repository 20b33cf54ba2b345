// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/report.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/cost/terms.hpp"

namespace hb::report {

namespace {

/// Cycles first .. last - 1 by cause.
CauseCycles causes_between(const arch::Timeline& timeline, arch::Cycles first, arch::Cycles last) {
  CauseCycles cycles{};
  for (std::size_t i = 0; i < timeline.causes.size(); ++i) {
    const arch::Cycles begin = std::max(timeline.causes[i].first, first);
    const arch::Cycles next =
        i + 1 < timeline.causes.size() ? timeline.causes[i + 1].first : timeline.total;
    const arch::Cycles end = std::min(next, last);
    if (begin < end) {
      cycles[static_cast<std::size_t>(timeline.causes[i].cause)] += end - begin;
    }
  }
  return cycles;
}

std::uint16_t layer_of(const arch::Program& program, std::uint32_t index) {
  return arch::decode_common(program.command(index)).layer;
}

/// End of every layer, in table order; the last one's is the end of the run.
std::vector<arch::Cycles> layer_ends(const arch::Program& program, const arch::Timeline& timeline) {
  std::vector<arch::Cycles> ends(program.layers.size());
  for (const arch::CommandTimes& command : timeline.commands) {
    const std::uint16_t layer = layer_of(program, command.index);
    if (layer < ends.size()) {
      ends[layer] = std::max(ends[layer], command.retire);
    }
  }
  for (std::size_t i = 1; i < ends.size(); ++i) {
    ends[i] = std::max(ends[i], ends[i - 1]);
  }
  if (!ends.empty()) {
    ends.back() = timeline.total;
  }
  return ends;
}

/// Cycles that a layer would take with every PE busy.
double ideal_cycles(const arch::Machine& machine, const Row& row) {
  return static_cast<double>(row.layer.macs) /
         static_cast<double>(macs_per_cycle(machine, row.layer.precision));
}

void add_cycles(Report& report, const arch::Program& program, const arch::Timeline& timeline) {
  const std::vector<arch::Cycles> ends = layer_ends(program, timeline);
  double ideal_total = 0;
  arch::Cycles begin = 0;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    Row& row = report.layers[i];
    row.cycles = ends[i] - begin;
    row.causes = causes_between(timeline, begin, ends[i]);
    const double ideal = ideal_cycles(program.machine, row);
    ideal_total += ideal;
    if (*row.cycles > 0) {
      row.utilization = ideal / static_cast<double>(*row.cycles);
    }
    begin = ends[i];
  }
  report.total.cycles = timeline.total;
  report.total.causes = causes_between(timeline, 0, timeline.total);
  if (timeline.total > 0 && !report.layers.empty()) {
    report.total.utilization = ideal_total / static_cast<double>(timeline.total);
  }
}

void add_bytes(Report& report, const arch::Program& program, std::uint32_t index) {
  const arch::CommandWords words = program.command(index);
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
  if (opcode != arch::Opcode::kLoad && opcode != arch::Opcode::kStore) {
    return;
  }
  const arch::Transfer transfer = arch::decode_transfer(words);
  const auto buffer = static_cast<std::size_t>(transfer.buffer);
  if (buffer >= BufferBytes{}.size()) return;  // an illegal command: it never runs
  const std::uint64_t bytes = cost::transfer_bytes(transfer, program.machine);
  const auto add = [&](Row& row) {
    if (opcode == arch::Opcode::kStore) {
      row.bytes_written += bytes;
      return;
    }
    row.bytes_read += bytes;
    row.read_to[buffer] += bytes;
  };
  add(report.total);
  if (transfer.common.layer < report.layers.size()) {
    add(report.layers[transfer.common.layer]);
  }
}

/// Marks the layers of which a CONV has narrow weights.
void add_weights(Report& report, const arch::Program& program) {
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (static_cast<arch::Opcode>(arch::opcode_bits(words)) != arch::Opcode::kConv) continue;
    const arch::Conv conv = arch::decode_conv(words);
    if (conv.narrow_weights && conv.common.layer < report.layers.size()) {
      report.layers[conv.common.layer].narrow_weights = true;
    }
  }
}

/// Adds the spans of a part behind `report`'s layers and cycles.
void add_spans(Report& report, const Report& part) {
  if (!report.spans || !part.spans || !report.total.cycles) {
    report.spans.reset();
    return;
  }
  append(*report.spans, *part.spans, {report.layers.size(), *report.total.cycles});
}

/// Adds where both are known.
template <class Value>
void add(std::optional<Value>& sum, const std::optional<Value>& more) {
  sum = sum && more ? std::optional(*sum + *more) : std::nullopt;
}

void add_total(Row& sum, const Row& more) {
  sum.layer.macs += more.layer.macs;
  sum.bytes_read += more.bytes_read;
  for (std::size_t i = 0; i < sum.read_to.size(); ++i) sum.read_to[i] += more.read_to[i];
  sum.bytes_written += more.bytes_written;
  add(sum.cycles, more.cycles);
  add(sum.mismatches, more.mismatches);
  if (sum.actions && more.actions) *sum.actions += *more.actions;
  if (!more.actions) sum.actions.reset();
  if (sum.toggles && more.toggles) *sum.toggles += *more.toggles;
  if (!more.toggles) sum.toggles.reset();
  if (!more.causes) sum.causes.reset();
  for (std::size_t i = 0; sum.causes && i < arch::kCauses; ++i) {
    (*sum.causes)[i] += (*more.causes)[i];
  }
}

}  // namespace

const char* bits_of(const Row& row) {
  if (row.layer.precision == arch::Precision::kInt4) return "w4a4";
  return row.narrow_weights ? "w4a8" : "w8a8";
}

std::uint64_t macs_per_cycle(const arch::Machine& machine, arch::Precision precision) {
  const std::uint64_t lanes = precision == arch::Precision::kInt4 ? 8 : 4;
  return lanes * machine.rows * machine.columns;
}

Report make_report(const arch::Program& program, const arch::Timeline* timeline) {
  Report report;
  report.total.layer.name = "total";
  report.machine = program.machine;
  for (const arch::LayerInfo& layer : program.layers) {
    Row row;
    row.layer = layer;
    report.layers.push_back(row);
    report.total.layer.macs += layer.macs;
  }
  add_weights(report, program);
  if (timeline == nullptr) {
    for (std::uint32_t i = 0; i < program.count; ++i) {
      add_bytes(report, program, i);
    }
    return report;
  }
  for (const arch::CommandTimes& command : timeline->commands) {
    add_bytes(report, program, command.index);
  }
  add_cycles(report, program, *timeline);
  report.spans = spans_of(program, *timeline);
  return report;
}

Report join(const std::vector<Report>& parts, const arch::Machine& machine) {
  HB_ASSERT(!parts.empty(), "no parts of {}", machine.name);
  Report report = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) {
    add_spans(report, parts[i]);
    report.layers.insert(report.layers.end(), parts[i].layers.begin(), parts[i].layers.end());
    add_total(report.total, parts[i].total);
  }
  report.total.energy_pj.reset();
  if (report.total.actions && report.rates) {
    report.total.energy_pj = energy::energy_of(*report.total.actions, *report.rates);
  }
  report.total.toggle_energy_pj.reset();
  if (report.total.energy_pj && report.total.toggles) {
    report.total.toggle_energy_pj = energy::energy_of(*report.total.toggles, *report.total.actions,
                                                      *report.rates, report.machine);
  }
  report.total.utilization.reset();
  if (report.total.cycles.value_or(0) > 0 && !report.layers.empty()) {
    double ideal = 0;
    for (const Row& row : report.layers) ideal += ideal_cycles(machine, row);
    report.total.utilization = ideal / static_cast<double>(*report.total.cycles);
  }
  return report;
}

}  // namespace hb::report
