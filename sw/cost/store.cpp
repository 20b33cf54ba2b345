// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/store.hpp"

#include <algorithm>

#include "sw/cost/bursts.hpp"

namespace hb::cost {

void StoreSender::send_beat(Cycles visible) {
  if (beat_ == 0) {
    const Cycles read = std::max(next_read_, ahead_.room());
    next_read_ = read + 1;
    word_ = read +
            kWordLatency;  // the word before has left by then: its last beat bounds `entered` below
  }
  const Cycles entered = std::max({word_, visible, handshake_});
  handshake_ = std::max(entered + 1, next_handshake_);
  next_handshake_ = handshake_ + cycles_per_beat_;
  if (++beat_ == word_beats_) {
    beat_ = 0;
    ahead_.use(entered + 1);
    end_word(entered);
  }
}

void StoreSender::end_word(Cycles popped) {
  const Cycles period = popped - last_popped_;
  const bool alike = period == period_ && next_read_ - last_read_ == period &&
                     handshake_ - last_handshake_ == period;
  alike_ = alike ? alike_ + 1 : 0;
  period_ = period;
  last_read_ = next_read_;
  last_popped_ = popped;
  last_handshake_ = handshake_;
}

/// Beats that need no step of their own. The state is the last read, the last handshake and
/// kStoreWords pops; when the last words all moved every part of it by one period, so do the
/// burst's other whole words: the recurrence knows only sums and maxima, and its constants (start,
/// burst visible) are already below what they bound.
std::uint32_t StoreSender::skip(std::uint32_t beats_left) {
  const std::uint32_t words = beats_left / word_beats_;
  if (beat_ != 0 || alike_ < kStoreWords || words == 0) {
    return 0;
  }
  const Cycles shift = words * period_;
  ahead_.shift(shift);
  for (Cycles* cycle :
       {&next_read_, &handshake_, &next_handshake_, &last_read_, &last_popped_, &last_handshake_}) {
    *cycle += shift;
  }
  return words * word_beats_;
}

Cycles StoreSender::send(Cycles visible, std::uint32_t beats) {
  std::uint32_t sent = 0;
  while (sent < beats) {
    send_beat(visible);
    ++sent;
    // A word whole in this burst after one that ended in it: the burst's visibility bounds nothing
    // any more.
    if (sent > word_beats_) {
      sent += skip(beats - sent);
    }
  }
  return handshake_;
}

Times StoreEngine::run(const arch::Transfer& command, Cycles ready) {
  Times times;
  times.start = std::max(ready, idle_) + 1;
  sender_.start(times.start);
  Cycles next_address = times.start;
  Cycles answer = 0;  // B of the last burst
  Bursts bursts(command, machine_);
  while (!bursts.done()) {
    const Cycles decided = std::max(next_address, outstanding_.room());
    answer = sender_.send(decided + 1, bursts.next()) + latency_;
    outstanding_.use(answer + 1);
    next_address = decided + 1;
  }
  idle_ = std::max(next_address, sender_.walked());
  beats_ += bursts.total_beats();
  times.retire = answer + 1;
  return times;
}

}  // namespace hb::cost
