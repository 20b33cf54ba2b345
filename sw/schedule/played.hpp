// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Ways to cut a layer, compared by what they cost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/cheapest.hpp"
#include "sw/schedule/command.hpp"
#include "sw/schedule/estimate.hpp"

namespace hb::schedule {

/// When commands run on engines that always have the next one at hand: fetch and queues cost
/// nothing, and a LOAD overtakes others that must wait (prefetch()).
struct Played {
  std::vector<arch::Cycles> starts;  ///< of each command
  arch::Cycles end = 0;              ///< the last retirement
  std::uint64_t beats = 0;           ///< loaded and stored

  /// What ways to cut a layer are compared by.
  [[nodiscard]] arch::Cycles cost() const { return end + beats / kBeatsPerCycle; }
};

/// Plays `commands` (without tokens or END) as a program of their own. Every command must be
/// legal. Precondition: as prefetch().
[[nodiscard]] Played play(const std::vector<Command>& commands, const arch::Machine& machine,
                          const arch::MemoryTiming& memory);

/// The few best of many ways by a coarse estimate, and of those the best by an exact one.
template <class Way>
class Shortlist {
 public:
  [[nodiscard]] bool empty() const { return ways_.empty(); }

  /// Keeps `way` while fewer than kLength others are better.
  void offer(const Way& way, std::uint64_t estimate) {
    std::size_t place = ways_.size();
    while (place > 0 && estimate < ways_[place - 1].second) --place;
    if (place == kLength) return;
    ways_.insert(ways_.begin() + static_cast<std::ptrdiff_t>(place), {way, estimate});
    if (ways_.size() > kLength) ways_.pop_back();
  }

  /// The way whose commands, `emit(way)`, are the cheapest(). Not empty.
  template <class Emit>
  [[nodiscard]] Way best(Emit emit, const arch::Machine& machine,
                         const arch::MemoryTiming& memory) const {
    if (ways_.size() == 1) return ways_.front().first;
    std::vector<std::vector<Command>> commands;
    for (const auto& [way, estimate] : ways_) commands.push_back(emit(way));
    return ways_[cheapest(commands, machine, memory)].first;
  }

 private:
  static constexpr std::size_t kLength = 6;
  std::vector<std::pair<Way, std::uint64_t>> ways_;
};

/// Addresses for data that lies nowhere yet: one behind the other.
class Placeholder {
 public:
  [[nodiscard]] std::uint32_t take(std::uint64_t bytes) {
    const std::uint64_t address = next_;
    next_ += (bytes + kAlign - 1) / kAlign * kAlign;
    return static_cast<std::uint32_t>(address);
  }

 private:
  static constexpr std::uint64_t kAlign = 128;
  std::uint64_t next_ = 0;
};

}  // namespace hb::schedule
