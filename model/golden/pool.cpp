// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/pool.hpp"

#include <algorithm>
#include <vector>

#include "model/golden/reads.hpp"
#include "model/golden/words.hpp"

namespace hb::golden {
namespace {

using arch::Buffer;
using arch::Pool;

/// Maxima of one pixel's window.
class Window {
 public:
  Window(const Pool& pool, const BufferBytes& activations)
      : pool_(pool),
        activations_(activations),
        values_(elements_of(pool.precision, activations.row_bytes())),
        maxima_(values_.size()) {}

  /// The maximum of each value of the words inside the strip; the precision's minimum without any.
  [[nodiscard]] const std::vector<std::int16_t>& maxima(std::uint64_t cw, std::uint32_t oy,
                                                        std::uint32_t ox) {
    const bool int4 = pool_.precision == arch::Precision::kInt4;
    std::fill(maxima_.begin(), maxima_.end(), static_cast<std::int16_t>(int4 ? -8 : -128));
    const std::uint64_t plane = pool_.input_address + cw * pool_.input_plane;
    for (std::uint32_t ky = 0; ky < pool_.kernel_height; ++ky) {
      for (std::uint32_t kx = 0; kx < pool_.kernel_width; ++kx) {
        const std::int64_t y = std::int64_t{oy} * pool_.stride_y + ky - pool_.pad_top;
        const std::int64_t x = std::int64_t{ox} * pool_.stride_x + kx - pool_.pad_left;
        const bool inside = y >= 0 && x >= 0 && y < pool_.input_height && x < pool_.input_width;
        if (inside) take(plane + static_cast<std::uint64_t>(y * pool_.input_width + x));
      }
    }
    return maxima_;
  }

 private:
  void take(std::uint64_t word) {
    widen(pool_.precision, activations_.row(word), activations_.row_bytes(), values_.data());
    for (std::size_t i = 0; i < values_.size(); ++i) maxima_[i] = std::max(maxima_[i], values_[i]);
  }

  const Pool& pool_;
  const BufferBytes& activations_;
  std::vector<std::int16_t> values_;
  std::vector<std::int16_t> maxima_;
};

}  // namespace

void run_pool(const Pool& pool, std::uint32_t index, Buffers& buffers) {
  note_reads(pool, index, buffers);
  BufferBytes& activations = buffers[Buffer::kActivation];
  Window window(pool, activations);
  std::vector<std::uint8_t> bytes(activations.row_bytes());
  for (std::uint64_t cw = 0; cw < pool.channel_words; ++cw) {
    std::uint64_t word = pool.output_address + cw * pool.output_plane;
    for (std::uint32_t oy = 0; oy < pool.output_height; ++oy) {
      for (std::uint32_t ox = 0; ox < pool.output_width; ++ox, ++word) {
        const std::vector<std::int16_t>& maxima = window.maxima(cw, oy, ox);
        std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
        pack(pool.precision, maxima.data(), maxima.size(), bytes.data());
        activations.write(word, 0, bytes.data(), bytes.size());
      }
    }
  }
}

}  // namespace hb::golden
