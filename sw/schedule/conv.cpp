// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/conv.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::schedule {
namespace {

constexpr std::uint32_t kFieldMax = 0xFFFF;

/// A transfer of `segments` pieces; one long piece where they follow one another on both sides.
arch::Transfer strided(std::uint32_t memory, std::uint32_t memory_stride, Region piece,
                       std::uint32_t segments, std::uint32_t row_bytes) {
  arch::Transfer t;
  t.memory_address = memory;
  t.buffer_address = piece.begin;
  if (memory_stride == piece.size * row_bytes &&
      piece.size * std::uint64_t{segments} <= kFieldMax) {
    piece.size *= segments;
    segments = 1;
  }
  t.rows = static_cast<std::uint16_t>(piece.size);
  t.segments = static_cast<std::uint16_t>(segments);
  t.memory_stride = segments == 1 ? 0 : memory_stride;
  t.buffer_stride = segments == 1 ? 0 : piece.size;
  return t;
}

/// The commands of one layer.
class Layer {
 public:
  Layer(const ConvLayer& layer, const Tiling& tiling, const ConvPlaces& places,
        const arch::Machine& machine, BufferState& buffers, std::vector<Command>& commands)
      : layer_(layer),
        tiling_(tiling),
        places_(places),
        machine_(machine),
        buffers_(buffers),
        commands_(commands),
        size_(sizes(layer, machine)) {}

  void run() {
    split_buffer();
    std::vector<Strip> strips;
    for (std::uint32_t oy = 0; oy < layer_.output_height(); oy += tiling_.rows) {
      for (std::uint32_t ox = 0; ox < layer_.output_width(); ox += tiling_.columns) {
        strips.push_back(strip_at(layer_, tiling_, oy, ox));
      }
    }
    if (tiling_.blocks_outer) {
      keep_input(strips);
      for (std::uint32_t block = 0; block < size_.tiles; block += tiling_.block_tiles) {
        keep_weights(std::min(tiling_.block_tiles, size_.tiles - block));
        for (const Strip& strip : strips) emit_block(strip, block);
      }
      return;
    }
    keep_weights(size_.tiles);
    for (const Strip& strip : strips) {
      for (std::uint32_t block = 0; block < size_.tiles; block += tiling_.block_tiles) {
        emit_block(strip, block);
      }
    }
  }

 private:
  /// Cuts the activation buffer; what lies in a part that stays the same goes round on.
  void split_buffer() {
    const ActivationSplit split =
        split_activation(machine_, tiling_.input_banks, layer_.copy.has_value());
    const auto set = [](Ring& ring, const Region& region) {
      if (!(ring.region() == region)) ring = Ring(region);
    };
    set(buffers_.input, split.input);
    set(buffers_.output, split.output);
    set(buffers_.copy, split.copy);
  }

  void keep_weights(std::uint32_t tiles) {
    if (tiles * size_.tile_rows <= machine_.weight_rows()) {
      buffers_.weights.make_room(tiles * size_.tile_rows);
    }
    if (tiles <= machine_.parameter_tiles) buffers_.parameters.make_room(tiles);
  }

  void keep_input(const std::vector<Strip>& strips) {
    std::uint64_t words = 0;
    for (const Strip& strip : strips) words += strip_words(strip);
    if (words <= buffers_.input.region().size) buffers_.input.make_room(words);
  }

  void emit_block(const Strip& strip, std::uint32_t block) {
    const std::uint32_t tiles = std::min(tiling_.block_tiles, size_.tiles - block);
    const std::uint32_t pixels = strip.rows * strip.columns;
    const std::uint64_t key = next_output_++;
    Output output{layer_.output, 0, places_.output, {}};
    output.words = words_of(layer_.output, tiles);
    output.start = buffers_.output.place(key, output.words * pixels);
    Output copy;
    if (layer_.copy) {
      copy.quantizer = layer_.copy->quantizer;
      copy.memory = places_.copy;
      copy.words = words_of(copy.quantizer, tiles);
      copy.start = buffers_.copy.place(key, copy.words * pixels);
    }
    for (std::uint32_t first = 0; first < tiles; first += tiling_.group_tiles) {
      emit_group(strip, block, {first, std::min(tiling_.group_tiles, tiles - first)}, output, copy);
    }
    store(output, strip, block);
    if (layer_.copy) store(copy, strip, block);
  }

  /// A block's output in the buffer, or its second copy.
  struct Output {
    Quantizer quantizer;
    std::uint32_t start = 0;   ///< word
    std::uint32_t memory = 0;  ///< the tensor's address
    std::uint32_t words = 0;   ///< channel words
  };

  [[nodiscard]] std::uint32_t words_of(const Quantizer& quantizer, std::uint32_t tiles) const {
    const std::uint32_t parts = arch::parts_per_word(machine_, quantizer.precision);
    return (tiles + parts - 1) / parts;
  }

  [[nodiscard]] std::uint32_t strip_words(const Strip& strip) const {
    return strip.height * strip.width * size_.channel_words;
  }

  [[nodiscard]] std::uint64_t key(std::uint32_t item) const {
    return std::uint64_t{places_.tag} << 32 | item;
  }

  /// CONV of `group` (tiles of the block, relative) with the loads it needs. Weights first: unlike
  /// the input they wait for no earlier layer.
  void emit_group(const Strip& strip, std::uint32_t block, Region group, const Output& output,
                  const Output& copy) {
    arch::Conv conv;
    conv.common.layer = places_.tag;
    conv.precision = layer_.precision;
    conv.weight_address = weights_of(block + group.begin, group.size);
    conv.parameter_address = parameters_of(block + group.begin, group.size);
    conv.input_address = input_of(strip);
    conv.input_plane = strip.height * strip.width;
    conv.input_height = static_cast<std::uint16_t>(strip.height);
    conv.input_width = static_cast<std::uint16_t>(strip.width);
    conv.kernel_height = static_cast<std::uint8_t>(layer_.kernel_height);
    conv.kernel_width = static_cast<std::uint8_t>(layer_.kernel_width);
    conv.stride_y = static_cast<std::uint8_t>(layer_.stride_y);
    conv.stride_x = static_cast<std::uint8_t>(layer_.stride_x);
    conv.pad_top = static_cast<std::uint8_t>(strip.pad_top);
    conv.pad_left = static_cast<std::uint8_t>(strip.pad_left);
    conv.pad_value = layer_.pad_value();
    conv.channel_words = static_cast<std::uint16_t>(size_.channel_words);
    conv.tiles = static_cast<std::uint16_t>(group.size);
    conv.output_height = static_cast<std::uint16_t>(strip.rows);
    conv.output_width = static_cast<std::uint16_t>(strip.columns);
    conv.output = written(output, strip, group.begin);
    if (layer_.copy) {
      conv.copy = written(copy, strip, group.begin);
      conv.copy_source = layer_.copy->source;
    }
    commands_.emplace_back(conv);
  }

  [[nodiscard]] arch::Output written(const Output& output, const Strip& strip,
                                     std::uint32_t tile) const {
    const std::uint32_t parts = arch::parts_per_word(machine_, output.quantizer.precision);
    arch::Output result;
    result.precision = output.quantizer.precision;
    result.plane = strip.rows * strip.columns;
    result.address = output.start + tile / parts * result.plane;
    result.part = static_cast<std::uint8_t>(tile % parts);
    result.low = output.quantizer.low;
    result.high = output.quantizer.high;
    result.zero_point = output.quantizer.zero_point;
    return result;
  }

  std::uint32_t weights_of(std::uint32_t tile, std::uint32_t tiles) {
    if (const auto held = buffers_.weights.find(key(tile))) return *held;
    const auto rows = static_cast<std::uint32_t>(tiles * size_.tile_rows);
    const std::uint32_t start = buffers_.weights.place(key(tile), rows);
    const auto from =
        static_cast<std::uint32_t>(places_.weights + tile * size_.tile_rows * machine_.row_bytes());
    load_rows(arch::Buffer::kWeight, from, {start, rows});
    return start;
  }

  std::uint32_t parameters_of(std::uint32_t tile, std::uint32_t tiles) {
    if (const auto held = buffers_.parameters.find(key(tile))) return *held;
    const std::uint32_t start = buffers_.parameters.place(key(tile), tiles);
    load_rows(arch::Buffer::kParameter, places_.parameters + 4 * tile * machine_.row_bytes(),
              {4 * start, 4 * tiles});
    return start;
  }

  void load_rows(arch::Buffer buffer, std::uint32_t from, Region rows) {
    while (rows.size > 0) {
      const std::uint32_t now = std::min(rows.size, kFieldMax);
      push_load(strided(from, 0, {rows.begin, now}, 1, machine_.row_bytes()), buffer);
      from += now * machine_.row_bytes();
      rows = {rows.begin + now, rows.size - now};
    }
  }

  std::uint32_t input_of(const Strip& strip) {
    const std::uint32_t item = strip.oy * layer_.output_width() + strip.ox;
    if (const auto held = buffers_.input.find(key(item))) return *held;
    const std::uint32_t start = buffers_.input.place(key(item), strip_words(strip));
    const Region piece{start, strip.height * strip.width};
    const Image image{places_.input, layer_.input_height, layer_.input_width};
    for (const auto& transfer :
         transfers(image, strip.iy, strip.ix, {piece, strip.width, size_.channel_words})) {
      push_load(transfer, arch::Buffer::kActivation);
    }
    return start;
  }

  void store(const Output& output, const Strip& strip, std::uint32_t block) {
    const std::uint32_t parts = arch::parts_per_word(machine_, output.quantizer.precision);
    const std::uint32_t plane_bytes =
        layer_.output_height() * layer_.output_width() * machine_.word_bytes();
    const Image image{output.memory + block / parts * plane_bytes, layer_.output_height(),
                      layer_.output_width()};
    const Region piece{output.start, strip.rows * strip.columns};
    for (auto transfer :
         transfers(image, strip.oy, strip.ox, {piece, strip.columns, output.words})) {
      transfer.common.layer = places_.tag;
      commands_.emplace_back(Store{transfer});
    }
  }

  struct Image {
    std::uint32_t address;
    std::uint32_t height;
    std::uint32_t width;
  };
  /// A piece of an image in the buffer: words of one channel word, words of one row, channel words.
  struct Window {
    Region plane;
    std::uint32_t width;
    std::uint32_t channel_words;
  };

  /// Moves a window at (y, x) of an image: a segment per channel word, or, narrower than the image,
  /// per row.
  [[nodiscard]] std::vector<arch::Transfer> transfers(const Image& image, std::uint32_t y,
                                                      std::uint32_t x, Window window) const {
    const std::uint32_t word = machine_.word_bytes();
    const std::uint32_t plane_bytes = image.height * image.width * word;
    const std::uint32_t from = image.address + (y * image.width + x) * word;
    if (window.width == image.width) {
      return {strided(from, plane_bytes, window.plane, window.channel_words, word)};
    }
    std::vector<arch::Transfer> list;
    const std::uint32_t rows = window.plane.size / window.width;
    for (std::uint32_t cw = 0; cw < window.channel_words; ++cw) {
      const Region row{window.plane.begin + cw * window.plane.size, window.width};
      list.push_back(strided(from + cw * plane_bytes, image.width * word, row, rows, word));
    }
    return list;
  }

  void push_load(arch::Transfer transfer, arch::Buffer buffer) {
    transfer.common.layer = places_.tag;
    transfer.buffer = buffer;
    commands_.emplace_back(Load{transfer});
  }

  const ConvLayer& layer_;
  const Tiling& tiling_;
  const ConvPlaces& places_;
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
  LayerSizes size_;
  std::uint64_t next_output_ = 0;  ///< outputs are never looked for again
};

}  // namespace

BufferState::BufferState(const arch::Machine& machine)
    : weights({0, machine.weight_rows()}), parameters({0, machine.parameter_tiles}) {}

void ConvEmitter::emit(const ConvLayer& layer, const Tiling& tiling, const ConvPlaces& places) {
  check_layer(layer, machine_);
  if (!fits(layer, tiling, machine_)) {
    throw bad_input(layer.name,
                    fmt::format("strips of {}x{}, blocks of {} tiles in groups of {}", tiling.rows,
                                tiling.columns, tiling.block_tiles, tiling.group_tiles),
                    "a tiling that fits the buffers");
  }
  Layer(layer, tiling, places, machine_, buffers_, commands_).run();
}

}  // namespace hb::schedule
