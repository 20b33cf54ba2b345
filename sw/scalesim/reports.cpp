// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/scalesim/reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace hb::scalesim {
namespace {

using arch::Cause;
using arch::Cycles;

/// What a layer's commands do.
struct Traffic {
  std::optional<Cycles> first_compute;  ///< cycle in which its first CONV or POOL starts
  std::uint64_t steps = 0;              ///< of the array, or of the pool
  std::uint64_t weight_steps = 0;       ///< of the array
  std::uint64_t values_written = 0;     ///< to the activation buffer by the post-processor
  std::uint64_t activation_bytes = 0;   ///< loaded
  std::uint64_t weight_bytes = 0;       ///< loaded
  std::uint64_t stored_bytes = 0;
};

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

void add_conv(const arch::Machine& machine, const arch::Conv& conv, Traffic& traffic) {
  const std::uint64_t steps =
      ceil_div(conv.pixels(), machine.rows) * conv.tiles * conv.tile_steps(machine);
  traffic.steps += steps;
  traffic.weight_steps += steps;
  if (conv.partial) return;
  const std::uint64_t copies = conv.copy ? 2 : 1;
  traffic.values_written += conv.pixels() * conv.tiles * machine.columns * copies;
}

void add_transfer(const arch::Machine& machine, const arch::Transfer& transfer, bool load,
                  Traffic& traffic) {
  const bool activations = transfer.buffer == arch::Buffer::kActivation;
  const std::uint64_t bytes = std::uint64_t{transfer.rows} * transfer.segments *
                              (activations ? machine.word_bytes() : machine.row_bytes());
  if (!load) {
    traffic.stored_bytes += bytes;
  } else if (activations) {
    traffic.activation_bytes += bytes;
  } else if (transfer.buffer == arch::Buffer::kWeight) {
    traffic.weight_bytes += bytes;
  }
}

std::vector<Traffic> traffic_of(const Run& run) {
  std::vector<Traffic> layers(run.report.layers.size());
  const arch::Machine& machine = run.program.machine;
  for (const arch::CommandTimes& times : run.timeline.commands) {
    const arch::CommandWords words = run.program.command(times.index);
    const std::uint16_t tag = arch::decode_common(words).layer;
    if (tag >= layers.size()) continue;
    Traffic& traffic = layers[tag];
    if (times.engine == arch::Engine::kCompute) {
      traffic.first_compute = std::min(traffic.first_compute.value_or(times.start), times.start);
    }
    switch (static_cast<arch::Opcode>(arch::opcode_bits(words))) {
      case arch::Opcode::kLoad:
      case arch::Opcode::kStore:
        add_transfer(machine, arch::decode_transfer(words), times.engine == arch::Engine::kLoad,
                     traffic);
        break;
      case arch::Opcode::kConv:
        add_conv(machine, arch::decode_conv(words), traffic);
        break;
      case arch::Opcode::kPool:
        traffic.steps += arch::decode_pool(words).steps(machine);
        break;
      case arch::Opcode::kEnd:
        break;
    }
  }
  return layers;
}

/// Cycles begin .. end - 1 in which memory is waited for.
Cycles stalls(const arch::Timeline& timeline, Cycles begin, Cycles end) {
  Cycles sum = 0;
  for (std::size_t i = 0; i < timeline.causes.size(); ++i) {
    const Cause cause = timeline.causes[i].cause;
    if (cause != Cause::kWaitLoad && cause != Cause::kWaitStore && cause != Cause::kFetch &&
        cause != Cause::kTransfer) {
      continue;
    }
    const Cycles next =
        i + 1 < timeline.causes.size() ? timeline.causes[i + 1].first : timeline.total;
    const Cycles first = std::max(begin, timeline.causes[i].first);
    const Cycles last = std::min(end, next);
    sum += last > first ? last - first : 0;
  }
  return sum;
}

double share(double part, double whole) { return whole == 0 ? 0 : part / whole; }

/// Values in `bytes` at `bits` each.
double values(std::uint64_t bytes, std::uint32_t bits) {
  return static_cast<double>(bytes) * 8 / bits;
}

std::string compute_line(std::size_t index, const Run& run, const Traffic& traffic, Cycles begin) {
  const report::Row& row = run.report.layers[index];
  const Cycles cycles = row.cycles.value_or(0);
  const Cycles first = traffic.first_compute.value_or(begin);
  const Cycles prefetch = first > begin ? std::min(first - begin, cycles) : 0;
  const Cycles total = cycles - prefetch;
  const Cycles stall = stalls(run.timeline, begin + prefetch, begin + cycles);
  const double ideal =
      100 * static_cast<double>(row.layer.macs) /
      static_cast<double>(report::macs_per_cycle(run.program.machine, row.layer.precision));
  return fmt::format("{}, {}, {}, {}, {}, {}, {},\n", index, cycles, total, stall,
                     share(ideal, static_cast<double>(total)),
                     share(ideal, static_cast<double>(traffic.steps)),
                     share(ideal, static_cast<double>(total - stall)));
}

std::string bandwidth_line(std::size_t index, const Run& run, const Traffic& traffic) {
  const report::Row& row = run.report.layers[index];
  const auto cycles = static_cast<double>(row.cycles.value_or(0));
  const arch::Machine& machine = run.program.machine;
  const std::uint32_t bits = row.layer.precision == arch::Precision::kInt4 ? 4 : 8;
  const std::uint32_t weight_bits = row.narrow_weights ? 4 : bits;
  const auto steps = static_cast<double>(traffic.steps);
  const auto weight_steps = static_cast<double>(traffic.weight_steps);
  return fmt::format("{}, {}, {}, {}, {}, {}, {},\n", index,
                     share(steps * values(machine.word_bytes(), bits), cycles),
                     share(weight_steps * values(machine.row_bytes(), bits), cycles),
                     share(static_cast<double>(traffic.values_written), cycles),
                     share(values(traffic.activation_bytes, bits), cycles),
                     share(values(traffic.weight_bytes, weight_bits), cycles),
                     share(values(traffic.stored_bytes, bits), cycles));
}

}  // namespace

std::string compute_report(const Run& run) {
  const std::vector<Traffic> traffic = traffic_of(run);
  std::string text =
      "LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %, "
      "Mapping Efficiency %, Compute Util %,\n";
  Cycles begin = 0;
  for (std::size_t i = 0; i < traffic.size(); ++i) {
    text += compute_line(i, run, traffic[i], begin);
    begin += run.report.layers[i].cycles.value_or(0);
  }
  return text;
}

std::string bandwidth_report(const Run& run) {
  const std::vector<Traffic> traffic = traffic_of(run);
  std::string text =
      "LayerID, Avg IFMAP SRAM BW, Avg FILTER SRAM BW, Avg OFMAP SRAM BW, Avg IFMAP DRAM BW, "
      "Avg FILTER DRAM BW, Avg OFMAP DRAM BW,\n";
  for (std::size_t i = 0; i < traffic.size(); ++i) text += bandwidth_line(i, run, traffic[i]);
  return text;
}

}  // namespace hb::scalesim
