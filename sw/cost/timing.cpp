// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Plays a program in program order: by the sequential rule whatever a command waits for comes from
// earlier ones, and queue room depends on earlier starts only, so one pass suffices.
#include "sw/cost/timing.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/cost/causes.hpp"
#include "sw/cost/compute.hpp"
#include "sw/cost/fetch.hpp"
#include "sw/cost/load.hpp"
#include "sw/cost/store.hpp"
#include "sw/cost/tokens.hpp"

namespace hb::cost {

namespace {

using arch::CommandWords;
using arch::Engine;
using arch::Opcode;

class Player {
 public:
  Player(const arch::Machine& machine, const arch::MemoryTiming& memory)
      : fetch_(machine, memory),
        load_(machine, memory),
        compute_(machine),
        store_(machine, memory) {}

  void run(const CommandWords& words, std::uint32_t index);
  /// END, and the whole run's timeline.
  [[nodiscard]] arch::Timeline end();

 private:
  /// First cycle in which the next command is visible in `queue`.
  template <std::uint32_t N>
  [[nodiscard]] Cycles dispatch(const Places<N>& queue) {
    return fetch_.dispatch(queue.room()) + 1;
  }

  [[nodiscard]] Times run_transfer(Engine engine, const CommandWords& words,
                                   const TokenTimes& tokens);
  [[nodiscard]] Times run_compute(const CommandWords& words, const TokenTimes& tokens);
  void count(arch::Timeline& timeline) const;

  Fetch fetch_;
  LoadEngine load_;
  ComputeEngine compute_;
  StoreEngine store_;
  Places<kLoadQueue> load_queue_;
  Places<kComputeQueue> compute_queue_;
  Places<kStoreQueue> store_queue_;
  Tokens tokens_;
  Causes causes_;
  Cycles drained_ = 0;
  Cycles settled_ = 0;
  std::array<std::uint64_t, arch::kEngines> retired_{};
  std::vector<arch::CommandTimes> commands_;
};

Times Player::run_transfer(Engine engine, const CommandWords& words, const TokenTimes& tokens) {
  const arch::Transfer command = arch::decode_transfer(words);
  const Cycles there = *std::max_element(tokens.begin(), tokens.end());
  Times times;
  // A start pops its queue: there is room again from the cycle in which it is visible.
  if (engine == Engine::kLoad) {
    times = load_.run(command, std::max(dispatch(load_queue_), there));
    load_queue_.use(times.start);
  } else {
    times = store_.run(command, std::max(dispatch(store_queue_), there));
    store_queue_.use(times.start);
  }
  return times;
}

Times Player::run_compute(const CommandWords& words, const TokenTimes& tokens) {
  const Cycles queued = dispatch(compute_queue_);
  const bool pool = arch::opcode_bits(words) == static_cast<std::uint8_t>(Opcode::kPool);
  const Issue issue = pool ? compute_.run(arch::decode_pool(words), queued, tokens)
                           : compute_.run(arch::decode_conv(words), queued, tokens);
  compute_queue_.use(issue.in_slot);
  causes_.add(issue);
  drained_ = issue.times.retire + 1;
  return issue.times;
}

void Player::run(const CommandWords& words, std::uint32_t index) {
  const Engine engine = arch::engine_of(static_cast<Opcode>(arch::opcode_bits(words)));
  const arch::Common common = arch::decode_common(words);
  const TokenTimes tokens = tokens_.claim(engine, common.wait, index);
  const Times times =
      engine == Engine::kCompute ? run_compute(words, tokens) : run_transfer(engine, words, tokens);
  tokens_.take(engine, common.wait, times.start);
  tokens_.give(engine, common.signal, times.retire, index);
  settled_ = std::max(settled_, times.retire + 1);
  ++retired_[static_cast<std::size_t>(engine)];
  commands_.push_back({index, engine, times.start, times.retire});
}

arch::Timeline Player::end() {
  tokens_.require_no_overflow();
  const Cycles ended = fetch_.dispatch(0) + 1;
  const Cycles finish = std::max(ended, settled_);  // the decision
  causes_.finish({ended, drained_, settled_, finish + 1});
  arch::Timeline timeline;
  timeline.commands = std::move(commands_);
  timeline.causes = causes_.spans();
  timeline.total = finish + 1;
  count(timeline);
  return timeline;
}

void Player::count(arch::Timeline& timeline) const {
  timeline.counters[arch::kCounterTotal] = timeline.total;
  std::copy(causes_.cycles().begin(), causes_.cycles().end(),
            timeline.counters.begin() + arch::kCounterCause);
  timeline.counters[arch::kCounterFetchBeats] = fetch_.beats();
  timeline.counters[arch::kCounterLoadBeats] = load_.beats();
  timeline.counters[arch::kCounterStoreBeats] = store_.beats();
  std::copy(retired_.begin(), retired_.end(), timeline.counters.begin() + arch::kCounterRetired);
}

void require_end_last(const std::vector<CommandWords>& commands) {
  constexpr auto kEnd = static_cast<std::uint8_t>(Opcode::kEnd);
  constexpr auto kLast = static_cast<std::uint8_t>(Opcode::kPool);
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::uint8_t opcode = arch::opcode_bits(commands[i]);
    const bool last = i + 1 == commands.size();
    if (opcode < kEnd || opcode > kLast || (opcode == kEnd) != last) {
      throw bad_input(fmt::format("command {}", i), fmt::format("opcode {}", opcode),
                      last ? "END" : "LOAD, STORE, CONV or POOL");
    }
  }
  if (commands.empty()) {
    throw bad_input("program", "no command", "END at least");
  }
}

}  // namespace

arch::Timeline play(const std::vector<CommandWords>& commands, const arch::Machine& machine,
                    const arch::MemoryTiming& memory) {
  require_end_last(commands);
  Player player(machine, memory);
  for (std::uint32_t i = 0; i + 1 < commands.size(); ++i) {
    player.run(commands[i], i);
  }
  return player.end();
}

}  // namespace hb::cost
