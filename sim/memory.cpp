// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/memory.hpp"

#include <cstring>
#include <limits>
#include <utility>

namespace hb::sim {

MemoryImage::MemoryImage(std::vector<std::uint8_t> bytes, std::uint32_t limit)
    : bytes_(std::move(bytes)), limit_(limit) {}

void MemoryImage::grow(std::uint32_t address, std::uint64_t size) {
  if (address + size > bytes_.size()) {
    bytes_.resize(address + size);
  }
}

void MemoryImage::read(std::uint32_t address, void* data, std::size_t size) const {
  if (address + size <= bytes_.size()) {
    std::memcpy(data, bytes_.data() + address, size);
    return;
  }
  std::memset(data, 0, size);
  if (address < bytes_.size()) {
    std::memcpy(data, bytes_.data() + address, bytes_.size() - address);
  }
}

void MemoryImage::write(std::uint32_t address, const void* data, std::size_t size) {
  if (address < bytes_.size()) {
    std::memcpy(bytes_.data() + address, data, std::min(size, bytes_.size() - address));
  }
}

Responses::Responses(Port port, const std::vector<BusFault>& faults) {
  for (const BusFault& fault : faults) {
    if (fault.port == port) {
      faults_.push_back(fault);
    }
  }
  std::sort(faults_.begin(), faults_.end(),
            [](const BusFault& a, const BusFault& b) { return a.beat < b.beat; });
  next_fault_ = faults_.empty() ? std::numeric_limits<std::uint64_t>::max() : faults_[0].beat;
}

std::uint32_t Responses::faulty(std::uint64_t beat) {
  const std::uint32_t response = faults_[position_].response;
  while (position_ < faults_.size() && faults_[position_].beat <= beat) {
    ++position_;
  }
  next_fault_ = position_ < faults_.size() ? faults_[position_].beat
                                           : std::numeric_limits<std::uint64_t>::max();
  return response;
}

void WritePort::take(Cycles t, const void* data, std::size_t size, MemoryImage& image) {
  Burst& burst = bursts_.front();
  image.write(burst.address, data, size);
  burst.address += static_cast<std::uint32_t>(size);
  next_beat_ = t + timing_.cycles_per_beat;
  ++beats_;
  if (--burst.beats == 0) {
    bursts_.pop();
    answers_.push(t + stalls_.latency(Channel::kStoreB, t, timing_.latency));
  }
}

}  // namespace hb::sim
