// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The array of R x C processing elements (docs/timing.md section 7).
#pragma once

#include <array>
#include <cstdint>

#include "model/cycle/clocked.hpp"
#include "model/cycle/products.hpp"

namespace hb::cycle {

/// Takes an operand word (R lanes of one row) and a weight row per cycle. PE(r, c) meets lane l of
/// a word c + l cycles after the word came; here all that a word contributes is added R - 1 cycles
/// after it came, when the last of its R weight rows has, and the sums of a finished row are shown
/// C cycles later, when the last column's would be. A tile starts from what the one before left:
/// zeros, or the sums of a CONV with `partial`.
template <class Shape>
class Array : public Clocked<Shape> {
 public:
  Register<ArrayOutputs<Shape>> out{"out"};
  Input<ControlOutputs> control;
  Input<FeedOutputs<Shape>> feed;
  Input<WeightOutputs<Shape>> weights;

  explicit Array(const sc_core::sc_module_name& name) : Clocked<Shape>(name) {}
  void tick();

 private:
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  static constexpr std::size_t kWidth = kColumns < kWidest ? kColumns : kWidest;

  /// A weight row, expanded to pairs.
  using Weights = std::array<std::uint32_t, kPairsInt4 * kColumns>;
  struct Waiting {
    bool valid = false;
    bool last = false;
    bool int4 = false;
    std::uint32_t group = 0;  ///< weight group of the word: 0 or 1
    RowTag tag;
    std::array<std::uint32_t, kRows> word{};
  };
  struct Finished {
    bool valid = false;
    RowTag tag;
    std::array<std::int32_t, kColumns> sums{};
  };

  void show(Finished& row);
  void accept(const Operand<Shape>& operand);
  void accumulate(const Waiting& word);
  template <std::uint32_t Pairs>
  void multiply(const Waiting& word, std::int32_t* sums);

  std::uint32_t now_ = 0;    ///< counts cycles, wraps
  std::uint32_t group_ = 0;  ///< that weight rows go to
  alignas(32) std::array<std::array<Weights, kRows>, 2> weights_{};
  alignas(32) std::array<std::array<std::int32_t, kColumns>, kRows> sums_{};
  std::array<Waiting, kRows> waiting_{};       ///< by cycle modulo R
  std::array<Finished, kColumns> finished_{};  ///< by cycle modulo C
};

template <class Shape>
void Array<Shape>::tick() {
  if (!this->inputs->reset_n || control->clear) {
    out.reset();
    for (Waiting& word : waiting_) word.valid = false;
    for (Finished& row : finished_) row.valid = false;
    sums_ = {};
    return;
  }
  ++now_;
  Finished& row = finished_[now_ % kColumns];
  if (row.valid) {
    show(row);
  } else if (out.next().valid) {
    out.set().valid = false;
  }
  const FeedOutputs<Shape>& fed = feed.read();
  if (fed.operand.valid) accept(fed.operand);
  Waiting& due = waiting_[(now_ + 1) % kRows];
  if (due.valid) accumulate(due);
  due.valid = false;
}

template <class Shape>
void Array<Shape>::show(Finished& row) {
  ArrayOutputs<Shape>& next = out.set();
  next.valid = true;
  next.tag = row.tag;
  next.sums = row.sums;
  row.valid = false;
}

template <class Shape>
void Array<Shape>::accept(const Operand<Shape>& operand) {
  const std::uint32_t row = operand.tag.row;
  if (row == 0) group_ ^= 1;
  Waiting& word = waiting_[now_ % kRows];
  word.valid = true;
  word.last = operand.last;
  const arch::Conv& conv = operand.tag.job->conv;
  word.int4 = conv.precision == arch::Precision::kInt4;
  word.group = group_;
  word.tag = operand.tag;
  word.word = operand.word;
  std::uint32_t* pairs = weights_[group_][row].data();
  if (word.int4) {
    expand<kPairsInt4, kColumns>(weights->row.data(), pairs);
  } else if (conv.narrow_weights) {
    expand_narrow<kColumns>(weights->row.data(), row % 2, pairs);
  } else {
    expand<kPairsInt8, kColumns>(weights->row.data(), pairs);
  }
}

template <class Shape>
void Array<Shape>::accumulate(const Waiting& word) {
  std::array<std::int32_t, kColumns>& sums = sums_[word.tag.row];
  if (word.int4) {
    multiply<kPairsInt4>(word, sums.data());
  } else {
    multiply<kPairsInt8>(word, sums.data());
  }
  if (!word.last) return;
  Finished& row = finished_[now_ % kColumns];
  row.valid = true;
  row.tag = word.tag;
  row.sums = sums;
  if (!word.tag.job->conv.partial) sums.fill(0);
}

template <class Shape>
template <std::uint32_t Pairs>
void Array<Shape>::multiply(const Waiting& word, std::int32_t* sums) {
  std::array<std::uint32_t, Pairs * kRows> activations;
  expand<Pairs, kRows>(word.word.data(), activations.data());
  const std::array<Weights, kRows>& group = weights_[word.group];
  for (std::size_t column = 0; column < kColumns; column += kWidth) {
    Sums<kWidth> lanes(sums + column);
    for (std::size_t lane = 0; lane < kRows; ++lane) {
      for (std::size_t pair = 0; pair < Pairs; ++pair) {
        lanes.add(group[lane].data() + pair * kColumns + column, activations[pair * kRows + lane]);
      }
    }
    lanes.store(sums + column);
  }
}

}  // namespace hb::cycle
