// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Member functions of Chip, instantiated once per machine. For model/cycle only.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "model/cycle/chip_parts.hpp"

namespace hb::cycle {

template <class Shape>
Chip<Shape>::Chip(const sc_core::sc_module_name& name)
    : sc_core::sc_module(name), parts_(std::make_unique<Parts>(*this)) {
  SC_HAS_PROCESS(Chip);
  SC_METHOD(tick);
  sensitive << clock.pos();
  dont_initialize();
}

template <class Shape>
void Chip<Shape>::tick() {
  parts_->tick();
}

template <class Shape>
Chip<Shape>::~Chip() = default;

namespace detail {

/// `value` if it is valid, else zeros.
template <class T>
[[nodiscard]] T masked(const T& value) {
  return value.valid ? value : T{};
}

[[nodiscard]] inline arch::Pulse pulse(const Event& event) {
  return {event.valid, event.valid ? event.index : 0};
}

template <class Shape>
void observe_control(const ControlOutputs& control, arch::Outputs<Shape>& out) {
  out.lite_awready = control.awready;
  out.lite_wready = control.awready;
  out.lite_bvalid = control.bvalid;
  out.lite_bresp = control.bresp;
  out.lite_arready = control.arready;
  out.lite_rvalid = control.rvalid;
  out.lite_rresp = control.rresp;
  out.lite_rdata = control.rdata;
  out.irq = control.irq;
  out.running = control.running;
}

/// Next of a sequence of well-mixed numbers.
inline std::uint64_t next_random(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31);
}

template <class T>
[[nodiscard]] std::string describe_engine(std::string_view name, bool working, const T& queue,
                                          std::uint32_t available) {
  std::string text = fmt::format("{}: {}", name, working ? "working" : "idle");
  if (queue.empty()) return text + ", no command waits";
  const auto& head = queue.front();
  const std::uint32_t missing = head.command.common.wait & ~available & 0xFF;
  text += fmt::format(", command {} (layer {}) is next", head.index, head.command.common.layer);
  if (missing != 0) text += fmt::format(" and misses tokens {:#04x}", missing);
  return text;
}

}  // namespace detail

template <class Shape>
void Chip<Shape>::observe(arch::Outputs<Shape>& out) const {
  const Parts& p = *parts_;
  const LoadOutputs<Shape>& load = p.load.out.read();
  const StoreOutputs<Shape>& store = p.store.out.read();
  const SequencerOutputs& sequencer = p.sequencer.out.read();
  const PostOutputs<Shape>& post = p.post_processor.out.read();
  const PoolOutputs<Shape>& pool = p.pool.out.read();
  detail::observe_control(p.control.out.read(), out);
  out.fetch_ar = detail::masked(p.fetch.out.read().ar);
  out.load_ar = detail::masked(load.ar);
  out.store_aw = detail::masked(store.aw);
  out.store_w = detail::masked(store.w);
  out.fetch_rready = out.load_rready = out.store_bready = 1;
  out.cause_valid = sequencer.cause_valid;
  out.cause = sequencer.cause_valid ? static_cast<std::uint32_t>(sequencer.cause) : 0;
  out.start = {detail::pulse(load.start), detail::pulse(sequencer.start),
               detail::pulse(store.start)};
  out.retire = {detail::pulse(load.retire), detail::pulse(compute_retirement(post, pool)),
                detail::pulse(store.retire)};
  out.feed_read = detail::masked(pool.read.valid ? pool.read : p.feed.out.read().read);
  out.store_read = detail::masked(store.read);
  out.residual_read = detail::masked(post.residual);
  out.load_write = detail::masked(load.write);
  out.output_write = detail::masked(pool.write.valid ? pool.write : post.output);
  out.copy_write = detail::masked(post.copy);
}

template <class Shape>
void Chip<Shape>::scramble(std::uint64_t seed) {
  std::uint64_t state = seed;
  for (std::vector<std::uint32_t>* words :
       {&parts_->activation_buffer.words(), &parts_->weight_buffer.words(),
        &parts_->parameter_buffer.words()}) {
    for (std::uint32_t& word : *words) {
      const auto random = static_cast<std::uint32_t>(detail::next_random(state));
      word = arch::kCountsToggles<Shape> ? 0 : random;
    }
  }
}

template <class Shape>
arch::Toggles Chip<Shape>::toggles() const {
  if constexpr (arch::kCountsToggles<Shape>) {
    return parts_->activity.counts();
  } else {
    return {};
  }
}

template <class Shape>
std::string Chip<Shape>::describe() const {
  const Parts& p = *parts_;
  const ControlOutputs& control = p.control.out.read();
  const SequencerOutputs& sequencer = p.sequencer.out.read();
  const TokenOutputs& tokens = p.tokens.out.read();
  std::string text =
      fmt::format("control: {}{}, {} commands dispatched and not started, {} active\n",
                  control.running ? "running" : "stopped",
                  control.stop ? " (stopping on an error)" : "", control.pending, control.active);
  text +=
      fmt::format("fetch: next to dispatch is command {}, {} bursts outstanding, waits for {}\n",
                  p.fetch.out.read().index, p.fetch.out.read().outstanding, p.fetch.waiting_for());
  text += detail::describe_engine("load", p.load.out.read().working, p.loads, tokens.available[0]) +
          fmt::format(", {} bursts outstanding\n", p.load.outstanding());
  text += fmt::format("compute: {}, {} commands in flight",
                      p.sequencer.issues() ? "issuing" : "not issuing", sequencer.in_flight);
  if (sequencer.slot_full) {
    text += fmt::format(", command {} is next", sequencer.slot_index);
    const std::uint32_t missing = sequencer.slot_wait & ~tokens.available[1] & 0xFFU;
    if (missing != 0) text += fmt::format(" and misses tokens {:#04x}", missing);
  }
  text += '\n';
  text +=
      detail::describe_engine("store", p.store.out.read().working, p.stores, tokens.available[2]) +
      fmt::format(", {} bursts outstanding\n", p.store.outstanding());
  return text;
}

}  // namespace hb::cycle
