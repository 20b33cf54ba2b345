// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The activation buffer: banks with one read and one write port each, and their conflicts.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

/// A read request visible in t shows its word in t + 1, as it was before the writes visible in t. A
/// bank is a range of consecutive words. Who loses a bank's read port sees the winner's word.
template <class Shape>
class ActivationBuffer : public Clocked<Shape> {
 public:
  Register<ActivationOutputs<Shape>> out{"out"};
  Input<FeedOutputs<Shape>> feed;
  Input<StoreOutputs<Shape>> store;
  Input<LoadOutputs<Shape>> load;
  Input<PostOutputs<Shape>> post;
  Input<PoolOutputs<Shape>> pool;  ///< has the feed's read port and the output's write port

  explicit ActivationBuffer(const sc_core::sc_module_name& name)
      : Clocked<Shape>(name), words_(std::size_t{Shape::kActivationWords} * Shape::kRows) {}

  [[nodiscard]] std::vector<std::uint32_t>& words() { return words_; }
  void tick();

 private:
  static constexpr std::uint32_t kNoBank = Shape::kBanks;

  using Word = std::array<std::uint32_t, Shape::kRows>;

  void read();
  void write();
  void fetch(std::uint32_t address, Word& word) const;
  void write_beat(const arch::BeatWrite<Shape>& beat);
  void write_word(const arch::WordWrite<Shape>& word);
  void conflict(std::uint32_t index);
  [[nodiscard]] static std::uint32_t bank(std::uint32_t address) {
    return address / Shape::kBankWords;
  }
  /// True if `winner` takes the port that a valid `later` asks for.
  [[nodiscard]] static bool beats(const arch::WordRead& winner, const arch::WordRead& later) {
    return winner.valid && bank(winner.address) == bank(later.address);
  }

  std::vector<std::uint32_t> words_;
};

template <class Shape>
void ActivationBuffer<Shape>::tick() {
  out.end(&ActivationOutputs<Shape>::fault);
  if (this->inputs->reset_n) {
    read();
    write();
  }
}

/// Raises BANK_CONFLICT; the first loser of the cycle is the one that is named.
template <class Shape>
void ActivationBuffer<Shape>::conflict(std::uint32_t index) {
  if (out.next().fault.code != arch::ErrorCode::kNone) return;
  out.set().fault = {arch::ErrorCode::kBankConflict, index};
}

template <class Shape>
void ActivationBuffer<Shape>::read() {
  const arch::WordRead& fed = pool->read.valid ? pool->read : feed->read;
  const arch::WordRead& stored = store->read;
  const arch::WordRead& residual = post->residual;
  if (fed.valid) fetch(fed.address, out.set().feed_word);
  if (stored.valid) {
    const bool lost = beats(fed, stored);
    if (lost) conflict(store->read_index);
    fetch(lost ? fed.address : stored.address, out.set().store_word);
  }
  if (residual.valid) {
    const bool fed_wins = beats(fed, residual);
    const bool lost = fed_wins || beats(stored, residual);
    const arch::WordRead& winner = fed_wins ? fed : stored;
    if (lost) conflict(post->residual_index);
    fetch(lost ? winner.address : residual.address, out.set().residual_word);
  }
}

template <class Shape>
void ActivationBuffer<Shape>::fetch(std::uint32_t address, Word& word) const {
  std::copy_n(words_.begin() + std::size_t{address} * Shape::kRows, Shape::kRows, word.begin());
}

template <class Shape>
void ActivationBuffer<Shape>::write() {
  const arch::BeatWrite<Shape>& beat = load->write;
  const bool pooled = pool->write.valid;
  const arch::WordWrite<Shape>& output = pooled ? pool->write : post->output;
  const arch::WordWrite<Shape>& copy = post->copy;
  std::uint32_t load_bank = kNoBank;
  std::uint32_t output_bank = kNoBank;
  if (beat.valid && beat.buffer == static_cast<std::uint32_t>(arch::Buffer::kActivation)) {
    load_bank = bank(beat.row);
    write_beat(beat);
  }
  if (output.valid) {
    output_bank = bank(output.address);
    if (output_bank == load_bank) {
      conflict(pooled ? pool->index : post->output_index);
    } else {
      write_word(output);
    }
  }
  if (copy.valid) {
    const std::uint32_t copy_bank = bank(copy.address);
    if (copy_bank == load_bank || copy_bank == output_bank) {
      conflict(post->copy_index);
    } else {
      write_word(copy);
    }
  }
}

template <class Shape>
void ActivationBuffer<Shape>::write_beat(const arch::BeatWrite<Shape>& beat) {
  const std::size_t first =
      std::size_t{beat.row} * Shape::kRows + beat.part * (Shape::kBusBytes / 4);
  std::copy(beat.data.begin(), beat.data.end(), words_.begin() + first);
}

template <class Shape>
void ActivationBuffer<Shape>::write_word(const arch::WordWrite<Shape>& word) {
  std::uint32_t* target = words_.data() + std::size_t{word.address} * Shape::kRows;
  for (std::uint32_t lane = 0; lane < Shape::kRows; ++lane) {
    const std::uint32_t bits = word.mask[lane / 8] >> (4 * (lane % 8));
    std::uint32_t bytes = 0;
    for (std::uint32_t i = 0; i < 4; ++i) bytes |= (bits >> i & 1) * (0xFFU << (8 * i));
    target[lane] = (target[lane] & ~bytes) | (word.data[lane] & bytes);
  }
}

}  // namespace hb::cycle
