// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The memory behind the machine's three AXI ports (docs/timing.md sections 3, 5 and 6), one step
// per cycle.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/ports.hpp"
#include "sim/options.hpp"
#include "sim/stalls.hpp"

namespace hb::sim {

/// Bytes from address 0. Bytes past the end read as 0; a store past the end grows the image up to
/// the limit.
class MemoryImage {
 public:
  MemoryImage(std::vector<std::uint8_t> bytes, std::uint32_t limit);

  /// Whether all of [address, address + size) may be touched.
  [[nodiscard]] bool contains(std::uint32_t address, std::uint64_t size) const {
    return address + size <= std::uint64_t{limit_} + 1;
  }
  /// Makes room for stores to [address, address + size), which must be contained.
  void grow(std::uint32_t address, std::uint64_t size);
  void read(std::uint32_t address, void* data, std::size_t size) const;
  /// Bytes past the room that grow() made are dropped.
  void write(std::uint32_t address, const void* data, std::size_t size);
  [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::uint32_t limit_;
};

/// FIFO of up to `Capacity` (a power of two) entries without allocation.
template <class T, std::size_t Capacity>
class Ring {
 public:
  [[nodiscard]] bool empty() const { return head_ == tail_; }
  [[nodiscard]] std::size_t size() const { return tail_ - head_; }
  [[nodiscard]] bool full() const { return size() == Capacity; }
  [[nodiscard]] T& front() { return entries_[head_ % Capacity]; }
  [[nodiscard]] const T& front() const { return entries_[head_ % Capacity]; }
  [[nodiscard]] const T& back() const { return entries_[(tail_ - 1) % Capacity]; }
  void push(const T& entry) { entries_[tail_++ % Capacity] = entry; }
  void pop() { ++head_; }

 private:
  std::array<T, Capacity> entries_{};
  std::size_t head_ = 0;
  std::size_t tail_ = 0;
};

inline constexpr std::size_t kPortBursts = 32;  ///< bursts a port can hold; the machine may have 16

/// Responses of one port in order: OKAY but for the injected faults.
class Responses {
 public:
  Responses(Port port, const std::vector<BusFault>& faults);
  [[nodiscard]] std::uint32_t next() {
    const std::uint64_t beat = count_++;
    return beat < next_fault_ ? 0 : faulty(beat);
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  [[nodiscard]] std::uint32_t faulty(std::uint64_t beat);

  std::vector<BusFault> faults_;  ///< of this port, ascending
  std::size_t position_ = 0;
  std::uint64_t next_fault_;
  std::uint64_t count_ = 0;
};

/// Bursts of a read port and when their next beat may be shown.
class ReadPort {
 public:
  ReadPort(Port port, Channel address, Channel data, const RunOptions& options)
      : address_channel_(address),
        data_channel_(data),
        timing_(options.memory.timing),
        stalls_(options.memory.stall_seed),
        responses_(port, options.faults) {}

  /// From what is visible in t (the machine's AR and rready; `arready` and `r`, ours) to `arready`
  /// and `r` in t + 1.
  template <class ReadData>
  void step(Cycles t, const arch::AxiAddress& ar, bool rready, const MemoryImage& image,
            std::uint32_t& arready, ReadData& r) {
    if (r.valid != 0 && rready) {
      r = {};
    }
    if (ar.valid != 0 && arready != 0) {
      bursts_.push({ar.address, ar.beats, t + stalls_.latency(data_channel_, t, timing_.latency)});
    }
    if (r.valid == 0 && !bursts_.empty() && bursts_.front().due <= t + 1 && next_beat_ <= t + 1 &&
        !stalls_.stalled(data_channel_, t + 1)) {
      show(t + 1, image, r);
    }
    arready = bursts_.size() < kPortBursts - 1 && !stalls_.stalled(address_channel_, t + 1);
  }
  [[nodiscard]] std::uint64_t beats() const { return responses_.count(); }

 private:
  struct Burst {
    std::uint32_t address;
    std::uint32_t beats;  ///< left
    Cycles due;           ///< earliest cycle of the first beat
  };

  template <class ReadData>
  void show(Cycles t, const MemoryImage& image, ReadData& r) {
    Burst& burst = bursts_.front();
    r.valid = 1;
    r.resp = responses_.next();
    r.last = burst.beats == 1;
    image.read(burst.address, r.data.data(), sizeof(r.data));
    burst.address += static_cast<std::uint32_t>(sizeof(r.data));
    next_beat_ = t + timing_.cycles_per_beat;
    if (--burst.beats == 0) {
      bursts_.pop();
    }
  }

  Channel address_channel_;
  Channel data_channel_;
  arch::MemoryTiming timing_;
  Stalls stalls_;
  Responses responses_;
  Ring<Burst, kPortBursts> bursts_;
  Cycles next_beat_ = 0;
};

/// Bursts of the store port, the beats they still want, and their responses.
class WritePort {
 public:
  explicit WritePort(const RunOptions& options)
      : timing_(options.memory.timing),
        stalls_(options.memory.stall_seed),
        responses_(Port::kStore, options.faults) {}

  /// From what is visible in t to what `inputs` shows in t + 1.
  template <class Outputs, class Inputs>
  void step(Cycles t, const Outputs& outputs, MemoryImage& image, Inputs& inputs) {
    if (inputs.store_bvalid != 0 && outputs.store_bready != 0) {
      inputs.store_bvalid = 0;
      inputs.store_bresp = 0;
    }
    if (outputs.store_w.valid != 0 && inputs.store_wready != 0) {
      take(t, outputs.store_w.data.data(), sizeof(outputs.store_w.data), image);
    }
    if (outputs.store_aw.valid != 0 && inputs.store_awready != 0) {
      bursts_.push({outputs.store_aw.address, outputs.store_aw.beats});
    }
    if (inputs.store_bvalid == 0 && !answers_.empty() && answers_.front() <= t + 1 &&
        !stalls_.stalled(Channel::kStoreB, t + 1)) {
      answers_.pop();
      inputs.store_bvalid = 1;
      inputs.store_bresp = responses_.next();
    }
    inputs.store_wready =
        !bursts_.empty() && next_beat_ <= t + 1 && !stalls_.stalled(Channel::kStoreW, t + 1);
    inputs.store_awready = bursts_.size() + answers_.size() < kPortBursts - 1 &&
                           !stalls_.stalled(Channel::kStoreAw, t + 1);
  }
  [[nodiscard]] std::uint64_t beats() const { return beats_; }

 private:
  struct Burst {
    std::uint32_t address;
    std::uint32_t beats;  ///< left
  };

  void take(Cycles t, const void* data, std::size_t size, MemoryImage& image);

  arch::MemoryTiming timing_;
  Stalls stalls_;
  Responses responses_;
  Ring<Burst, kPortBursts> bursts_;    ///< accepted, data not complete
  Ring<Cycles, kPortBursts> answers_;  ///< earliest cycle of each response
  Cycles next_beat_ = 0;
  std::uint64_t beats_ = 0;
};

/// All three ports over one image. They are independent of each other but for the bytes.
template <class Shape>
class Memory {
 public:
  Memory(MemoryImage image, const RunOptions& options)
      : image_(std::move(image)),
        fetch_(Port::kFetch, Channel::kFetchAr, Channel::kFetchR, options),
        load_(Port::kLoad, Channel::kLoadAr, Channel::kLoadR, options),
        store_(options) {}

  /// `inputs`' memory side: what is visible in t on entry, in t + 1 on return. Cycles must be
  /// consecutive.
  void step(Cycles t, const arch::Outputs<Shape>& outputs, arch::Inputs<Shape>& inputs) {
    if (outputs.store_aw.valid != 0 && inputs.store_awready != 0) {
      accept_store(outputs.store_aw);
    }
    fetch_.step(t, outputs.fetch_ar, outputs.fetch_rready != 0, image_, inputs.fetch_arready,
                inputs.fetch_r);
    load_.step(t, outputs.load_ar, outputs.load_rready != 0, image_, inputs.load_arready,
               inputs.load_r);
    store_.step(t, outputs, image_, inputs);
  }

  [[nodiscard]] MemoryImage& image() { return image_; }
  [[nodiscard]] std::uint64_t fetch_beats() const { return fetch_.beats(); }
  [[nodiscard]] std::uint64_t load_beats() const { return load_.beats(); }
  [[nodiscard]] std::uint64_t store_beats() const { return store_.beats(); }

 private:
  void accept_store(const arch::AxiAddress& aw) {
    const std::uint64_t size = std::uint64_t{aw.beats} * Shape::kBusBytes;
    if (image_.contains(aw.address, size)) {
      image_.grow(aw.address, size);
    }
  }

  MemoryImage image_;
  ReadPort fetch_;
  ReadPort load_;
  WritePort store_;
};

}  // namespace hb::sim
