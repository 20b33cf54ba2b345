// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/conv.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/schedule/transfers.hpp"

namespace hb::schedule {
namespace {

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
        mover_(machine, commands, places.tag),
        size_(sizes(layer, machine)),
        word_rows_(size_.tile_rows / size_.channel_words) {}

  void run() {
    buffers_.split(split_of(layer_, tiling_, machine_));
    const std::vector<Strip> strips = strips_of(layer_, tiling_.rows, tiling_.columns);
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
  /// A block's piece of a tensor of the output's shape, in the buffer and in memory.
  struct Piece {
    arch::Precision precision = arch::Precision::kInt8;
    std::uint32_t start = 0;  ///< word
    std::uint32_t words = 0;  ///< channel words
    Image image;              ///< of the block's first channel word
  };
  struct Block {
    std::uint32_t first = 0;  ///< tile
    std::uint32_t tiles = 0;
    Piece output;
    Piece copy;
    Piece residual;
  };

  void keep_weights(std::uint32_t tiles) {
    if (tiling_.link_words == 0 && tiles * size_.tile_rows <= machine_.weight_rows()) {
      buffers_.weights.make_room(tiles * size_.tile_rows);
    }
    if (tiles <= machine_.parameter_tiles) buffers_.parameters.make_room(tiles);
  }

  void keep_input(const std::vector<Strip>& strips) {
    std::uint64_t words = 0;
    for (const Strip& strip : strips) words += strip_words(strip);
    if (words <= buffers_.input.region().size) buffers_.input.make_room(words);
  }

  void emit_block(const Strip& strip, std::uint32_t first) {
    Block block;
    block.first = first;
    block.tiles = std::min(tiling_.block_tiles, size_.tiles - first);
    const std::uint64_t key = next_output_++;
    const auto piece = [&](Ring& ring, arch::Precision precision, std::uint32_t address) {
      Piece result = piece_of(block, precision, address);
      result.start = ring.place(key, result.words * strip.rows * strip.columns);
      return result;
    };
    block.output = piece(buffers_.output, layer_.output.precision, places_.output);
    if (layer_.copy) {
      block.copy = piece(buffers_.copy, layer_.copy->quantizer.precision, places_.copy);
    }
    if (layer_.residual) {
      block.residual = piece(buffers_.residual, layer_.residual->precision, places_.residual);
    }
    for (std::uint32_t tile = 0; tile < block.tiles; tile += tiling_.group_tiles) {
      const Region group{tile, std::min(tiling_.group_tiles, block.tiles - tile)};
      if (tiling_.link_words == 0) {
        emit_group(strip, block, group);
      } else {
        emit_chains(strip, block, tile);
      }
    }
    mover_.store(block.output.image, window_of(strip, block.output), block.output.start);
    if (layer_.copy) {
      mover_.store(block.copy.image, window_of(strip, block.copy), block.copy.start);
    }
  }

  [[nodiscard]] Piece piece_of(const Block& block, arch::Precision precision,
                               std::uint32_t address) const {
    const std::uint32_t parts = arch::parts_per_word(machine_, precision);
    const std::uint32_t plane_bytes =
        layer_.output_height() * layer_.output_width() * machine_.word_bytes();
    Piece piece;
    piece.precision = precision;
    piece.words = (block.tiles + parts - 1) / parts;
    piece.image = {address + block.first / parts * plane_bytes, layer_.output_height(),
                   layer_.output_width()};
    return piece;
  }

  [[nodiscard]] static Window window_of(const Strip& strip, const Piece& piece) {
    return {strip.oy, strip.ox, strip.rows, strip.columns, piece.words};
  }

  [[nodiscard]] std::uint32_t strip_words(const Strip& strip) const {
    return strip.height * strip.width * size_.channel_words;
  }

  [[nodiscard]] std::uint64_t key(std::uint64_t item) const {
    return std::uint64_t{places_.tag} << 48 | item;
  }

  [[nodiscard]] std::uint64_t weight_key(std::uint32_t tile, const Region& words) const {
    return key(std::uint64_t{tile} << 16 | words.begin);
  }

  /// CONV of `group` (tiles of the block, relative) with the loads it needs. Weights first: unlike
  /// the input they wait for no earlier layer.
  void emit_group(const Strip& strip, const Block& block, Region group) {
    arch::Conv conv;
    const std::uint32_t tile = block.first + group.begin;
    conv.weight_address = weights_of(tile, {0, size_.channel_words}, group.size);
    conv.parameter_address = parameters_of(tile, group.size);
    conv.tiles = static_cast<std::uint16_t>(group.size);
    conv.input_address = input_of(strip);
    if (layer_.residual && group.begin == 0) load_residual(strip, block);
    set_window(conv, strip);
    set_links(conv, {0, size_.channel_words});
    set_outputs(conv, strip, block, group.begin);
    commands_.emplace_back(conv);
  }

  /// One tile's CONVs: for every R pixels a chain of links over the channel words.
  void emit_chains(const Strip& strip, const Block& block, std::uint32_t tile) {
    const std::uint32_t most_rows = machine_.rows / strip.columns;
    for (std::uint32_t y = 0; y < strip.rows; y += most_rows) {
      const std::uint32_t rows = std::min(most_rows, strip.rows - y);
      const std::vector<Region> links = chain_of(block.first + tile);
      for (const Region& words : links) {
        emit_link(strip, block, {tile, y, rows, words, words == links.back()});
      }
    }
  }

  /// The links of a tile's next chain: sums may be added in any order, so those whose weights lie
  /// in the buffer come first, the oldest before the others.
  [[nodiscard]] std::vector<Region> chain_of(std::uint32_t tile) {
    std::vector<Region> links;
    for (std::uint32_t word = 0; word < size_.channel_words; word += tiling_.link_words) {
      links.push_back({word, std::min(tiling_.link_words, size_.channel_words - word)});
    }
    const auto held = [&](const Region& words) {
      return buffers_.weights.find(weight_key(tile, words)).has_value();
    };
    // Held links follow one another in the circle of links; the circle's end may cut them.
    auto first = std::find_if(links.begin(), links.end(), held);
    if (first == links.begin() && held(links.back())) {
      first = std::find_if_not(links.rbegin(), links.rend(), held).base();
    }
    std::rotate(links.begin(), first, links.end());
    return links;
  }

  /// Channel words `words` of one tile (relative) at output rows [y, y + rows) of a strip.
  struct Link {
    std::uint32_t tile;
    std::uint32_t y;
    std::uint32_t rows;
    Region words;
    bool last;  ///< of its chain
  };

  void emit_link(const Strip& strip, const Block& block, const Link& link) {
    arch::Conv conv;
    conv.weight_address = weights_of(block.first + link.tile, link.words, 1);
    conv.input_address = input_of(strip);
    set_window(conv, strip);
    set_links(conv, link.words);
    set_rows(conv, strip, link);
    conv.partial = !link.last;
    if (link.last) {
      conv.parameter_address = parameters_of(block.first + link.tile, 1);
      if (layer_.residual && link.tile == 0 && link.y == 0) load_residual(strip, block);
      set_outputs(conv, strip, block, link.tile);
      const std::uint32_t skipped = link.y * strip.columns;
      conv.output.address += skipped;
      if (conv.copy) conv.copy->address += skipped;
      if (conv.residual) conv.residual->address += skipped;
    }
    commands_.emplace_back(conv);
  }

  void set_window(arch::Conv& conv, const Strip& strip) const {
    conv.common.layer = places_.tag;
    conv.precision = layer_.precision;
    conv.narrow_weights = layer_.narrow_weights;
    conv.contract = layer_.contract;
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
    conv.output_height = static_cast<std::uint16_t>(strip.rows);
    conv.output_width = static_cast<std::uint16_t>(strip.columns);
  }

  void set_links(arch::Conv& conv, Region words) const {
    conv.input_address += words.begin * conv.input_plane;
    conv.channel_words = static_cast<std::uint16_t>(words.size);
  }

  /// Narrows a strip's CONV to some of its output rows.
  void set_rows(arch::Conv& conv, const Strip& strip, const Link& link) const {
    const std::uint32_t first = link.y * layer_.stride_y;  // counted from the padding's top
    const std::uint32_t skipped = first - std::min(first, strip.pad_top);
    conv.pad_top = static_cast<std::uint8_t>(strip.pad_top - std::min(first, strip.pad_top));
    conv.input_address += skipped * strip.width;
    conv.input_height = static_cast<std::uint16_t>(strip.height - skipped);
    conv.output_height = static_cast<std::uint16_t>(link.rows);
  }

  /// Where the block's tiles from `tile` (relative) on go, and what is added to them.
  void set_outputs(arch::Conv& conv, const Strip& strip, const Block& block,
                   std::uint32_t tile) const {
    const std::uint32_t plane = strip.rows * strip.columns;
    conv.output = written(layer_.output, block.output, plane, tile);
    if (layer_.copy) {
      conv.copy = written(layer_.copy->quantizer, block.copy, plane, tile);
      conv.copy_source = layer_.copy->source;
      conv.copy_offset = layer_.copy_offset();
    }
    if (layer_.residual) conv.residual = added(*layer_.residual, block.residual, plane, tile);
  }

  [[nodiscard]] arch::Output written(const Quantizer& quantizer, const Piece& piece,
                                     std::uint32_t plane, std::uint32_t tile) const {
    const std::uint32_t parts = arch::parts_per_word(machine_, piece.precision);
    arch::Output result;
    result.precision = piece.precision;
    result.plane = plane;
    result.address = piece.start + tile / parts * plane;
    result.part = static_cast<std::uint8_t>(tile % parts);
    result.low = quantizer.low;
    result.high = quantizer.high;
    result.zero_point = quantizer.zero_point;
    return result;
  }

  [[nodiscard]] arch::Residual added(const ResidualInput& input, const Piece& piece,
                                     std::uint32_t plane, std::uint32_t tile) const {
    const std::uint32_t parts = arch::parts_per_word(machine_, piece.precision);
    arch::Residual result = input.command();
    result.plane = plane;
    result.address = piece.start + tile / parts * plane;
    result.part = static_cast<std::uint8_t>(tile % parts);
    return result;
  }

  /// Weight row of `tiles` tiles' channel words `words`, loaded if they are not there.
  std::uint32_t weights_of(std::uint32_t tile, Region words, std::uint32_t tiles) {
    const std::uint64_t item = weight_key(tile, words);
    if (const auto held = buffers_.weights.find(item)) return *held;
    const auto rows = static_cast<std::uint32_t>(tiles * words.size * word_rows_);
    const std::uint32_t start = buffers_.weights.place(item, rows);
    const std::uint64_t first = tile * size_.tile_rows + words.begin * word_rows_;
    mover_.load_rows(arch::Buffer::kWeight,
                     static_cast<std::uint32_t>(places_.weights + first * machine_.row_bytes()),
                     {start, rows});
    return start;
  }

  std::uint32_t parameters_of(std::uint32_t tile, std::uint32_t tiles) {
    if (const auto held = buffers_.parameters.find(key(tile))) return *held;
    const std::uint32_t start = buffers_.parameters.place(key(tile), tiles);
    mover_.load_rows(arch::Buffer::kParameter, places_.parameters + 4 * tile * machine_.row_bytes(),
                     {4 * start, 4 * tiles});
    return start;
  }

  std::uint32_t input_of(const Strip& strip) {
    const std::uint64_t item = key(std::uint64_t{strip.oy} * layer_.output_width() + strip.ox);
    if (const auto held = buffers_.input.find(item)) return *held;
    const std::uint32_t start = buffers_.input.place(item, strip_words(strip));
    mover_.load({places_.input, layer_.input_height, layer_.input_width},
                {strip.iy, strip.ix, strip.height, strip.width, size_.channel_words}, start);
    return start;
  }

  void load_residual(const Strip& strip, const Block& block) {
    mover_.load(block.residual.image, window_of(strip, block.residual), block.residual.start);
  }

  const ConvLayer& layer_;
  const Tiling& tiling_;
  const ConvPlaces& places_;
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
  Mover mover_;
  LayerSizes size_;
  std::uint64_t word_rows_;        ///< weight rows of one channel word of a tile
  std::uint64_t next_output_ = 0;  ///< outputs are never looked for again
};

}  // namespace

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
