// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/tokens.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::cost {

namespace {

constexpr std::size_t kCounterMax = 255;

constexpr std::size_t index_of(arch::Engine engine) { return static_cast<std::size_t>(engine); }

}  // namespace

TokenTimes Tokens::claim(arch::Engine engine, std::uint8_t wait, std::uint32_t index) const {
  TokenTimes there{};
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((wait >> bit & 1) == 0) {
      continue;
    }
    const arch::Engine peer = arch::token_peer(engine, bit);
    const Token& token = tokens_[index_of(engine)][bit];
    if (token.taken.size() >= token.given.size()) {
      throw bad_input(
          fmt::format("command {}", index),
          fmt::format("{} waits for token {} of {} for ever", name(engine), bit % 4, name(peer)),
          "an earlier command that signals it");
    }
    Cycles& latest = there[index_of(peer)];
    latest = std::max(latest, token.given[token.taken.size()].retire + 1);
  }
  return there;
}

void Tokens::take(arch::Engine engine, std::uint8_t wait, Cycles start) {
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((wait >> bit & 1) != 0) {
      tokens_[index_of(engine)][bit].taken.push_back(start);
    }
  }
}

void Tokens::give(arch::Engine engine, std::uint8_t signal, Cycles retire, std::uint32_t index) {
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((signal >> bit & 1) != 0) {
      const arch::Engine peer = arch::token_peer(engine, bit);
      tokens_[index_of(peer)][arch::peer_bit(engine, bit)].given.push_back({retire, index});
    }
  }
}

void Tokens::require_no_overflow() const {
  for (const auto& engine : tokens_) {
    for (const Token& token : engine) {
      // The n-th giving finds room if the (n - 255)-th taking came before or in the same cycle.
      for (std::size_t n = kCounterMax; n < token.given.size(); ++n) {
        const std::size_t needed = n - kCounterMax;
        if (needed >= token.taken.size() || token.taken[needed] > token.given[n].retire) {
          throw bad_input(fmt::format("command {}", token.given[n].index),
                          "a token counter overflows", "at most 255 tokens waiting");
        }
      }
    }
  }
}

}  // namespace hb::cost
