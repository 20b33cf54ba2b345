// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Toggled bits, from the registers that the reference leaves out (docs/energy.md section 8).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/arch/activity.hpp"
#include "model/cycle/signals.hpp"
#include "model/cycle/toggles.hpp"

namespace hb::cycle {

/// The chip's probe in builds that do not count.
struct NoActivity {
  template <class Parts>
  void tick(Parts& /*parts*/) {}
};

/// Follows each PE's registers and the buffers' data lines. In the cycle t its tick() adds what
/// toggled at the edge that began t, so counts() of cycle t + 1 end there.
template <class Shape>
class Activity {
 public:
  /// Before the modules' own ticks of the cycle: the buffers are as the edge before left them.
  template <class Parts>
  void tick(Parts& parts);
  [[nodiscard]] const arch::Toggles& counts() const { return counts_; }

 private:
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::uint32_t kColumns = Shape::kColumns;
  /// Cycles after the row's sums are read to bias, shifts, scale, the copy's shifts, its scale.
  static constexpr std::array<std::uint32_t, 5> kParameterReads = {0, 1, 2, 13, 14};
  static constexpr std::uint32_t kReadTiles = kColumns + 15;

  using Word = std::array<std::uint32_t, kRows>;
  using Row = std::array<std::uint32_t, kColumns>;
  struct WeightRead {
    std::uint32_t row = 0;
    bool narrow = false;
    bool upper = false;  ///< of narrow weights: the upper half of the columns' words
  };
  struct TileRead {
    bool valid = false;
    std::uint32_t tile = 0;
  };

  /// A line of registers takes new values: the bits that toggle.
  template <std::size_t Count>
  static std::uint64_t take(std::array<std::uint32_t, Count>& line,
                            const std::array<std::uint32_t, Count>& next) {
    std::uint32_t toggled = 0;
    for (std::size_t i = 0; i < Count; ++i) toggled += ones(line[i] ^ next[i]);
    line = next;
    return toggled;
  }

  void enter(const Operand<Shape>& operand);
  void move();
  template <std::uint32_t Bits>
  void move_row(std::uint32_t row, const Row& operands, const Row& weights);
  void widen();
  void read_weights(const std::vector<std::uint32_t>& words);
  void read_parameters(const std::vector<std::uint32_t>& words);
  template <class Parts>
  void read_banks(const Parts& parts);
  void read_bank(const arch::WordRead& request, const Word& word, arch::Toggle reader);
  void write_beat(const arch::BeatWrite<Shape>& beat);
  void write_word(const arch::WordWrite<Shape>& write, Word& lines);

  arch::Toggles counts_;
  arch::Toggles edge_;  ///< of the edge that ends this cycle

  // PEs, and what is on its way to them.
  std::array<Row, kRows> operands_{};
  std::array<Row, kRows> weights_{};
  std::array<Row, kRows> sums_{};
  std::array<Word, kRows> words_{};            ///< at the left of each row
  std::array<std::uint32_t, kRows> lanes_{};   ///< the next one of it; kRows: none is left
  std::array<bool, kRows + kColumns> ends_{};  ///< a tile's last step was so many moves before
  std::uint32_t moves_ = 0;                    ///< still to come without another word
  bool int4_ = false;

  // Weights' way in: rows that were addressed, the latest first.
  Row top_{};
  Row read_{};
  std::array<WeightRead, kColumns> history_{};
  WeightRead addressed_;
  bool step1_ = false;  ///< a step one cycle before, two
  bool step2_ = false;
  std::uint32_t narrow_left_ = 0;  ///< reads for which a narrow row stays in the history

  // Buffers.
  std::array<TileRead, kReadTiles> tiles_{};  ///< tiles by the cycles since their end
  std::array<Row, 5> parameters_{};           ///< in the order of kParameterReads
  std::array<Word, Shape::kBanks> banks_{};
  arch::WordRead feed_{};  ///< requests of the cycle before
  arch::WordRead store_{};
  arch::WordRead residual_{};
  std::array<std::uint32_t, Shape::kBusBytes / 4> beat_{};
  Word output_{};
  Word copy_{};
};

template <class Shape>
template <class Parts>
void Activity<Shape>::tick(Parts& parts) {
  if (!parts.control.inputs->reset_n) {
    *this = {};
    lanes_.fill(kRows);
    return;
  }
  counts_ += edge_;
  edge_ = {};
  const PostOutputs<Shape>& post = parts.post_processor.out.read();
  const PoolOutputs<Shape>& pool = parts.pool.out.read();
  const Operand<Shape>& operand = parts.feed.out.read().operand;
  read_banks(parts);
  write_beat(parts.load.out.read().write);
  write_word(pool.write.valid ? pool.write : post.output, output_);
  write_word(post.copy, copy_);

  std::copy_backward(tiles_.begin(), tiles_.end() - 1, tiles_.end());
  tiles_[0] = {};
  if (operand.valid) enter(operand);
  const bool moving = moves_ > 0;
  if (parts.control.out.read().clear) {
    operands_ = {};
    sums_ = {};
    lanes_.fill(kRows);
    ends_ = {};
    tiles_ = {};
    moves_ = 0;
    narrow_left_ = 0;
  } else if (moving) {
    move();
  }
  if (moving || step2_) widen();
  if (moving || step2_ || step1_) read_weights(parts.weight_buffer.words());
  read_parameters(parts.parameter_buffer.words());
  step2_ = step1_;
  const Step& step = parts.sequencer.out.read().step;
  step1_ = step.valid;
  addressed_.narrow = false;
  if (step.valid) {
    addressed_ = {step.weight_row, step.job->conv.narrow_weights, step.row % 2 != 0};
  }
}

/// A word at the left of its row: lane l enters the array l moves from now.
template <class Shape>
void Activity<Shape>::enter(const Operand<Shape>& operand) {
  const std::uint32_t row = operand.tag.row;
  const arch::Conv& conv = operand.tag.job->conv;
  counts_[arch::Toggle::kEntry] += take(words_[row], operand.word);
  lanes_[row] = 0;
  moves_ = kRows + kColumns;
  int4_ = conv.precision == arch::Precision::kInt4;
  if (!operand.last || row != kRows - 1) return;
  tiles_[0] = {true, conv.parameter_address + operand.tag.tile};
  ends_[0] = !conv.partial;
}

template <class Shape>
void Activity<Shape>::move() {
  for (std::uint32_t row = kRows; row-- > 0;) {
    Row operands;
    operands[0] = lanes_[row] < kRows ? words_[row][lanes_[row]++] : 0;
    std::copy_n(operands_[row].begin(), kColumns - 1, operands.begin() + 1);
    const Row& weights = row > 0 ? weights_[row - 1] : top_;
    if (int4_) {
      move_row<4>(row, operands, weights);
    } else {
      move_row<8>(row, operands, weights);
    }
  }
  std::copy_backward(ends_.begin(), ends_.end() - 1, ends_.end());
  ends_[0] = false;
  --moves_;
}

template <class Shape>
template <std::uint32_t Bits>
void Activity<Shape>::move_row(std::uint32_t row, const Row& operands, const Row& weights) {
  Row& old_operands = operands_[row];
  Row& old_weights = weights_[row];
  Row sums;
  std::uint32_t active = 0;
  for (std::uint32_t c = 0; c < kColumns; ++c) {
    const std::uint32_t lanes = used_lanes<Bits>(operands[c] | old_operands[c]) &
                                used_lanes<Bits>(weights[c] | old_weights[c]);
    active +=
        ones((operands[c] ^ old_operands[c]) & lanes) + ones((weights[c] ^ old_weights[c]) & lanes);
    sums[c] = sums_[row][c] + products<Bits>(operands[c], weights[c]);
  }
  for (std::uint32_t c = 0; c < kColumns; ++c) {
    if (ends_[row + c]) sums[c] = 0;
  }
  edge_[Bits == 4 ? arch::Toggle::kActiveInt4 : arch::Toggle::kActiveInt8] += active;
  edge_[arch::Toggle::kOperand] += take(old_operands, operands);
  edge_[arch::Toggle::kWeight] += take(old_weights, weights);
  edge_[arch::Toggle::kAccumulator] += take(sums_[row], sums);
}

/// What was read goes above the columns, narrow weights as bytes.
template <class Shape>
void Activity<Shape>::widen() {
  Row next = read_;
  for (std::uint32_t c = 0; narrow_left_ > 0 && c < kColumns; ++c) {
    if (!history_[c].narrow) continue;
    const std::uint32_t nibbles = history_[c].upper ? read_[c] >> 16 : read_[c] & 0xFFFF;
    next[c] = 0;
    for (std::uint32_t lane = 0; lane < 4; ++lane) {
      const std::uint32_t nibble = nibbles >> (4 * lane) & 0xF;
      next[c] |= (nibble < 8 ? nibble : nibble | 0xF0) << (8 * lane);
    }
  }
  edge_[arch::Toggle::kEntry] += take(top_, next);
}

/// Column c reads the row that was addressed c reads before.
template <class Shape>
void Activity<Shape>::read_weights(const std::vector<std::uint32_t>& words) {
  std::copy_backward(history_.begin(), history_.end() - 1, history_.end());
  history_[0] = addressed_;
  if (addressed_.narrow) {
    narrow_left_ = kColumns;
  } else if (narrow_left_ > 0) {
    --narrow_left_;
  }
  Row next;
  for (std::uint32_t c = 0; c < kColumns; ++c) {
    next[c] = words[std::size_t{history_[c].row} * kColumns + c];
  }
  edge_[arch::Toggle::kWeightRead] += take(read_, next);
}

/// Bias, shifts and scale of a tile; 13 cycles after the bias the copy's.
template <class Shape>
void Activity<Shape>::read_parameters(const std::vector<std::uint32_t>& words) {
  constexpr std::array<std::uint32_t, 5> kRowOf = {0, 2, 1, 2, 3};
  for (std::size_t i = 0; i < kParameterReads.size(); ++i) {
    const TileRead& read = tiles_[kColumns + kParameterReads[i]];
    if (!read.valid) continue;
    const std::uint32_t tile = read.tile % Shape::kParameterTiles;
    const auto row = words.begin() + (std::size_t{tile} * 4 + kRowOf[i]) * kColumns;
    Row next;
    for (std::uint32_t c = 0; c < kColumns; ++c) {
      const std::uint32_t word = row[c];
      next[c] = i == 1 ? word & 0xFFFF : i == 3 ? word >> 16 : word;
    }
    edge_[arch::Toggle::kParameterRead] += take(parameters_[i], next);
  }
}

/// What the requests of the cycle before have brought. Of two at one bank the first one reads.
template <class Shape>
template <class Parts>
void Activity<Shape>::read_banks(const Parts& parts) {
  const ActivationOutputs<Shape>& words = parts.activation_buffer.out.read();
  const auto taken = [](const arch::WordRead& first, const arch::WordRead& second) {
    return first.valid && first.address / Shape::kBankWords == second.address / Shape::kBankWords;
  };
  read_bank(feed_, words.feed_word, arch::Toggle::kFeedRead);
  if (!taken(feed_, store_)) read_bank(store_, words.store_word, arch::Toggle::kStoreRead);
  if (!taken(feed_, residual_) && !taken(store_, residual_)) {
    read_bank(residual_, words.residual_word, arch::Toggle::kResidualRead);
  }
  const arch::WordRead& pooled = parts.pool.out.read().read;
  feed_ = pooled.valid ? pooled : parts.feed.out.read().read;
  store_ = parts.store.out.read().read;
  residual_ = parts.post_processor.out.read().residual;
}

template <class Shape>
void Activity<Shape>::read_bank(const arch::WordRead& request, const Word& word,
                                arch::Toggle reader) {
  if (request.valid) counts_[reader] += take(banks_[request.address / Shape::kBankWords], word);
}

template <class Shape>
void Activity<Shape>::write_beat(const arch::BeatWrite<Shape>& beat) {
  if (!beat.valid) return;
  const std::uint64_t toggled = take(beat_, beat.data);
  switch (static_cast<arch::Buffer>(beat.buffer)) {
    case arch::Buffer::kActivation:
      counts_[arch::Toggle::kActivationLoad] += toggled;
      break;
    case arch::Buffer::kWeight:
      counts_[arch::Toggle::kWeightLoad] += toggled;
      break;
    default:
      counts_[arch::Toggle::kParameterLoad] += toggled;
  }
}

/// Lines of bytes that are not written hold still.
template <class Shape>
void Activity<Shape>::write_word(const arch::WordWrite<Shape>& write, Word& lines) {
  if (!write.valid) return;
  Word next = lines;
  for (std::uint32_t byte = 0; byte < Shape::kWordBytes; ++byte) {
    if ((write.mask[byte / 32] >> byte % 32 & 1) == 0) continue;
    const std::uint32_t bits = 0xFFU << (8 * (byte % 4));
    next[byte / 4] = (next[byte / 4] & ~bits) | (write.data[byte / 4] & bits);
  }
  counts_[arch::Toggle::kOutputWrite] += take(lines, next);
}

}  // namespace hb::cycle
