// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/dependencies.hpp"

#include <algorithm>
#include <array>

#include "sw/schedule/access.hpp"
#include "sw/schedule/touches.hpp"

namespace hb::schedule {
namespace {

using arch::Engine;
using arch::kEngines;

constexpr std::size_t at(Engine engine) { return static_cast<std::size_t>(engine); }
constexpr std::size_t kLoad = at(Engine::kLoad);
constexpr std::size_t kCompute = at(Engine::kCompute);
constexpr std::size_t kStore = at(Engine::kStore);

/// Whether two loads write words in common.
bool meet(const AccessList& a, const AccessList& b) {
  return std::any_of(a.begin(), a.end(), [&](const Access& one) {
    return one.write && std::any_of(b.begin(), b.end(), [&](const Access& other) {
             return other.write && other.space == one.space && overlap(one.pieces, other.pieces);
           });
  });
}

/// Walks the commands in order; engines' commands are counted from 0 each.
class Finder {
 public:
  Finder(const std::vector<Command>& commands, const arch::Machine& machine)
      : commands_(commands), machine_(machine), touches_(machine) {
    for (auto& row : known_) row.fill(-1);
    covered_to_.fill(0);
  }

  std::vector<Dependency> run() {
    accesses_.reserve(commands_.size());
    for (std::uint32_t i = 0; i < commands_.size(); ++i) {
      accesses_.push_back(accesses(commands_[i], machine_));
      visit(i);
    }
    return std::move(found_);
  }

 private:
  using Ordinal = std::int32_t;  ///< of a command among its engine's

  void visit(std::uint32_t i) {
    const std::size_t e = at(engine_of(commands_[i]));
    for (const std::size_t x : {kCompute, kStore}) {
      if (x != e) latest_before(i, e, x);
    }
    if (e == kLoad) {
      loads_beneath(i);
    } else {
      loads_before(i, e);
    }
    for (const Access& access : accesses_[i]) {
      touches_.add(static_cast<Engine>(e), static_cast<Ordinal>(members_[e].size()), access);
    }
    members_[e].push_back(i);
    if (e == kLoad) {
      for (auto& covered : covered_) covered.push_back(false);
    } else if (e == kCompute) {
      covered_at_.push_back(covered_to_[kCompute]);
    }
  }

  [[nodiscard]] Ordinal latest_touch(std::uint32_t i, std::size_t x) const {
    Ordinal latest = -1;
    for (const Access& access : accesses_[i]) {
      latest = std::max(latest, touches_.latest(static_cast<Engine>(x), access));
    }
    return latest;
  }

  [[nodiscard]] std::uint32_t member(std::size_t x, Ordinal ordinal) const {
    return members_[x][static_cast<std::size_t>(ordinal)];
  }

  /// Engine `x` (compute or store) keeps its order: its latest conflicting command covers the
  /// others, and what an earlier command of `e` has waited for is known, if `e` keeps its order.
  void latest_before(std::uint32_t i, std::size_t e, std::size_t x) {
    const Ordinal known = e == kLoad ? -1 : known_[e][x];
    for (Ordinal o = latest_touch(i, x); o > known; --o) {
      const std::uint32_t other = member(x, o);
      if (!conflict(accesses_[other], accesses_[i])) continue;
      found_.push_back({other, i});
      known_[e][x] = o;
      return;
    }
  }

  /// Every conflicting load counts, but for those that an earlier command of `e`, or the CONV or
  /// POOL that a store waits for, has waited for.
  void loads_before(std::uint32_t i, std::size_t e) {
    std::vector<bool>& covered = covered_[e];
    Ordinal& from = covered_to_[e];
    const Ordinal compute = known_[kStore][kCompute];
    if (e == kStore && compute >= 0) {
      from = std::max(from, covered_at_[static_cast<std::size_t>(compute)]);
    }
    for (Ordinal o = latest_touch(i, kLoad); o >= from; --o) {
      const std::uint32_t other = member(kLoad, o);
      if (covered[static_cast<std::size_t>(o)] || !conflict(accesses_[other], accesses_[i])) {
        continue;
      }
      found_.push_back({other, i});
      covered[static_cast<std::size_t>(o)] = true;
    }
    while (from < static_cast<Ordinal>(covered.size()) && covered[static_cast<std::size_t>(from)]) {
      ++from;
    }
  }

  /// Loads to the same words keep their order. Those that compute has waited for have been read:
  /// their readers stand between.
  void loads_beneath(std::uint32_t i) {
    for (auto o = static_cast<Ordinal>(members_[kLoad].size()) - 1; o >= covered_to_[kCompute];
         --o) {
      if (covered_[kCompute][static_cast<std::size_t>(o)]) continue;
      const std::uint32_t other = member(kLoad, o);
      if (meet(accesses_[other], accesses_[i])) found_.push_back({other, i});
    }
  }

  const std::vector<Command>& commands_;
  const arch::Machine& machine_;
  Touches touches_;
  std::vector<Dependency> found_;
  std::vector<AccessList> accesses_;
  std::array<std::vector<std::uint32_t>, kEngines> members_;
  std::array<std::array<Ordinal, kEngines>, kEngines> known_{};
  /// Per engine, the loads that it has waited for, and the first that it has not.
  std::array<std::vector<bool>, kEngines> covered_;
  std::array<Ordinal, kEngines> covered_to_{};
  std::vector<Ordinal> covered_at_;  ///< covered_to_ of compute behind each of its commands
};

}  // namespace

std::vector<Dependency> dependencies(const std::vector<Command>& commands,
                                     const arch::Machine& machine) {
  return Finder(commands, machine).run();
}

}  // namespace hb::schedule
