// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/hazards.hpp"

#include <algorithm>
#include <array>

#include "model/arch/error.hpp"
#include "sw/schedule/access.hpp"
#include "sw/schedule/touches.hpp"

namespace hb::schedule {
namespace {

using arch::Engine;
using arch::kEngines;

/// Per engine the latest command (index in the program) that is known to have retired; -1 for none.
using Clock = std::array<std::int64_t, kEngines>;

/// A counter holds 255 tokens. Past kAhead unconsumed ones a consumer waits for the producer's
/// latest command, which covers all its earlier ones; past kThrottle a producer that goes on first
/// waits for a consumer half that far back.
constexpr std::size_t kAhead = 200;
constexpr std::size_t kThrottle = 96;

void join(Clock& clock, const Clock& other) {
  for (std::size_t x = 0; x < kEngines; ++x) clock[x] = std::max(clock[x], other[x]);
}

/// Walks the program once, keeping what each command knows at its start.
class Assigner {
 public:
  Assigner(std::vector<Command>& commands, const arch::Machine& machine)
      : commands_(commands), touches_(machine) {
    accesses_.reserve(commands.size());
    for (const Command& command : commands) accesses_.push_back(accesses(command, machine));
    clocks_.resize(commands.size());
    latest_.fill({-1, -1, -1});
  }

  void run() {
    for (std::size_t i = 0; i < commands_.size(); ++i) visit(i);
  }

 private:
  void visit(std::size_t i) {
    const Engine engine = engine_of(commands_[i]);
    const auto e = static_cast<std::size_t>(engine);
    Clock clock = latest_[e];
    Clock need{-1, -1, -1};
    for (std::size_t x = 0; x < kEngines; ++x) {
      if (x == e) continue;
      need[x] = std::max(latest_conflict(i, x, clock[x]), throttle(e, x, clock[x]));
    }
    drop_implied(need);
    for (std::size_t x = 0; x < kEngines; ++x) {
      if (need[x] >= 0) join(clock, take_token(x, e, need[x], i));
    }
    if (engine == Engine::kCompute && !members_[e].empty()) {
      const bool fence = !runs_alone(i) && wants_fence(i, clock[e]);
      common(commands_[i]).fence = fence;
      if (fence || runs_alone(i)) clock[e] = members_[e].back();
    }
    clocks_[i] = clock;
    latest_[e] = clock;
    members_[e].push_back(static_cast<std::int64_t>(i));
    for (const Access& access : accesses_[i]) {
      touches_.add(engine, static_cast<std::int32_t>(i), access);
    }
  }

  /// The latest command of engine `x` after `known` that conflicts with command `i`, or -1.
  std::int64_t latest_conflict(std::size_t i, std::size_t x, std::int64_t known) const {
    std::int32_t from = -1;
    for (const Access& access : accesses_[i]) {
      from = std::max(from, touches_.latest(static_cast<Engine>(x), access));
    }
    const auto& list = members_[x];
    for (auto it = up_to(list, from); it != list.rend() && *it > known; ++it) {
      if (conflict(accesses_[static_cast<std::size_t>(*it)], accesses_[i])) return *it;
    }
    return -1;
  }

  /// The commands of `list` that are not after `last`, the latest first.
  static std::vector<std::int64_t>::const_reverse_iterator up_to(
      const std::vector<std::int64_t>& list, std::int64_t last) {
    return std::make_reverse_iterator(std::upper_bound(list.begin(), list.end(), last));
  }

  /// Whether compute command `i`, not the first, starts after all earlier ones without a fence: a
  /// POOL and the command after it do.
  bool runs_alone(std::size_t i) const {
    const auto previous =
        static_cast<std::size_t>(members_[static_cast<std::size_t>(Engine::kCompute)].back());
    return std::holds_alternative<arch::Pool>(commands_[i]) ||
           std::holds_alternative<arch::Pool>(commands_[previous]);
  }

  bool wants_fence(std::size_t i, std::int64_t known) const {
    std::int32_t from = -1;
    for (const Access& access : accesses_[i]) {
      from = std::max(from, touches_.latest_fence(access));
    }
    const auto& list = members_[static_cast<std::size_t>(Engine::kCompute)];
    for (auto it = up_to(list, from); it != list.rend() && *it > known; ++it) {
      for (const Access& a : accesses_[static_cast<std::size_t>(*it)]) {
        for (const Access& b : accesses_[i]) {
          if (needs_fence(a, b)) return true;
        }
      }
    }
    return false;
  }

  /// Consumers of the tokens from `producer` to `consumer` that are not known, by `known`, to have
  /// retired.
  std::size_t unconsumed(std::size_t producer, std::size_t consumer, std::int64_t known) const {
    const auto& list = consumers_[producer][consumer];
    return static_cast<std::size_t>(list.end() - std::upper_bound(list.begin(), list.end(), known));
  }

  /// A command of `consumer` that engine `producer` waits for before it gets too far ahead, or -1.
  std::int64_t throttle(std::size_t producer, std::size_t consumer, std::int64_t known) const {
    if (unconsumed(producer, consumer, known) < kThrottle) return -1;
    const auto& list = consumers_[producer][consumer];
    return list[list.size() - kThrottle / 2];
  }

  /// What is known once command `index` has retired.
  Clock after(std::int64_t index) const {
    const auto i = static_cast<std::size_t>(index);
    Clock clock = clocks_[i];
    clock[static_cast<std::size_t>(engine_of(commands_[i]))] = index;
    return clock;
  }

  /// Drops a need that another need's command has waited for itself.
  void drop_implied(Clock& need) const {
    for (std::size_t x = 0; x < kEngines; ++x) {
      if (need[x] < 0) continue;
      const Clock known = after(need[x]);
      for (std::size_t y = 0; y < kEngines; ++y) {
        if (y != x && need[y] >= 0 && known[y] >= need[y]) need[y] = -1;
      }
    }
  }

  /// Lets command `i` of engine `e` wait for command `source` of engine `x` (or a later one);
  /// returns what it then knows.
  Clock take_token(std::size_t x, std::size_t e, std::int64_t source, std::size_t i) {
    const auto held = [&](std::int64_t from) {
      return unconsumed(x, e, clocks_[static_cast<std::size_t>(from)][e]);
    };
    if (held(source) >= kAhead) source = members_[x].back();
    HB_ASSERT(held(source) < 255, "{} tokens before command {}", held(source), i);
    consumers_[x][e].push_back(static_cast<std::int64_t>(i));
    const auto engine = static_cast<Engine>(e);
    const std::uint32_t bit = arch::token_peer(engine, 0) == static_cast<Engine>(x) ? 0 : 4;
    auto& waiter = common(commands_[i]).wait;
    waiter = static_cast<std::uint8_t>(waiter | 1U << bit);
    auto& giver = common(commands_[static_cast<std::size_t>(source)]).signal;
    giver = static_cast<std::uint8_t>(giver | 1U << arch::peer_bit(engine, bit));
    return after(source);
  }

  std::vector<Command>& commands_;
  Touches touches_;
  std::vector<AccessList> accesses_;
  std::vector<Clock> clocks_;                                ///< known at each command's start
  std::array<Clock, kEngines> latest_{};                     ///< of each engine's latest command
  std::array<std::vector<std::int64_t>, kEngines> members_;  ///< each engine's commands
  std::array<std::array<std::vector<std::int64_t>, kEngines>, kEngines> consumers_;
};

}  // namespace

void assign_tokens(std::vector<Command>& commands, const arch::Machine& machine) {
  Assigner(commands, machine).run();
}

}  // namespace hb::schedule
