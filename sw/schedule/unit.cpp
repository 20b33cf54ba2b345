// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/unit.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/estimate.hpp"
#include "sw/schedule/played.hpp"
#include "sw/schedule/transfers.hpp"

namespace hb::schedule {
namespace {

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

/// A tensor that lies beside the input: words of its precision against words of the input's. An
/// int4 word holds two int8 words' channels.
struct Side {
  Side() = default;
  Side(const UnitLayer& layer, const arch::Machine& machine, arch::Precision precision)
      : words(map::channel_words(machine, precision, layer.channels)) {
    const std::uint32_t parts = arch::parts_per_word(machine, precision);
    const std::uint32_t tiles = unit_tiles(layer, machine);
    joined = std::max(1U, parts / tiles);
    split = std::max(1U, tiles / parts);
  }

  /// Its words of `count` input words from a whole word of its own on.
  [[nodiscard]] std::uint32_t of(std::uint32_t count) const {
    return ceil_div(count, joined) * split;
  }
  /// Its first word of input word `word`.
  [[nodiscard]] std::uint32_t first(std::uint32_t word) const { return word / joined * split; }
  /// As of(), but no words past the tensor's end.
  [[nodiscard]] std::uint32_t within(std::uint32_t word, std::uint32_t count) const {
    return std::min(of(count), words - first(word));
  }

  std::uint32_t words = 0;   ///< of the whole tensor
  std::uint32_t joined = 1;  ///< input words of one of its words: 1 or 2
  std::uint32_t split = 1;   ///< its words of one input word: 1 or 2
};

/// Derived sizes.
struct Sizes {
  Sizes(const UnitLayer& layer, const arch::Machine& machine)
      : pixels(layer.height * layer.width),
        input_words(map::channel_words(machine, layer.precision, layer.channels)),
        tiles(unit_tiles(layer, machine)),
        output(layer, machine, layer.output.precision) {
    if (layer.residual) residual = Side(layer, machine, layer.residual->precision);
  }

  /// Input words of a piece that is whole words of every tensor.
  [[nodiscard]] std::uint32_t joined() const { return std::max(output.joined, residual.joined); }

  std::uint32_t pixels;  ///< of the input
  std::uint32_t input_words;
  std::uint32_t tiles;  ///< of an input word
  Side output;
  Side residual;  ///< no words without one
};

ActivationSplit split_of(const UnitLayer& layer, std::uint32_t input_banks,
                         const arch::Machine& machine) {
  return split_activation(machine, input_banks, false, layer.residual.has_value());
}

/// Words that a tiling's largest piece takes in the output's and the residual's part.
std::uint64_t output_size(const UnitLayer& layer, const UnitTiling& tiling, const Sizes& size) {
  return std::uint64_t{size.output.of(tiling.channel_words)} *
         (layer.averages() ? 1 : tiling.pixels);
}
std::uint64_t residual_size(const UnitLayer& layer, const UnitTiling& tiling, const Sizes& size) {
  if (!layer.residual) return 0;
  return std::uint64_t{size.residual.of(tiling.channel_words)} * tiling.pixels;
}

/// The commands of one layer.
class Layer {
 public:
  Layer(const UnitLayer& layer, const UnitPlaces& places, const arch::Machine& machine,
        BufferState& buffers, std::vector<Command>& commands)
      : layer_(layer),
        places_(places),
        machine_(machine),
        buffers_(buffers),
        commands_(commands),
        mover_(machine, commands, places.tag),
        size_(layer, machine),
        next_key_(std::uint64_t{places.tag} << 48) {}

  void run(const UnitTiling& tiling) {
    buffers_.split(split_of(layer_, tiling.input_banks, machine_));
    const std::uint32_t rows = size_.tiles * machine_.rows;
    weights_ = buffers_.weights.place(next_key_, rows);
    mover_.load_rows(arch::Buffer::kWeight, places_.weights, {weights_, rows});
    parameters_ = buffers_.parameters.place(next_key_, size_.tiles);
    mover_.load_rows(arch::Buffer::kParameter, places_.parameters,
                     {4 * parameters_, 4 * size_.tiles});
    for (std::uint32_t word = 0; word < size_.input_words; word += tiling.channel_words) {
      const std::uint32_t words = std::min(tiling.channel_words, size_.input_words - word);
      for (std::uint32_t pixel = 0; pixel < size_.pixels; pixel += tiling.pixels) {
        const std::uint32_t pixels = std::min(tiling.pixels, size_.pixels - pixel);
        emit_piece({word, words, pixel, pixels});
      }
    }
  }

 private:
  /// Input channel words and pixels, and where they and their output lie in the buffer.
  struct Piece {
    std::uint32_t word;
    std::uint32_t words;
    std::uint32_t pixel;
    std::uint32_t pixels;
    std::uint32_t input = 0;
    std::uint32_t output = 0;
    std::uint32_t residual = 0;

    /// In every image of one column, `channel_words` of them.
    [[nodiscard]] Window window(std::uint32_t channel_words) const {
      return {pixel, 0, pixels, 1, channel_words};
    }
  };

  void emit_piece(Piece piece) {
    piece.input = buffers_.input.place(next_key_, piece.words * piece.pixels);
    const std::uint32_t outputs = size_.output.of(piece.words);
    piece.output =
        buffers_.output.place(next_key_, outputs * (layer_.averages() ? 1 : piece.pixels));
    mover_.load(image(places_.input, piece.word), piece.window(piece.words), piece.input);
    if (layer_.residual) load_residual(piece);
    ++next_key_;
    if (layer_.averages()) {
      average(piece);
    } else {
      pixel_by_pixel(piece);
    }
  }

  void load_residual(Piece& piece) {
    const Side& side = size_.residual;
    piece.residual = buffers_.residual.place(next_key_, side.of(piece.words) * piece.pixels);
    mover_.load(image(places_.residual, side.first(piece.word)),
                piece.window(side.within(piece.word, piece.words)), piece.residual);
  }

  /// A tensor from `word` on, as one column: any run of pixels is a piece of it.
  [[nodiscard]] Image image(std::uint32_t address, std::uint32_t word) const {
    return {address + word_bytes(word * size_.pixels), size_.pixels, 1};
  }

  [[nodiscard]] std::uint32_t word_bytes(std::uint32_t words) const {
    return words * machine_.word_bytes();
  }

  [[nodiscard]] arch::Conv unit_conv(const Piece& piece) const {
    arch::Conv conv;
    conv.common.layer = places_.tag;
    conv.precision = layer_.precision;
    conv.repeat = layer_.averages();
    conv.contract = layer_.contract;
    conv.input_address = piece.input;
    conv.tiles = static_cast<std::uint16_t>(size_.tiles);
    conv.weight_address = weights_;
    conv.parameter_address = parameters_;
    conv.output.precision = layer_.output.precision;
    conv.output.address = piece.output;
    conv.output.low = layer_.output.low;
    conv.output.high = layer_.output.high;
    conv.output.zero_point = layer_.output.zero_point;
    return conv;
  }

  /// A CONV per input word.
  void pixel_by_pixel(const Piece& piece) {
    for (std::uint32_t word = 0; word < piece.words; ++word) {
      arch::Conv conv = unit_conv(piece);
      // No more tiles than have channels: a residual's words end there.
      conv.tiles = static_cast<std::uint16_t>(std::min(
          size_.tiles,
          map::output_tiles(machine_, layer_.channels) - (piece.word + word) * size_.tiles));
      conv.input_address += word * piece.pixels;
      conv.input_plane = piece.pixels;
      conv.input_width = conv.output_width = static_cast<std::uint16_t>(piece.pixels);
      conv.output.plane = piece.pixels;
      conv.output.address += size_.output.first(word) * piece.pixels;
      conv.output.part = part_of(word, size_.output);
      if (layer_.residual) conv.residual = added(piece, word);
      commands_.emplace_back(conv);
    }
    mover_.store(image(places_.output, size_.output.first(piece.word)),
                 piece.window(size_.output.within(piece.word, piece.words)), piece.output);
  }

  /// Part of a word of `side` that input word `word` starts at.
  [[nodiscard]] std::uint8_t part_of(std::uint32_t word, const Side& side) const {
    return static_cast<std::uint8_t>(word % side.joined * size_.tiles);
  }

  [[nodiscard]] arch::Residual added(const Piece& piece, std::uint32_t word) const {
    arch::Residual result = layer_.residual->command();
    result.plane = piece.pixels;
    result.address = piece.residual + size_.residual.first(word) * piece.pixels;
    result.part = part_of(word, size_.residual);
    return result;
  }

  /// Channel words are image rows, so that all R rows of the array work: a CONV for those that fill
  /// the same part of their output words. Where an input word makes two output words, the first
  /// ones come before all second ones in the buffer.
  void average(const Piece& piece) {
    const std::uint32_t joined = size_.output.joined;
    for (std::uint32_t part = 0; part < std::min(joined, piece.words); ++part) {
      const std::uint32_t words = ceil_div(piece.words - part, joined);
      arch::Conv conv = unit_conv(piece);
      conv.input_address += part * size_.pixels;
      conv.input_height = static_cast<std::uint16_t>((piece.words - part) * layer_.height);
      conv.input_width = static_cast<std::uint16_t>(layer_.width);
      conv.kernel_height = static_cast<std::uint8_t>(layer_.height);
      conv.kernel_width = static_cast<std::uint8_t>(layer_.width);
      conv.stride_y = static_cast<std::uint8_t>(layer_.height * joined);
      conv.output_height = static_cast<std::uint16_t>(words);
      conv.output.plane = piece.words;
      conv.output.part = static_cast<std::uint8_t>(part * size_.tiles);
      commands_.emplace_back(conv);
    }
    store_averages(piece);
  }

  void store_averages(const Piece& piece) {
    const Side& side = size_.output;
    if (side.split == 1) {
      mover_.store({places_.output + word_bytes(side.first(piece.word)), side.words, 1},
                   {0, 0, side.of(piece.words), 1, 1}, piece.output);
      return;
    }
    for (std::uint32_t half = 0; half < 2; ++half) {
      const std::uint32_t first = 2 * piece.word + half;
      if (first >= side.words) return;
      const std::uint32_t count = std::min(piece.words, ceil_div(side.words - first, 2));
      mover_.store(Spread{places_.output + word_bytes(first), 2, count},
                   piece.output + half * piece.words);
    }
  }

  const UnitLayer& layer_;
  const UnitPlaces& places_;
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
  Mover mover_;
  Sizes size_;
  std::uint32_t weights_ = 0;
  std::uint32_t parameters_ = 0;
  std::uint64_t next_key_;  ///< nothing is looked for again
};

class Chooser {
 public:
  Chooser(const UnitLayer& layer, const arch::Machine& machine, const arch::MemoryTiming& memory)
      : layer_(layer), machine_(machine), memory_(memory), size_(layer, machine) {}

  UnitTiling run() {
    const std::uint32_t most = most_input_banks(machine_, false, layer_.residual.has_value());
    for (std::uint32_t banks = 1; banks <= most; ++banks) {
      for (std::uint32_t pixels = size_.pixels;; pixels = (pixels + 1) / 2) {
        try_words(banks, pixels);
        if (layer_.averages() || pixels == 1) break;
      }
    }
    if (ways_.empty()) refuse();
    return ways_.best([&](const UnitTiling& tiling) { return commands_of(tiling); }, machine_,
                      memory_);
  }

 private:
  void try_words(std::uint32_t banks, std::uint32_t pixels) {
    for (std::uint32_t words = size_.input_words;; words = ceil_div(words, 2)) {
      // Pieces of whole output words; an average's rows come in R at a time.
      const std::uint32_t unit = size_.joined() * (layer_.averages() ? machine_.rows : 1);
      const std::uint32_t rounded = ceil_div(words, unit) * unit;
      offer({std::min(rounded, size_.input_words), pixels, banks});
      offer({std::min(ceil_div(words, size_.joined()) * size_.joined(), size_.input_words), pixels,
             banks});
      if (words == 1) return;
    }
  }

  void offer(const UnitTiling& tiling) {
    if (fits(layer_, tiling, machine_)) ways_.offer(tiling, estimate(tiling));
  }

  [[nodiscard]] std::uint64_t estimate(const UnitTiling& tiling) const {
    const std::uint64_t pieces = std::uint64_t{ceil_div(size_.input_words, tiling.channel_words)} *
                                 ceil_div(size_.pixels, tiling.pixels);
    const std::uint64_t word = word_cycles(machine_, memory_);
    const std::uint64_t input = std::uint64_t{tiling.channel_words} * tiling.pixels * word;
    const std::uint64_t output = output_size(layer_, tiling, size_) * word;
    const std::uint64_t convs = layer_.averages() ? size_.joined() : tiling.channel_words;
    const std::uint64_t spread = layer_.averages() ? tiling.channel_words : tiling.pixels;
    const std::uint64_t each = std::uint64_t{size_.tiles} *
                               ceil_div(static_cast<std::uint32_t>(spread), machine_.rows) *
                               machine_.rows * (layer_.averages() ? tiling.pixels : 1);
    const std::uint64_t loads = input + residual_size(layer_, tiling, size_) * word;
    const ActivationSplit split = split_of(layer_, tiling.input_banks, machine_);
    std::uint64_t exposed = loads + output;
    if (2 * input > split.input.size * word) exposed += pieces * loads;
    return exposed + pieces * std::max({loads, output, convs * std::max(each, kFetchCycles)});
  }

  /// The layer by itself, its data in places of their own.
  [[nodiscard]] std::vector<Command> commands_of(const UnitTiling& tiling) const {
    Placeholder places;
    const std::uint64_t pixels = layer_.averages() ? 1 : size_.pixels;
    UnitPlaces at;
    at.input = places.take(std::uint64_t{size_.input_words} * size_.pixels * machine_.word_bytes());
    at.weights = places.take(std::uint64_t{size_.tiles} * machine_.rows * machine_.row_bytes());
    at.parameters = places.take(std::uint64_t{4} * size_.tiles * machine_.row_bytes());
    at.output = places.take(size_.output.words * pixels * machine_.word_bytes());
    at.residual = places.take(size_.residual.words * pixels * machine_.word_bytes());
    BufferState buffers(machine_);
    std::vector<Command> commands;
    UnitEmitter(machine_, buffers, commands).emit(layer_, tiling, at);
    return commands;
  }

  [[noreturn]] void refuse() const {
    throw bad_input(layer_.name,
                    fmt::format("needs {} activation words for one channel word and {} tiles",
                                layer_.averages() ? size_.pixels : 1, size_.tiles),
                    fmt::format("at most {} words in banks of {}, {} parameter tiles",
                                machine_.activation_words() - machine_.bank_words(),
                                machine_.bank_words(), machine_.parameter_tiles));
  }

  const UnitLayer& layer_;
  const arch::Machine& machine_;
  const arch::MemoryTiming& memory_;
  Sizes size_;
  Shortlist<UnitTiling> ways_;
};

}  // namespace

std::uint32_t unit_tiles(const UnitLayer& layer, const arch::Machine& machine) {
  return arch::parts_per_word(machine, layer.precision);
}

bool fits(const UnitLayer& layer, const UnitTiling& tiling, const arch::Machine& machine) {
  const Sizes size(layer, machine);
  const bool whole_words =
      tiling.channel_words >= size.input_words || tiling.channel_words % size.joined() == 0;
  if (tiling.channel_words < 1 || tiling.channel_words > size.input_words || !whole_words ||
      tiling.pixels < 1 || (layer.averages() && tiling.pixels != size.pixels) ||
      tiling.input_banks < 1 ||
      tiling.input_banks > most_input_banks(machine, false, layer.residual.has_value())) {
    return false;
  }
  const ActivationSplit split = split_of(layer, tiling.input_banks, machine);
  const std::uint64_t rows = std::uint64_t{tiling.channel_words} * layer.height;
  return tiling.pixels <= kFieldMax && (!layer.averages() || rows <= kFieldMax) &&
         std::uint64_t{tiling.channel_words} * tiling.pixels <= split.input.size &&
         output_size(layer, tiling, size) <= split.output.size &&
         residual_size(layer, tiling, size) <= split.residual.size &&
         std::uint64_t{size.tiles} * machine.rows <= machine.weight_rows() &&
         size.tiles <= machine.parameter_tiles;
}

UnitTiling choose_tiling(const UnitLayer& layer, const arch::Machine& machine,
                         const arch::MemoryTiming& memory) {
  check_layer(layer, machine);
  return Chooser(layer, machine, memory).run();
}

void UnitEmitter::emit(const UnitLayer& layer, const UnitTiling& tiling, const UnitPlaces& places) {
  check_layer(layer, machine_);
  if (!fits(layer, tiling, machine_)) {
    throw bad_input(layer.name,
                    fmt::format("pieces of {} channel words and {} pixels", tiling.channel_words,
                                tiling.pixels),
                    "pieces that fit the activation buffer");
  }
  Layer(layer, places, machine_, buffers_, commands_).run(tiling);
}

}  // namespace hb::schedule
