// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How LOAD and STORE walk over memory (bursts) and over a buffer (rows).
#pragma once

#include <algorithm>
#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/arch/ports.hpp"

namespace hb::cycle {

/// The bursts of one transfer: none crosses a segment's end or a 4 KB border, none is longer than
/// 256 beats.
class BurstWalker {
 public:
  BurstWalker() = default;
  BurstWalker(const arch::Transfer& command, std::uint32_t row_bytes, std::uint32_t bus_bytes)
      : bus_bytes_(bus_bytes),
        segment_beats_(command.rows * (row_bytes / bus_bytes)),
        stride_(command.memory_stride),
        segment_address_(command.memory_address),
        address_(command.memory_address),
        beats_left_(segment_beats_),
        segments_left_(command.segments) {}

  [[nodiscard]] bool done() const { return segments_left_ == 0; }

  /// The next burst; not when done().
  [[nodiscard]] arch::AxiAddress next() {
    const std::uint32_t to_border = (kBorder - address_ % kBorder) / bus_bytes_;
    const std::uint32_t beats = std::min({beats_left_, to_border, kLongest});
    const arch::AxiAddress burst{1, address_, beats};
    address_ += beats * bus_bytes_;
    beats_left_ -= beats;
    if (beats_left_ == 0) {
      --segments_left_;
      segment_address_ += stride_;
      address_ = segment_address_;
      beats_left_ = segment_beats_;
    }
    return burst;
  }

 private:
  static constexpr std::uint32_t kBorder = 4096;
  static constexpr std::uint32_t kLongest = 256;

  std::uint32_t bus_bytes_ = 1;
  std::uint32_t segment_beats_ = 0;
  std::uint32_t stride_ = 0;
  std::uint32_t segment_address_ = 0;
  std::uint32_t address_ = 0;
  std::uint32_t beats_left_ = 0;
  std::uint32_t segments_left_ = 0;
};

/// The buffer rows of one transfer, segment by segment.
class RowWalker {
 public:
  RowWalker() = default;
  explicit RowWalker(const arch::Transfer& command)
      : rows_(command.rows),
        stride_(command.buffer_stride),
        segment_row_(command.buffer_address),
        row_(command.buffer_address),
        rows_left_(command.rows),
        segments_left_(command.segments) {}

  [[nodiscard]] bool done() const { return segments_left_ == 0; }
  [[nodiscard]] std::uint32_t row() const { return row_; }
  void advance() {
    ++row_;
    if (--rows_left_ != 0) return;
    --segments_left_;
    segment_row_ += stride_;
    row_ = segment_row_;
    rows_left_ = rows_;
  }

 private:
  std::uint32_t rows_ = 0;
  std::uint32_t stride_ = 0;
  std::uint32_t segment_row_ = 0;
  std::uint32_t row_ = 0;
  std::uint32_t rows_left_ = 0;
  std::uint32_t segments_left_ = 0;
};

}  // namespace hb::cycle
