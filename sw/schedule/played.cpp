// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/played.hpp"

#include <algorithm>
#include <limits>

#include "model/arch/error.hpp"
#include "sw/cost/compute.hpp"
#include "sw/cost/store.hpp"
#include "sw/schedule/dependencies.hpp"

namespace hb::schedule {
namespace {

using arch::Cycles;
using arch::Engine;

constexpr Cycles kNever = std::numeric_limits<Cycles>::max();
/// Loads, from the first that has not started on, among which the next one is chosen.
constexpr std::size_t kWindow = 64;

/// Plays commands on engines that always have the next command at hand, in the order of time.
class Player {
 public:
  Player(const std::vector<Command>& commands, const arch::Machine& machine,
         const arch::MemoryTiming& memory)
      : commands_(commands),
        items_(commands.size()),
        load_(machine, memory),
        compute_(machine),
        store_(machine, memory) {
    played_.starts.resize(commands.size());
    waiters_ = dependencies(commands, machine);
    for (const Dependency& wait : waiters_) ++items_[wait.later].missing;
    std::stable_sort(
        waiters_.begin(), waiters_.end(),
        [](const Dependency& a, const Dependency& b) { return a.earlier < b.earlier; });
    for (std::size_t n = waiters_.size(); n > 0; --n) items_[waiters_[n - 1].earlier].first = n - 1;
    for (std::uint32_t i = 0; i < commands.size(); ++i) {
      list_of(engine_of(commands[i])).push_back(i);
    }
  }

  Played run() {
    for (std::size_t left = commands_.size(); left > 0; --left) {
      const std::size_t load = next_load();
      const Cycles load_start =
          load < window_.size() ? start_of(window_[load], load_.idle()) : kNever;
      const Cycles compute_start = head_start(computes_, next_compute_, free_);
      const Cycles store_start = head_start(stores_, next_store_, store_.idle());
      HB_ASSERT(std::min({load_start, compute_start, store_start}) != kNever,
                "{} commands wait for each other", left);
      if (compute_start <= load_start && compute_start <= store_start) {
        run_compute(computes_[next_compute_++]);
      } else if (store_start <= load_start) {
        const std::uint32_t i = stores_[next_store_++];
        finish(i, store_.run(std::get<Store>(commands_[i]).transfer, items_[i].ready));
      } else {
        const std::uint32_t i = window_[load];
        window_.erase(window_.begin() + static_cast<std::ptrdiff_t>(load));
        finish(i, load_.run(std::get<Load>(commands_[i]).transfer, items_[i].ready));
      }
    }
    played_.beats = load_.beats() + store_.beats();
    return std::move(played_);
  }

 private:
  struct Item {
    std::size_t first = 0;      ///< of waiters_, if any wait for it
    std::uint32_t missing = 0;  ///< commands that it waits for and that have not started
    Cycles ready = 0;           ///< first cycle in which those that have started have retired
  };

  std::vector<std::uint32_t>& list_of(Engine engine) {
    return engine == Engine::kLoad ? loads_ : engine == Engine::kStore ? stores_ : computes_;
  }

  [[nodiscard]] Cycles start_of(std::uint32_t i, Cycles free) const {
    return items_[i].missing > 0 ? kNever : std::max(items_[i].ready, free);
  }
  [[nodiscard]] Cycles head_start(const std::vector<std::uint32_t>& list, std::size_t next,
                                  Cycles free) const {
    return next < list.size() ? start_of(list[next], free) : kNever;
  }

  /// Place in the window of the load that can start first; the window's size if none can.
  [[nodiscard]] std::size_t next_load() {
    while (window_.size() < kWindow && next_load_ < loads_.size()) {
      window_.push_back(loads_[next_load_++]);
    }
    std::size_t best = window_.size();
    Cycles first = kNever;
    for (std::size_t n = 0; n < window_.size(); ++n) {
      const Cycles start = start_of(window_[n], load_.idle());
      if (start >= first) continue;
      first = start;
      best = n;
      if (start == load_.idle()) break;
    }
    return best;
  }

  void run_compute(std::uint32_t i) {
    cost::TokenTimes tokens{};
    tokens.fill(items_[i].ready);
    const auto* conv = std::get_if<arch::Conv>(&commands_[i]);
    const cost::Issue issue = conv != nullptr
                                  ? compute_.run(*conv, 0, tokens)
                                  : compute_.run(std::get<arch::Pool>(commands_[i]), 0, tokens);
    free_ = issue.last_step;
    finish(i, issue.times);
  }

  void finish(std::uint32_t i, const cost::Times& times) {
    played_.starts[i] = times.start;
    played_.end = std::max(played_.end, times.retire);
    for (std::size_t n = items_[i].first; n < waiters_.size() && waiters_[n].earlier == i; ++n) {
      Item& waiter = items_[waiters_[n].later];
      --waiter.missing;
      waiter.ready = std::max(waiter.ready, times.retire + 1);
    }
  }

  const std::vector<Command>& commands_;
  std::vector<Item> items_;
  Played played_;
  std::vector<Dependency> waiters_;  ///< by what they wait for
  std::vector<std::uint32_t> loads_;
  std::vector<std::uint32_t> window_;  ///< the first loads that have not started
  std::vector<std::uint32_t> computes_;
  std::vector<std::uint32_t> stores_;
  std::size_t next_load_ = 0;  ///< behind the window
  std::size_t next_compute_ = 0;
  std::size_t next_store_ = 0;
  cost::LoadEngine load_;
  cost::ComputeEngine compute_;
  cost::StoreEngine store_;
  Cycles free_ = 0;  ///< compute's issue point
};

}  // namespace

Played play(const std::vector<Command>& commands, const arch::Machine& machine,
            const arch::MemoryTiming& memory) {
  return Player(commands, machine, memory).run();
}

}  // namespace hb::schedule
