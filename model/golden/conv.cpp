// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/conv.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "model/arith/dot.hpp"
#include "model/golden/requantize.hpp"
#include "model/golden/sums.hpp"

namespace hb::golden {
namespace {

using arch::Buffer;
using arch::Conv;
using arch::Machine;
using arch::Precision;

constexpr std::size_t kMaxColumns = 64;
constexpr std::size_t kBlockElements = std::size_t{1} << 22;  ///< of patches held at once

std::uint32_t load_u32(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} | std::uint32_t{bytes[1]} << 8 | std::uint32_t{bytes[2]} << 16 |
         std::uint32_t{bytes[3]} << 24;
}

void widen(Precision precision, const std::uint8_t* data, std::size_t bytes,
           std::int16_t* elements) {
  if (precision == Precision::kInt4) {
    widen_int4(data, bytes, elements);
  } else {
    widen_int8(data, bytes, elements);
  }
}

std::size_t elements_of(Precision precision, std::size_t bytes) {
  return precision == Precision::kInt4 ? 2 * bytes : bytes;
}

/// Which of `size` input positions along one axis some output position meets.
std::vector<bool> positions_read(std::uint32_t size, std::uint32_t outputs, std::uint32_t stride,
                                 std::uint32_t kernel, std::uint32_t pad) {
  std::vector<bool> read(size, false);
  for (std::uint32_t o = 0; o < outputs; ++o) {
    for (std::uint32_t k = 0; k < kernel; ++k) {
      const std::int64_t i = std::int64_t{o} * stride + k - pad;
      if (i >= 0 && i < size) read[static_cast<std::size_t>(i)] = true;
    }
  }
  return read;
}

void note_reads(const Machine& machine, const Conv& conv, std::uint32_t index, Buffers& buffers) {
  const auto rows = positions_read(conv.input_height, conv.output_height, conv.stride_y,
                                   conv.kernel_height, conv.pad_top);
  const auto columns = positions_read(conv.input_width, conv.output_width, conv.stride_x,
                                      conv.kernel_width, conv.pad_left);
  for (std::uint64_t cw = 0; cw < conv.channel_words; ++cw) {
    for (std::uint64_t y = 0; y < conv.input_height; ++y) {
      const std::uint64_t start = conv.input_address + cw * conv.input_plane + y * conv.input_width;
      for (std::uint64_t x = 0; rows[y] && x < conv.input_width; ++x) {
        if (columns[x]) buffers.note_read(index, Buffer::kActivation, start + x);
      }
    }
  }
  for (std::uint64_t t = 0; t < conv.tiles * conv.tile_steps(machine); ++t) {
    buffers.note_read(index, Buffer::kWeight, conv.weight_address + t);
  }
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    const std::uint64_t row = 4 * (std::uint64_t{conv.parameter_address} + n);
    buffers.note_read(index, Buffer::kParameter, row);
    buffers.note_read(index, Buffer::kParameter, row + 1);
    if (conv.copy) buffers.note_read(index, Buffer::kParameter, row + 3);
  }
}

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

/// Tile `n`'s weights: row c holds column c's weights in the order of a pixel's operands.
void gather_weights(const Machine& machine, const Conv& conv, std::uint64_t n,
                    const BufferBytes& buffer, Operands& weights) {
  const std::uint64_t steps = conv.tile_steps(machine);
  const std::size_t lane = elements_of(conv.precision, 4);
  for (std::uint64_t t = 0; t < steps; ++t) {
    const std::uint8_t* row = buffer.row(conv.weight_address + n * steps + t);
    for (std::size_t c = 0; c < machine.columns; ++c) {
      widen(conv.precision, row + 4 * c, 4, weights.row(c) + t * lane);
    }
  }
}

/// Where one copy of the output goes, and how its codes are made.
class Destination {
 public:
  Destination(const Machine& machine, const arch::Output& output)
      : output_(output),
        range_{output.low, output.high, output.zero_point},
        columns_(machine.columns),
        parts_(arch::parts_per_word(machine, output.precision)),
        part_bytes_(machine.word_bytes() / parts_) {}

  /// Scales of the next tile: lane c of a parameter row.
  void set_scales(const std::uint8_t* row) {
    for (std::size_t c = 0; c < columns_; ++c) scales_[c] = literal_scale(load_u32(row + 4 * c));
  }

  /// Codes of C values (accumulators, or what takes their place).
  void requantize(const std::int32_t* values, std::int32_t* codes) const {
    for (std::size_t c = 0; c < columns_; ++c) {
      codes[c] = requantize_literal(values[c], scales_[c], range_);
    }
  }

  /// Writes tile `n` of pixel `q`; the last tile also clears the rest of its word.
  void write(std::uint64_t n, bool last, std::uint64_t q, const std::int32_t* codes,
             BufferBytes& activations) const {
    std::array<std::uint8_t, 4 * kMaxColumns> bytes{};
    for (std::size_t c = 0; c < columns_; ++c) {
      if (output_.precision == Precision::kInt4) {
        const auto nibble = static_cast<std::uint32_t>(codes[c]) & 0xF;
        bytes[c / 2] = static_cast<std::uint8_t>(bytes[c / 2] | nibble << (c % 2 * 4));
      } else {
        bytes[c] = static_cast<std::uint8_t>(codes[c]);
      }
    }
    const std::uint64_t part = output_.part + n;
    const auto first = static_cast<std::uint32_t>(part % parts_) * part_bytes_;
    const std::uint32_t count = last ? activations.row_bytes() - first : part_bytes_;
    activations.write(output_.address + part / parts_ * output_.plane + q, first, bytes.data(),
                      count);
  }

 private:
  const arch::Output& output_;
  Range range_;
  std::uint32_t columns_;
  std::uint32_t parts_;
  std::uint32_t part_bytes_;
  std::array<float, kMaxColumns> scales_{};
};

/// Everything behind the array: bias, requantization, packing and writing of both copies.
class PostProcessor {
 public:
  PostProcessor(const Machine& machine, const Conv& conv, Buffers& buffers)
      : conv_(conv), columns_(machine.columns), buffers_(buffers), output_(machine, conv.output) {
    if (conv.copy) copy_.emplace(machine, *conv.copy);
  }

  void start_tile(std::uint64_t n) {
    tile_ = n;
    const BufferBytes& parameters = buffers_[Buffer::kParameter];
    const std::uint64_t row = 4 * (conv_.parameter_address + n);
    for (std::size_t c = 0; c < columns_; ++c) {
      bias_[c] = static_cast<std::int32_t>(load_u32(parameters.row(row) + 4 * c));
    }
    output_.set_scales(parameters.row(row + 1));
    if (copy_) copy_->set_scales(parameters.row(row + 3));
  }

  /// `sums`: the C sums of pixel `q`.
  void finish_pixel(std::uint64_t q, const std::uint32_t* sums) {
    std::array<std::int32_t, kMaxColumns> values{};
    std::array<std::int32_t, kMaxColumns> codes{};
    for (std::size_t c = 0; c < columns_; ++c) {
      values[c] = arith::add_wrapping(static_cast<std::int32_t>(sums[c]), bias_[c]);
    }
    const bool last = tile_ + 1 == conv_.tiles;
    output_.requantize(values.data(), codes.data());
    output_.write(tile_, last, q, codes.data(), buffers_[Buffer::kActivation]);
    if (!copy_) return;
    if (conv_.copy_source == arch::CopySource::kCode) {
      for (std::size_t c = 0; c < columns_; ++c) values[c] = codes[c] - conv_.output.zero_point;
    }
    copy_->requantize(values.data(), codes.data());
    copy_->write(tile_, last, q, codes.data(), buffers_[Buffer::kActivation]);
  }

 private:
  const Conv& conv_;
  std::uint32_t columns_;
  Buffers& buffers_;
  Destination output_;
  std::optional<Destination> copy_;
  std::uint64_t tile_ = 0;
  std::array<std::int32_t, kMaxColumns> bias_{};
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
  PostProcessor post(machine, conv, buffers);
  std::uint64_t gathered = pixels;  // first pixel of the block in `operands`: none yet
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    gather_weights(machine, conv, n, buffers[Buffer::kWeight], weights);
    post.start_tile(n);
    for (std::uint64_t first = 0; first < pixels; first += block) {
      const std::size_t count = std::min<std::uint64_t>(block, pixels - first);
      for (std::size_t p = 0; first != gathered && p < count; ++p) {
        patches.gather(first + p, operands.row(p));
      }
      gathered = first;
      multiply(operands, count, weights, sums.data());
      for (std::size_t p = 0; p < count; ++p) {
        post.finish_pixel(first + p, &sums[p * machine.columns]);
      }
    }
  }
}

}  // namespace hb::golden
