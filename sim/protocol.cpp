// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/protocol.hpp"

namespace hb::sim {

void AddressChecker::check_held(Cycles t, const arch::AxiAddress& now) {
  if (now.valid == 0 || now.address != last_.address || now.beats != last_.beats) {
    violations->add(t, "{}: valid or payload changed before ready", name_);
  }
}

void AddressChecker::check_burst(Cycles t, const arch::AxiAddress& now) {
  const std::uint64_t size = std::uint64_t{now.beats} * bus_bytes_;
  if (now.beats == 0 || now.beats > kMostBeats) {
    violations->add(t, "{}: burst of {} beats (expected 1..{})", name_, now.beats, kMostBeats);
  }
  if (now.address % bus_bytes_ != 0) {
    violations->add(t, "{}: address {:#x} is not a multiple of the bus width {}", name_,
                    now.address, bus_bytes_);
  }
  if (now.address % kBorder + size > kBorder) {
    violations->add(t, "{}: burst at {:#x} of {} bytes crosses a 4 KB border", name_, now.address,
                    size);
  }
  if (!image->contains(now.address, size)) {
    violations->add(t, "{}: burst at {:#x} of {} bytes passes the memory limit", name_, now.address,
                    size);
  }
  if (++outstanding_ > static_cast<int>(kMostBursts)) {
    violations->add(t, "{}: {} bursts outstanding (expected at most {})", name_, outstanding_,
                    kMostBursts);
  }
}

void WriteDataChecker::check_beat(Cycles t, bool last, bool ready, const arch::AxiAddress& aw,
                                  Violations& violations) {
  if (bursts_.empty() && aw.valid == 0) {
    violations.add(t, "store W: data before its address");
    return;
  }
  const std::uint32_t left = bursts_.empty() ? aw.beats : bursts_.front();
  if (last != (left == 1)) {
    violations.add(t, "store W: last is {} with {} beats left in the burst", last ? 1 : 0, left);
  }
  if (ready && !bursts_.empty() && --bursts_.front() == 0) {
    bursts_.pop();
  }
}

}  // namespace hb::sim
