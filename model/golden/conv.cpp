// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/conv.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "model/golden/post_processor.hpp"
#include "model/golden/reads.hpp"
#include "model/golden/sums.hpp"
#include "model/golden/words.hpp"

namespace hb::golden {
namespace {

using arch::Buffer;
using arch::Conv;
using arch::Machine;

constexpr std::size_t kBlockElements = std::size_t{1} << 22;  ///< of patches held at once

/// The input strip with 16-bit elements, and the operands of output pixels made from it.
class Patches {
 public:
  Patches(const Conv& conv, const BufferBytes& activations)
      : conv_(conv),
        word_(elements_of(conv.precision, activations.row_bytes())),
        plane_(std::size_t{conv.input_height} * conv.input_width),
        strip_(plane_ * conv.channel_words * word_),
        pad_(word_) {
    const std::vector<std::uint8_t> pad_bytes(activations.row_bytes(), conv.pad_value);
    widen(conv.precision, pad_bytes.data(), pad_bytes.size(), pad_.data());
    for (std::size_t cw = 0; cw < conv.channel_words; ++cw) {
      const auto* words =
          activations.row(conv.input_address + std::uint64_t{cw} * conv.input_plane);
      widen(conv.precision, words, plane_ * activations.row_bytes(), &strip_[cw * plane_ * word_]);
    }
  }

  /// Elements of one pixel's operand words.
  [[nodiscard]] std::size_t length() const {
    return word_ * conv_.channel_words * conv_.kernel_height * conv_.kernel_width;
  }

  /// All operand words of output pixel `q`, in the order of docs/commands.md.
  void gather(std::uint64_t q, std::int16_t* to) const {
    const std::int64_t top =
        static_cast<std::int64_t>(q / conv_.output_width) * conv_.stride_y - conv_.pad_top;
    const std::int64_t left =
        static_cast<std::int64_t>(q % conv_.output_width) * conv_.stride_x - conv_.pad_left;
    for (std::size_t cw = 0; cw < conv_.channel_words; ++cw) {
      for (std::int64_t y = top; y < top + conv_.kernel_height; ++y) {
        to = gather_row(cw, y, left, to);
      }
    }
  }

 private:
  std::int16_t* gather_row(std::size_t cw, std::int64_t y, std::int64_t left,
                           std::int16_t* to) const {
    const std::int64_t width = conv_.input_width;
    const bool inside = y >= 0 && y < conv_.input_height;
    for (std::int64_t x = left; x < left + conv_.kernel_width; ++x) {
      const bool exists = inside && x >= 0 && x < width;
      const std::int64_t pixel = exists ? y * width + x : 0;
      const std::int16_t* word =
          exists ? &strip_[(cw * plane_ + static_cast<std::size_t>(pixel)) * word_] : pad_.data();
      std::memcpy(to, word, word_ * sizeof *to);
      to += word_;
    }
    return to;
  }

  const Conv& conv_;
  std::size_t word_;   ///< elements of a word
  std::size_t plane_;  ///< words of a channel word's image
  std::vector<std::int16_t> strip_;
  std::vector<std::int16_t> pad_;
};

/// One step's weights of a column, 32 bits; of narrow weights 16.
void widen_weights(const Conv& conv, const std::uint8_t* bytes, std::int16_t* elements) {
  if (conv.narrow_weights) {
    widen_int4(bytes, 2, elements);
  } else {
    widen(conv.precision, bytes, 4, elements);
  }
}

/// Tile `n`'s weights: row c holds column c's weights in the order of a pixel's operands.
void gather_weights(const Machine& machine, const Conv& conv, std::uint64_t n,
                    const BufferBytes& buffer, Operands& weights) {
  const std::uint64_t steps_per_row = conv.narrow_weights ? 2 : 1;
  const std::size_t lane = elements_of(conv.precision, 4);
  const std::uint64_t start = conv.weight_address + n * conv.tile_weight_rows(machine);
  for (std::uint64_t t = 0; t < conv.tile_steps(machine); ++t) {
    const std::uint64_t i = conv.repeat ? t % machine.rows : t;
    const std::uint8_t* row = buffer.row(start + i / steps_per_row) + i % steps_per_row * 2;
    for (std::size_t c = 0; c < machine.columns; ++c) {
      widen_weights(conv, row + 4 * c, weights.row(c) + t * lane);
    }
  }
}

/// Makes a CONV's first tile start from the sums in the array, and leaves there what the next
/// CONV's starts from: 0, or a partial CONV's sums.
class ArraySums {
 public:
  ArraySums(const Machine& machine, const Conv& conv, std::vector<std::uint32_t>& held)
      : columns_(machine.columns), partial_(conv.partial), held_(held), carried_(held) {
    if (!partial_) std::fill(held_.begin(), held_.end(), 0U);
  }

  /// `sums`: of `count` pixels of tile 0, the first of them pixel `first`. Rows of the array
  /// without a pixel keep what they hold.
  void carry(std::uint64_t first, std::size_t count, std::uint32_t* sums) {
    const std::uint64_t begin = first * columns_;
    const std::uint64_t end = std::min<std::uint64_t>((first + count) * columns_, carried_.size());
    for (std::uint64_t i = begin; i < end; ++i) {
      sums[i - begin] += carried_[i];
      if (partial_) held_[i] = sums[i - begin];
    }
  }

 private:
  std::uint32_t columns_;
  bool partial_;
  std::vector<std::uint32_t>& held_;
  std::vector<std::uint32_t> carried_;
};

}  // namespace

void run_conv(const Machine& machine, const Conv& conv, std::uint32_t index, Buffers& buffers) {
  note_reads(machine, conv, index, buffers);
  const Patches patches(conv, buffers[Buffer::kActivation]);
  const std::uint64_t pixels = conv.pixels();
  const std::size_t block = std::min<std::uint64_t>(
      pixels, std::max<std::uint64_t>(kBlockElements / patches.length(), 16));
  Operands operands(block, patches.length());
  Operands weights(machine.columns, patches.length());
  std::vector<std::uint32_t> sums(block * machine.columns);
  ArraySums array(machine, conv, buffers.array_sums());
  PostProcessor post(machine, conv, buffers);
  std::uint64_t gathered = pixels;  // first pixel of the block in `operands`: none yet
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    gather_weights(machine, conv, n, buffers[Buffer::kWeight], weights);
    if (!conv.partial) post.start_tile(n);
    for (std::uint64_t first = 0; first < pixels; first += block) {
      const std::size_t count = std::min<std::uint64_t>(block, pixels - first);
      for (std::size_t p = 0; first != gathered && p < count; ++p) {
        patches.gather(first + p, operands.row(p));
      }
      gathered = first;
      multiply(operands, count, weights, sums.data());
      if (n == 0) array.carry(first, count, sums.data());
      for (std::size_t p = 0; !conv.partial && p < count; ++p) {
        post.finish_pixel(first + p, &sums[p * machine.columns]);
      }
    }
  }
}

}  // namespace hb::golden
