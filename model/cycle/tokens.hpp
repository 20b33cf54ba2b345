// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The token counters of the six pairs of engines (docs/timing.md section 4).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

template <class Shape>
class Tokens : public Clocked<Shape> {
 public:
  Register<TokenOutputs> out{"out"};
  Input<ControlOutputs> control;
  Input<LoadOutputs<Shape>> load;
  Input<StoreOutputs<Shape>> store;
  Input<SequencerOutputs> sequencer;
  Input<PostOutputs<Shape>> post;
  Input<PoolOutputs<Shape>> pool;

  explicit Tokens(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  static constexpr std::uint32_t kBits = 8;  ///< tokens a consumer can name
  static constexpr std::int32_t kMost = 255;
  using Changes = std::array<std::array<std::int32_t, kBits>, arch::kEngines>;

  void apply(const std::array<Event, arch::kEngines>& starts,
             const std::array<Event, arch::kEngines>& retirements);
  void raise(arch::Engine engine, const Event& retirement, const Changes& overflow);

  Changes counters_{};  ///< by consumer, in the layout of `wait`
};

template <class Shape>
void Tokens<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    counters_ = {};
    out.reset();
    return;
  }
  out.end(&TokenOutputs::fault);
  const Event& compute_start = sequencer->start;
  const Event& compute_retire = compute_retirement(post.read(), pool.read());
  const LoadOutputs<Shape>& l = load.read();
  const StoreOutputs<Shape>& s = store.read();
  if (l.start.valid || l.retire.valid || s.start.valid || s.retire.valid || compute_start.valid ||
      compute_retire.valid) {
    apply({l.start, compute_start, s.start}, {l.retire, compute_retire, s.retire});
  }
}

template <class Shape>
void Tokens<Shape>::apply(const std::array<Event, arch::kEngines>& starts,
                          const std::array<Event, arch::kEngines>& retirements) {
  for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
    const auto engine = static_cast<arch::Engine>(e);
    for (std::uint32_t bit = 0; bit < kBits; ++bit) {
      if (starts[e].valid && (starts[e].tokens >> bit & 1) != 0) --counters_[e][bit];
      if (retirements[e].valid && (retirements[e].tokens >> bit & 1) != 0) {
        const auto peer = static_cast<std::uint32_t>(arch::token_peer(engine, bit));
        ++counters_[peer][arch::peer_bit(engine, bit)];
      }
    }
  }
  Changes overflow{};
  TokenOutputs& next = out.set();
  for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
    next.available[e] = 0;
    for (std::uint32_t bit = 0; bit < kBits; ++bit) {
      std::int32_t& counter = counters_[e][bit];
      if (counter > kMost) {
        counter = kMost;
        overflow[e][bit] = 1;
      }
      if (counter > 0) next.available[e] = static_cast<std::uint8_t>(next.available[e] | 1U << bit);
    }
  }
  for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
    raise(static_cast<arch::Engine>(e), retirements[e], overflow);
  }
}

template <class Shape>
void Tokens<Shape>::raise(arch::Engine engine, const Event& retirement, const Changes& overflow) {
  if (!retirement.valid || out.next().fault.code != arch::ErrorCode::kNone) return;
  for (std::uint32_t bit = 0; bit < kBits; ++bit) {
    if ((retirement.tokens >> bit & 1) == 0) continue;
    const auto peer = static_cast<std::uint32_t>(arch::token_peer(engine, bit));
    if (overflow[peer][arch::peer_bit(engine, bit)] == 0) continue;
    out.set().fault = {arch::ErrorCode::kTokenOverflow, retirement.index};
    return;
  }
}

}  // namespace hb::cycle
