// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The store engine: words from the activation buffer, bursts to memory (docs/timing.md section 6).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"
#include "model/cycle/walker.hpp"

namespace hb::cycle {

template <class Shape>
class Store : public Clocked<Shape> {
 public:
  Register<StoreOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<TokenOutputs> tokens;
  Input<ActivationOutputs<Shape>> activation;

  Store(const sc_core::sc_module_name& name, StoreQueue& queue)
      : Clocked<Shape>(name), queue_(queue) {}

  [[nodiscard]] std::uint32_t outstanding() const { return outstanding_; }
  void tick();

 private:
  static constexpr std::uint32_t kParts = Shape::kWordBytes / Shape::kBusBytes;
  static constexpr std::uint32_t kPartWords = Shape::kBusBytes / 4;
  using Word = std::array<std::uint32_t, Shape::kRows>;

  /// A burst whose response has not come; `retirement` is valid for a command's last.
  struct Response {
    std::uint32_t index = 0;
    Event retirement;
  };

  void reset();
  void send();
  void take_word();
  void front(bool aw_free);
  void walk_addresses(bool aw_free);
  void walk_words();
  void start(const Indexed<arch::Transfer>& item);
  void receive(std::uint32_t resp);

  StoreQueue& queue_;
  Indexed<arch::Transfer> command_{};
  BurstWalker bursts_;
  RowWalker rows_;
  std::uint32_t outstanding_ = 0;       ///< bursts without a response
  std::uint32_t ahead_ = 0;             ///< words requested and not yet popped
  bool popped_ = false;                 ///< a word, in this cycle
  bool requested_ = false;              ///< a word's request is visible
  bool fetched_ = false;                ///< a word is visible at the bank
  Fifo<std::uint32_t, kBursts> beats_;  ///< left of each burst that is not sent
  Fifo<Word, kStoreWords> words_;
  std::uint32_t part_ = 0;  ///< of the word at the head
  Fifo<Response, kBursts> responses_;
};

template <class Shape>
void Store<Shape>::tick() {
  const arch::Inputs<Shape>& in = this->inputs.read();
  if (!in.reset_n || control->clear) {
    reset();
    return;
  }
  const StoreOutputs<Shape>& now = out.read();
  out.end(&StoreOutputs<Shape>::start);
  out.end(&StoreOutputs<Shape>::retire);
  out.end(&StoreOutputs<Shape>::fault);
  if (now.read.valid) out.set().read = {};
  const bool aw_free = !now.aw.valid || in.store_awready;
  if (now.aw.valid && in.store_awready) out.set().aw = {};
  const bool w_free = !now.w.valid || in.store_wready;
  if (now.w.valid && in.store_wready) out.set().w.valid = 0;
  // What leaves a fifo goes first, what enters follows: nobody sees a change of the same cycle.
  if (w_free && !beats_.empty() && !words_.empty()) send();
  take_word();
  front(aw_free);
  if (in.store_bvalid) receive(in.store_bresp);
  ahead_ -= popped_;
  popped_ = false;
}

template <class Shape>
void Store<Shape>::reset() {
  out.reset();
  bursts_ = {};
  rows_ = {};
  outstanding_ = ahead_ = part_ = 0;
  popped_ = requested_ = fetched_ = false;
  beats_.clear();
  words_.clear();
  responses_.clear();
}

template <class Shape>
void Store<Shape>::send() {
  arch::AxiWriteData<Shape>& w = out.set().w;
  w.valid = 1;
  w.last = beats_.front() == 1;
  const auto* first = words_.front().data() + part_ * kPartWords;
  std::copy(first, first + kPartWords, w.data.begin());
  if (--beats_.front() == 0) beats_.pop();
  if (++part_ < kParts) return;
  part_ = 0;
  words_.pop();
  popped_ = true;
}

/// Takes the word that the bank shows; its request was visible one cycle ago.
template <class Shape>
void Store<Shape>::take_word() {
  if (fetched_) words_.push(activation->store_word);
  fetched_ = requested_;
  requested_ = false;
}

template <class Shape>
void Store<Shape>::front(bool aw_free) {
  if (out.read().working) {
    walk_addresses(aw_free);
    walk_words();
    if (bursts_.done() && rows_.done()) out.set().working = false;
    return;
  }
  if (queue_.empty() || control->stop) return;
  if ((queue_.front().command.common.wait & ~tokens->available[2]) != 0) return;
  start(queue_.front());
  queue_.pop();
}

template <class Shape>
void Store<Shape>::start(const Indexed<arch::Transfer>& item) {
  command_ = item;
  bursts_ = BurstWalker(item.command, Shape::kWordBytes, Shape::kBusBytes);
  rows_ = RowWalker(item.command);
  out.set().working = true;
  out.set().start = {true, item.command.common.wait, item.index};
}

template <class Shape>
void Store<Shape>::walk_addresses(bool aw_free) {
  if (bursts_.done() || !aw_free || outstanding_ == kBursts) return;
  const arch::AxiAddress burst = bursts_.next();
  out.set().aw = burst;
  ++outstanding_;
  beats_.push(burst.beats);
  Response response;
  response.index = command_.index;
  if (bursts_.done()) response.retirement = {true, command_.command.common.signal, command_.index};
  responses_.push(response);
}

template <class Shape>
void Store<Shape>::walk_words() {
  if (rows_.done() || ahead_ == kStoreWords) return;
  out.set().read = {1, rows_.row()};
  out.set().read_index = command_.index;
  rows_.advance();
  ++ahead_;
  requested_ = true;
}

template <class Shape>
void Store<Shape>::receive(std::uint32_t resp) {
  const Response response = responses_.front();
  responses_.pop();
  --outstanding_;
  if (resp != 0) out.set().fault = {arch::ErrorCode::kStoreBus, response.index};
  if (response.retirement.valid) out.set().retire = response.retirement;
}

}  // namespace hb::cycle
