// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cost/bursts.hpp"

#include <algorithm>

namespace hb::cost {

namespace {

constexpr std::uint32_t kBorder = 4096;   // bytes; an AXI burst never crosses a multiple of it
constexpr std::uint32_t kMaxBeats = 256;  // of an AXI burst

}  // namespace

Bursts::Bursts(const arch::Transfer& command, const arch::Machine& machine)
    : bus_bytes_(machine.bus_bytes),
      memory_stride_(command.memory_stride),
      segment_beats_(command.rows * (row_bytes(command.buffer, machine) / machine.bus_bytes)),
      total_beats_(std::uint64_t{segment_beats_} * command.segments),
      segment_address_(command.memory_address),
      address_(command.memory_address),
      beats_left_(segment_beats_),
      segments_left_(command.segments) {}

std::uint32_t Bursts::next() {
  const auto to_border = static_cast<std::uint32_t>((kBorder - address_ % kBorder) / bus_bytes_);
  const std::uint32_t beats = std::min({beats_left_, to_border, kMaxBeats});
  beats_left_ -= beats;
  address_ += std::uint64_t{beats} * bus_bytes_;
  if (beats_left_ == 0) {
    --segments_left_;
    segment_address_ += memory_stride_;
    address_ = segment_address_;
    beats_left_ = segment_beats_;
  }
  return beats;
}

}  // namespace hb::cost
