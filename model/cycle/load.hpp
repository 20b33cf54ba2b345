// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The load engine: bursts from memory, beats to a buffer (docs/timing.md section 5).
#pragma once

#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/fifo.hpp"
#include "model/cycle/walker.hpp"

namespace hb::cycle {

template <class Shape>
class Load : public Clocked<Shape> {
 public:
  Register<LoadOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<TokenOutputs> tokens;

  Load(const sc_core::sc_module_name& name, LoadQueue& queue)
      : Clocked<Shape>(name), queue_(queue) {}

  [[nodiscard]] std::uint32_t outstanding() const { return outstanding_; }
  void tick();

 private:
  /// A started command whose beats have not all come.
  struct Arrival {
    RowWalker rows;
    std::uint32_t buffer = 0;
    std::uint32_t parts = 1;  ///< beats per row
    std::uint32_t part = 0;
    Event retirement;
  };

  void reset();
  void front(const arch::Inputs<Shape>& in);
  void start(const Indexed<arch::Transfer>& item);
  void receive(const arch::AxiReadData<Shape>& beat);

  LoadQueue& queue_;
  BurstWalker bursts_;
  std::uint32_t outstanding_ = 0;
  Fifo<Arrival, 2 * kBursts> arrivals_;
};

template <class Shape>
void Load<Shape>::tick() {
  const arch::Inputs<Shape>& in = this->inputs.read();
  if (!in.reset_n || control->clear) {
    reset();
    return;
  }
  const LoadOutputs<Shape>& now = out.read();
  out.end(&LoadOutputs<Shape>::start);
  out.end(&LoadOutputs<Shape>::retire);
  out.end(&LoadOutputs<Shape>::fault);
  if (now.write.valid) out.set().write.valid = 0;
  front(in);
  if (in.load_r.valid) receive(in.load_r);
}

template <class Shape>
void Load<Shape>::reset() {
  out.reset();
  bursts_ = {};
  outstanding_ = 0;
  arrivals_.clear();
}

template <class Shape>
void Load<Shape>::front(const arch::Inputs<Shape>& in) {
  const LoadOutputs<Shape>& now = out.read();
  const bool ar_free = !now.ar.valid || in.load_arready;
  if (now.ar.valid && in.load_arready) out.set().ar = {};
  if (now.working) {
    if (!ar_free || outstanding_ == kBursts) return;
    out.set().ar = bursts_.next();
    ++outstanding_;
    if (bursts_.done()) out.set().working = false;
    return;
  }
  if (queue_.empty() || control->stop) return;
  if ((queue_.front().command.common.wait & ~tokens->available[0]) != 0) return;
  start(queue_.front());
  queue_.pop();
}

template <class Shape>
void Load<Shape>::start(const Indexed<arch::Transfer>& item) {
  const arch::Transfer& command = item.command;
  const bool words = command.buffer == arch::Buffer::kActivation;
  const std::uint32_t row_bytes = words ? Shape::kWordBytes : Shape::kRowBytes;
  bursts_ = BurstWalker(command, row_bytes, Shape::kBusBytes);
  Arrival arrival;
  arrival.rows = RowWalker(command);
  arrival.buffer = static_cast<std::uint32_t>(command.buffer);
  arrival.parts = row_bytes / Shape::kBusBytes;
  arrival.retirement = {true, command.common.signal, item.index};
  arrivals_.push(arrival);
  out.set().working = true;
  out.set().start = {true, command.common.wait, item.index};
}

template <class Shape>
void Load<Shape>::receive(const arch::AxiReadData<Shape>& beat) {
  LoadOutputs<Shape>& next = out.set();
  Arrival& arrival = arrivals_.front();
  next.write.valid = 1;
  next.write.buffer = arrival.buffer;
  next.write.row = arrival.rows.row();
  next.write.part = arrival.part;
  next.write.data = beat.data;
  next.write_index = arrival.retirement.index;
  if (beat.resp != 0) next.fault = {arch::ErrorCode::kLoadBus, arrival.retirement.index};
  if (beat.last) --outstanding_;
  if (++arrival.part < arrival.parts) return;
  arrival.part = 0;
  arrival.rows.advance();
  if (!arrival.rows.done()) return;
  next.retire = arrival.retirement;
  arrivals_.pop();
}

}  // namespace hb::cycle
