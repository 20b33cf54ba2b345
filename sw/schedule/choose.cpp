// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The search for a convolution's tiling.
#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/conv.hpp"
#include "sw/schedule/estimate.hpp"
#include "sw/schedule/played.hpp"
#include "sw/schedule/tiling.hpp"

namespace hb::schedule {
namespace {

constexpr std::uint32_t kMostLinks = 16;

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

/// The most tiles of a block that one CONV may take: half of each buffer, for two at a time, or all
/// where half is too little. 0 where not even one tile fits.
std::uint32_t group_limit(const LayerSizes& size, const arch::Machine& machine,
                          std::uint32_t block) {
  const std::uint64_t rows = machine.weight_rows();
  if (size.tile_rows > rows) return 0;
  const std::uint64_t share = size.tiles * size.tile_rows <= rows ? rows : rows / 2;
  const std::uint64_t weights = std::max<std::uint64_t>(share / size.tile_rows, 1);
  const std::uint64_t tiles =
      size.tiles <= machine.parameter_tiles ? machine.parameter_tiles : machine.parameter_tiles / 2;
  return static_cast<std::uint32_t>(std::min({weights, tiles, std::uint64_t{block}}));
}

class Chooser {
 public:
  Chooser(const ConvLayer& layer, const arch::Machine& machine, const arch::MemoryTiming& memory)
      : layer_(layer), machine_(machine), memory_(memory), size_(sizes(layer, machine)) {}

  Tiling run() {
    const std::uint32_t most = most_input_banks(layer_, machine_);
    const std::uint32_t half = std::max(1U, machine_.activation_banks / 2);
    // Half of the banks each, unless nothing fits: then every other cut. A strip narrower than the
    // image comes last. Chains need their input whole more than anything else.
    try_banks(std::min(half, most), layer_.output_width());
    for (std::uint32_t banks = 1; deep() && banks <= most; ++banks) {
      try_banks(banks, layer_.output_width());
    }
    for (std::uint32_t columns = layer_.output_width(); ways_.empty();
         columns = (columns + 1) / 2) {
      for (std::uint32_t banks = 1; banks <= most; ++banks) try_banks(banks, columns);
      if (columns == 1) break;
    }
    if (ways_.empty()) refuse();
    return ways_.best([&](const Tiling& tiling) { return commands_of(tiling); }, machine_, memory_);
  }

 private:
  void try_banks(std::uint32_t banks, std::uint32_t columns) {
    std::uint32_t last_blocks = 0;
    for (std::uint32_t tiles = size_.word_tiles;; tiles += size_.word_tiles) {
      Tiling tiling;
      tiling.block_tiles = std::min(tiles, size_.tiles);
      const auto blocks = static_cast<std::uint32_t>(ceil_div(size_.tiles, tiling.block_tiles));
      if (blocks != last_blocks) {
        last_blocks = blocks;
        tiling.columns = columns;
        tiling.input_banks = banks;
        try_groups(tiling);
        if (deep()) try_chains(tiling);
      }
      if (tiles >= size_.tiles) return;
    }
  }

  /// Large groups are few commands; small ones let the array start, or the memory end, earlier.
  void try_groups(Tiling tiling) {
    tiling.group_tiles = group_limit(size_, machine_, tiling.block_tiles);
    for (; tiling.group_tiles > 0; tiling.group_tiles /= 2) try_rows(tiling);
  }

  /// Chains. Shorter links make better use of the buffer, and are more commands.
  void try_chains(Tiling tiling) {
    tiling.group_tiles = 1;
    tiling.columns = std::min(tiling.columns, machine_.rows);
    for (std::uint32_t links = 2; links <= kMostLinks; ++links) {
      const auto words = static_cast<std::uint32_t>(ceil_div(size_.channel_words, links));
      if (words == tiling.link_words) continue;
      tiling.link_words = words;
      try_rows(tiling);
    }
  }

  void try_rows(Tiling tiling) {
    for (tiling.rows = 1; tiling.rows <= layer_.output_height(); ++tiling.rows) {
      if (!fits(layer_, tiling, machine_)) return;  // more rows do not fit either
      for (const bool outer : {false, true}) {
        tiling.blocks_outer = outer;
        ways_.offer(tiling, estimate_cycles(layer_, tiling, machine_, memory_));
        const bool one_strip =
            tiling.rows == layer_.output_height() && tiling.columns == layer_.output_width();
        if (tiling.block_tiles == size_.tiles || one_strip) break;  // no order
      }
    }
  }

  /// Whether half of the weight buffer holds no tile.
  [[nodiscard]] bool deep() const { return 2 * size_.tile_rows > machine_.weight_rows(); }

  /// The layer by itself, its data in places of their own.
  [[nodiscard]] std::vector<Command> commands_of(const Tiling& tiling) const {
    Placeholder places;
    const auto words = [&](std::uint64_t pixels, arch::Precision precision,
                           std::uint32_t channels) {
      return pixels * map::channel_words(machine_, precision, channels) * machine_.word_bytes();
    };
    const std::uint64_t inputs = std::uint64_t{layer_.input_height} * layer_.input_width;
    const std::uint64_t outputs = std::uint64_t{layer_.output_height()} * layer_.output_width();
    const auto output = [&](arch::Precision precision) {
      return places.take(words(outputs, precision, layer_.output_channels));
    };
    ConvPlaces at;
    at.input = places.take(words(inputs, layer_.precision, layer_.input_channels));
    at.weights = places.take(size_.tiles * size_.tile_rows * machine_.row_bytes());
    at.parameters = places.take(size_.tiles * std::uint64_t{4} * machine_.row_bytes());
    at.output = output(layer_.output.precision);
    if (layer_.copy) at.copy = output(layer_.copy->quantizer.precision);
    if (layer_.residual) at.residual = output(layer_.residual->precision);
    BufferState buffers(machine_);
    std::vector<Command> commands;
    ConvEmitter(machine_, buffers, commands).emit(layer_, tiling, at);
    return commands;
  }

  [[noreturn]] void refuse() const {
    Tiling least;
    least.block_tiles = std::min(size_.word_tiles, size_.tiles);
    const Needs p = needs_of(layer_, least, machine_);
    throw bad_input(
        layer_.name,
        fmt::format("needs {} weight rows for a tile's channel word, {} activation words for one "
                    "output pixel's input, {} for its output and {} for its residual",
                    size_.tile_rows / size_.channel_words, p.input, p.output + p.copy, p.residual),
        fmt::format("at most {} weight rows and {} activation words, in banks of {}",
                    machine_.weight_rows(), machine_.activation_words(), machine_.bank_words()));
  }

  const ConvLayer& layer_;
  const arch::Machine& machine_;
  const arch::MemoryTiming& memory_;
  LayerSizes size_;
  Shortlist<Tiling> ways_;
};

}  // namespace

Tiling choose_tiling(const ConvLayer& layer, const arch::Machine& machine,
                     const arch::MemoryTiming& memory) {
  check_layer(layer, machine);
  return Chooser(layer, machine, memory).run();
}

}  // namespace hb::schedule
