// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A deterministic memory at the machine's AXI ports, as docs/timing.md has it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/ports.hpp"

namespace hb::cycle::test {

using Image = std::vector<std::uint8_t>;

/// Where a bus error is injected: the n-th beat (or response) of a port; none by default.
inline constexpr std::uint64_t kNever = ~std::uint64_t{0};

[[nodiscard]] inline std::uint32_t word_at(const Image& image, std::size_t address) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4 && address + i < image.size(); ++i) {
    word |= std::uint32_t{image[address + i]} << (8 * i);
  }
  return word;
}

/// One read port: AR always ready, beats in order, `latency` after the address and
/// `cycles_per_beat` apart.
class ReadPort {
 public:
  std::uint64_t bad_beat = kNever;

  void reset(const arch::MemoryTiming& timing) {
    *this = {};
    timing_ = timing;
  }

  /// From what is visible in t (AR) to the beat visible in t + 1.
  template <class Data>
  void step(std::uint64_t t, const arch::AxiAddress& ar, const Image& image, Data& r) {
    if (ar.valid) bursts_.push_back({ar.address, ar.beats, t + timing_.latency});
    r = {};
    if (bursts_.empty() || bursts_.front().due > t + 1 || next_ > t + 1) return;
    Burst& burst = bursts_.front();
    r.valid = 1;
    r.last = burst.beats == 1;
    r.resp = count_++ == bad_beat ? 2 : 0;
    for (std::size_t i = 0; i < r.data.size(); ++i)
      r.data[i] = word_at(image, burst.address + 4 * i);
    burst.address += static_cast<std::uint32_t>(4 * r.data.size());
    next_ = t + 1 + timing_.cycles_per_beat;
    if (--burst.beats == 0) bursts_.pop_front();
  }

 private:
  struct Burst {
    std::uint32_t address;
    std::uint32_t beats;
    std::uint64_t due;
  };
  arch::MemoryTiming timing_;
  std::deque<Burst> bursts_;
  std::uint64_t next_ = 0;
  std::uint64_t count_ = 0;
};

/// The write port: AW always ready, beats `cycles_per_beat` apart, B `latency` after a burst's last
/// beat.
class WritePort {
 public:
  std::uint64_t bad_response = kNever;

  void reset(const arch::MemoryTiming& timing) {
    *this = {};
    timing_ = timing;
  }

  template <class Shape>
  void step(std::uint64_t t, const arch::Outputs<Shape>& out, Image& image,
            arch::Inputs<Shape>& in) {
    if (out.store_aw.valid) addresses_.push_back(out.store_aw.address);
    if (out.store_w.valid && in.store_wready) take(t, out.store_w, image);
    in.store_awready = 1;
    in.store_wready = next_ <= t + 1;
    in.store_bvalid = !responses_.empty() && responses_.front() <= t + 1;
    in.store_bresp = 0;
    if (!in.store_bvalid) return;
    responses_.pop_front();
    in.store_bresp = count_++ == bad_response ? 2 : 0;
  }

 private:
  template <class Data>
  void take(std::uint64_t t, const Data& w, Image& image) {
    for (std::size_t i = 0; i < 4 * w.data.size(); ++i) {
      image.at(addresses_.front() + i) = static_cast<std::uint8_t>(w.data[i / 4] >> (8 * (i % 4)));
    }
    addresses_.front() += static_cast<std::uint32_t>(4 * w.data.size());
    next_ = t + timing_.cycles_per_beat;
    if (!w.last) return;
    addresses_.pop_front();
    responses_.push_back(t + timing_.latency);
  }

  arch::MemoryTiming timing_;
  std::deque<std::uint32_t> addresses_;
  std::deque<std::uint64_t> responses_;
  std::uint64_t next_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace hb::cycle::test
