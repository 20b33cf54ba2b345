// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/cheapest.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "model/arch/error.hpp"
#include "sw/cost/terms.hpp"
#include "sw/schedule/access.hpp"
#include "sw/schedule/estimate.hpp"
#include "sw/schedule/played.hpp"

namespace hb::schedule {
namespace {

using arch::Cycles;

bool computes(const Command& command) { return engine_of(command) == arch::Engine::kCompute; }

Cycles steps_of(const Command& command, const arch::Machine& machine) {
  const auto* conv = std::get_if<arch::Conv>(&command);
  return conv != nullptr ? cost::conv_steps(*conv, machine)
                         : std::get<arch::Pool>(command).steps(machine);
}

Cycles drain_of(const Command& command, const arch::Machine& machine) {
  return std::holds_alternative<arch::Conv>(command) ? cost::drain(machine)
                                                     : cost::pool_drain(machine);
}

std::uint64_t beats_of(const arch::Transfer& transfer, const arch::Machine& machine) {
  return cost::transfer_bytes(transfer, machine) / machine.bus_bytes;
}

/// Of the words, rows and parameters that a compute command reads.
std::uint64_t operand_beats(const AccessList& list, const arch::Machine& machine) {
  std::uint64_t bytes = 0;
  for (const Access& access : list) {
    if (access.write) continue;
    const std::uint64_t unit =
        access.space == Space::kActivation ? machine.word_bytes() : machine.row_bytes();
    bytes += access.pieces.count * access.pieces.length * unit;
  }
  return bytes / machine.bus_bytes;
}

struct Beats {
  std::uint64_t loads = 0;
  std::uint64_t stores = 0;
  std::uint64_t last_stores = 0;  ///< behind the last compute command, of what it wrote
};

Beats beats_in(const std::vector<Command>& commands, std::size_t last_compute,
               const arch::Machine& machine) {
  Beats beats;
  const AccessList last = accesses(commands[last_compute], machine);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    if (const auto* load = std::get_if<Load>(&commands[i])) {
      beats.loads += beats_of(load->transfer, machine);
    } else if (const auto* store = std::get_if<Store>(&commands[i])) {
      const std::uint64_t now = beats_of(store->transfer, machine);
      beats.stores += now;
      if (i > last_compute && conflict(last, accesses(commands[i], machine))) {
        beats.last_stores += now;
      }
    }
  }
  return beats;
}

/// Cycles of one beat after another, from the first to the last.
Cycles row_of(std::uint64_t beats, const arch::MemoryTiming& memory) {
  return beats == 0 ? 0 : (beats - 1) * memory.cycles_per_beat;
}

/// The earliest decision that waits for loads of so many beats, the first of all commands: start,
/// address, first beat, .., retirement, token.
Cycles loaded(std::uint64_t beats, const arch::MemoryTiming& memory) {
  if (beats == 0) return 0;
  return 1 + 1 + memory.latency + row_of(beats, memory) + 1 + 1;
}

/// From a retirement that a store of so many beats waits for to its own: token, start, word, W
/// register, .., answer, retirement.
Cycles stored(std::uint64_t beats, const arch::MemoryTiming& memory) {
  if (beats == 0) return 0;
  return 1 + 1 + cost::kWordLatency + 1 + row_of(beats, memory) + memory.latency + 1;
}

}  // namespace

Cycles least_cost(const std::vector<Command>& commands, const arch::Machine& machine,
                  const arch::MemoryTiming& memory) {
  const auto first = std::find_if(commands.begin(), commands.end(), computes);
  HB_ASSERT(first != commands.end(), "{} commands, none of them computes", commands.size());
  const auto last = std::find_if(commands.rbegin(), commands.rend(), computes);
  const Beats beats =
      beats_in(commands, static_cast<std::size_t>(commands.rend() - last) - 1, machine);
  Cycles steps = 0;
  for (const Command& command : commands) {
    if (computes(command)) steps += steps_of(command, machine);
  }
  const Cycles begin = loaded(operand_beats(accesses(*first, machine), machine), memory);
  const Cycles by_steps =
      begin + steps + drain_of(*last, machine) + stored(beats.last_stores, memory);
  const Cycles by_stores =
      begin + steps_of(*first, machine) + drain_of(*first, machine) + stored(beats.stores, memory);
  const Cycles by_loads = loaded(beats.loads, memory);
  return std::max({by_steps, by_stores, by_loads}) + (beats.loads + beats.stores) / kBeatsPerCycle;
}

std::size_t cheapest(const std::vector<std::vector<Command>>& ways, const arch::Machine& machine,
                     const arch::MemoryTiming& memory) {
  if (ways.size() == 1) return 0;
  std::vector<Cycles> bounds;
  bounds.reserve(ways.size());
  for (const std::vector<Command>& way : ways) bounds.push_back(least_cost(way, machine, memory));
  std::vector<std::size_t> order(ways.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return bounds[a] < bounds[b]; });
  std::size_t best = ways.size();
  Cycles least = std::numeric_limits<Cycles>::max();
  for (const std::size_t way : order) {
    if (bounds[way] > least || (bounds[way] == least && way > best)) continue;
    const Cycles cost = play(ways[way], machine, memory).cost();
    if (cost > least || (cost == least && way > best)) continue;
    least = cost;
    best = way;
  }
  return best;
}

}  // namespace hb::schedule
