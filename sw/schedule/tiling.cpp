// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/tiling.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "model/arch/error.hpp"

namespace hb::schedule {
namespace {

constexpr std::uint64_t kFieldMax = 0xFFFF;
/// Cycles from command to command when only their fetch is slow, roughly; what each costs beside
/// that, so that near ties go to fewer; a memory latency, for what cannot overlap.
constexpr std::uint64_t kFetchCycles = 30;
constexpr std::uint64_t kCommandCycles = 4;
constexpr std::uint64_t kLatency = 100;

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

std::uint32_t words_of(const arch::Machine& machine, arch::Precision precision,
                       std::uint32_t tiles) {
  return static_cast<std::uint32_t>(ceil_div(tiles, arch::parts_per_word(machine, precision)));
}

/// Input rows (or columns) that `count` outputs need, at most.
std::uint32_t extent(std::uint32_t count, std::uint32_t stride, std::uint32_t kernel,
                     std::uint32_t input) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>((count - 1) * std::uint64_t{stride} + kernel, input));
}

/// What the largest strip and block of a tiling need, in words.
struct Needs {
  std::uint64_t plane = 0;   ///< words of a strip's channel word
  std::uint64_t input = 0;   ///< words of a strip
  std::uint64_t pixels = 0;  ///< of a strip
  std::uint64_t output = 0;  ///< words of a block
  std::uint64_t copy = 0;
};

Needs needs_of(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine) {
  Needs p;
  p.plane =
      std::uint64_t{extent(tiling.rows, layer.stride_y, layer.kernel_height, layer.input_height)} *
      extent(tiling.columns, layer.stride_x, layer.kernel_width, layer.input_width);
  p.input = p.plane * sizes(layer, machine).channel_words;
  p.pixels = std::uint64_t{tiling.rows} * tiling.columns;
  p.output = p.pixels * words_of(machine, layer.output.precision, tiling.block_tiles);
  if (layer.copy) {
    p.copy = p.pixels * words_of(machine, layer.copy->quantizer.precision, tiling.block_tiles);
  }
  return p;
}

/// Coarse cycles of a layer under a tiling.
class Estimate {
 public:
  Estimate(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine)
      : layer_(layer), tiling_(tiling), machine_(machine), size_(sizes(layer, machine)) {}

  [[nodiscard]] std::uint64_t cycles() const {
    const Needs p = needs_of(layer_, tiling_, machine_);
    const ActivationSplit split =
        split_activation(machine_, tiling_.input_banks, layer_.copy.has_value());
    const std::uint64_t strips = ceil_div(layer_.output_height(), tiling_.rows) *
                                 ceil_div(layer_.output_width(), tiling_.columns);
    const std::uint64_t blocks = ceil_div(size_.tiles, tiling_.block_tiles);
    const std::uint64_t groups = blocks * ceil_div(tiling_.block_tiles, tiling_.group_tiles);
    const std::uint64_t group_rows = tiling_.group_tiles * size_.tile_rows;
    const bool outer = tiling_.blocks_outer;
    const std::uint64_t kept_rows = (outer ? tiling_.block_tiles : size_.tiles) * size_.tile_rows;
    const bool weights_stay = kept_rows <= machine_.weight_rows() || strips == 1;
    const bool input_stays = strips * p.input <= split.input.size || blocks == 1;
    const std::uint64_t weight_beats = row_beats(size_.tiles * (size_.tile_rows + 4));
    const std::uint64_t input_beats = word_beats(strips * p.input);
    const std::uint64_t loads = weight_beats * (weights_stay ? 1 : strips) +
                                input_beats * (outer && !input_stays ? blocks : 1);
    const std::uint64_t stores = word_beats(strips * blocks * (p.output + p.copy));
    const std::uint64_t compute = compute_cycles();
    // What a buffer that holds no two pieces cannot hide.
    std::uint64_t exposed = row_beats(group_rows) + word_beats(p.input + p.output + p.copy);
    if (2 * group_rows > machine_.weight_rows() && groups > 1) exposed += weight_beats;
    if (2 * p.input > split.input.size && strips > 1) exposed += input_beats;
    if (2 * p.output > split.output.size && strips * blocks > 1) exposed += stores;
    const std::uint64_t commands = strips * groups + 2 * strips * blocks + groups;
    return exposed + 3 * kLatency + commands * kCommandCycles +
           std::max({compute, loads, stores, commands * kFetchCycles});
  }

 private:
  [[nodiscard]] std::uint64_t word_beats(std::uint64_t words) const {
    return words * machine_.word_bytes() / machine_.bus_bytes;
  }
  [[nodiscard]] std::uint64_t row_beats(std::uint64_t rows) const {
    return rows * machine_.row_bytes() / machine_.bus_bytes;
  }
  /// Steps of all strips: whole ones, and those cut at the bottom, the right and the corner.
  [[nodiscard]] std::uint64_t compute_cycles() const {
    const std::uint64_t whole_y = layer_.output_height() / tiling_.rows;
    const std::uint64_t whole_x = layer_.output_width() / tiling_.columns;
    const std::uint64_t rest_y = layer_.output_height() % tiling_.rows;
    const std::uint64_t rest_x = layer_.output_width() % tiling_.columns;
    const auto tiles = [&](std::uint64_t rows, std::uint64_t columns) {
      return ceil_div(rows * columns, machine_.rows);
    };
    const std::uint64_t pixel_tiles = whole_y * whole_x * tiles(tiling_.rows, tiling_.columns) +
                                      whole_x * tiles(rest_y, tiling_.columns) +
                                      whole_y * tiles(tiling_.rows, rest_x) + tiles(rest_y, rest_x);
    return pixel_tiles * size_.tiles * size_.tile_rows;
  }

  const ConvLayer& layer_;
  const Tiling& tiling_;
  const arch::Machine& machine_;
  LayerSizes size_;
};

/// The most tiles of a block that one CONV may take: half of each buffer, for two at a time, or all
/// where half is too little.
std::uint32_t group_limit(const LayerSizes& size, const arch::Machine& machine,
                          std::uint32_t block) {
  const std::uint64_t rows = machine.weight_rows();
  const std::uint64_t share = size.tiles * size.tile_rows <= rows ? rows : rows / 2;
  const std::uint64_t weights = std::max<std::uint64_t>(share / size.tile_rows, 1);
  const std::uint64_t tiles =
      size.tiles <= machine.parameter_tiles ? machine.parameter_tiles : machine.parameter_tiles / 2;
  return static_cast<std::uint32_t>(std::min({weights, tiles, std::uint64_t{block}}));
}

class Chooser {
 public:
  Chooser(const ConvLayer& layer, const arch::Machine& machine)
      : layer_(layer), machine_(machine), size_(sizes(layer, machine)) {}

  Tiling run() {
    const std::uint32_t most = most_input_banks(machine_, layer_.copy.has_value());
    const std::uint32_t half = std::max(1U, machine_.activation_banks / 2);
    // Half of the banks each, unless nothing fits: then every other cut. A strip narrower than the
    // image comes last.
    try_banks(std::min(half, most), layer_.output_width());
    for (std::uint32_t columns = layer_.output_width(); !found(); columns = (columns + 1) / 2) {
      for (std::uint32_t banks = 1; banks <= most; ++banks) try_banks(banks, columns);
      if (columns == 1) break;
    }
    if (!found()) refuse();
    return best_;
  }

 private:
  [[nodiscard]] bool found() const { return best_cycles_ != kNone; }

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
        tiling.group_tiles = group_limit(size_, machine_, tiling.block_tiles);
        try_rows(tiling);
      }
      if (tiles >= size_.tiles) return;
    }
  }

  void try_rows(Tiling tiling) {
    for (tiling.rows = 1; tiling.rows <= layer_.output_height(); ++tiling.rows) {
      if (!fits(layer_, tiling, machine_)) return;  // more rows do not fit either
      for (const bool outer : {false, true}) {
        tiling.blocks_outer = outer;
        const std::uint64_t cycles = Estimate(layer_, tiling, machine_).cycles();
        if (cycles >= best_cycles_) continue;
        best_cycles_ = cycles;
        best_ = tiling;
      }
    }
  }

  [[noreturn]] void refuse() const {
    Tiling least;
    least.block_tiles = std::min(size_.word_tiles, size_.tiles);
    const Needs p = needs_of(layer_, least, machine_);
    throw bad_input(
        layer_.name,
        fmt::format("needs {} weight rows for a tile, {} activation words for one output pixel's "
                    "input and {} for its output",
                    size_.tile_rows, p.input, p.output + p.copy),
        fmt::format("at most {} weight rows and {} activation words, in banks of {}",
                    machine_.weight_rows(), machine_.activation_words(), machine_.bank_words()));
  }

  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();
  const ConvLayer& layer_;
  const arch::Machine& machine_;
  LayerSizes size_;
  Tiling best_;
  std::uint64_t best_cycles_ = kNone;
};

/// First input position, its count and the padding before it for outputs [first, first + count).
struct Span {
  std::uint32_t begin;
  std::uint32_t count;
  std::uint32_t pad;
};

Span span_of(std::uint32_t first, std::uint32_t count, std::uint32_t stride, std::uint32_t kernel,
             std::uint32_t pad, std::uint32_t input) {
  const std::int64_t from = std::int64_t{first} * stride - pad;
  const std::int64_t to = from + (std::int64_t{count} - 1) * stride + kernel;
  const std::int64_t begin = std::max<std::int64_t>(from, 0);
  const std::int64_t end = std::min<std::int64_t>(to, input);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin),
          static_cast<std::uint32_t>(begin - from)};
}

}  // namespace

Strip strip_at(const ConvLayer& layer, const Tiling& tiling, std::uint32_t oy, std::uint32_t ox) {
  Strip strip;
  strip.oy = oy;
  strip.ox = ox;
  strip.rows = std::min(tiling.rows, layer.output_height() - oy);
  strip.columns = std::min(tiling.columns, layer.output_width() - ox);
  const Span y = span_of(oy, strip.rows, layer.stride_y, layer.kernel_height, layer.pad_top,
                         layer.input_height);
  const Span x = span_of(ox, strip.columns, layer.stride_x, layer.kernel_width, layer.pad_left,
                         layer.input_width);
  strip.iy = y.begin;
  strip.height = y.count;
  strip.pad_top = y.pad;
  strip.ix = x.begin;
  strip.width = x.count;
  strip.pad_left = x.pad;
  return strip;
}

bool fits(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine) {
  const LayerSizes size = sizes(layer, machine);
  const bool copy = layer.copy.has_value();
  if (tiling.rows < 1 || tiling.columns < 1 || tiling.group_tiles < 1 ||
      tiling.group_tiles > tiling.block_tiles || tiling.block_tiles > size.tiles ||
      (tiling.block_tiles != size.tiles && tiling.block_tiles % size.word_tiles != 0) ||
      tiling.input_banks < 1 || tiling.input_banks > most_input_banks(machine, copy)) {
    return false;
  }
  const ActivationSplit split = split_activation(machine, tiling.input_banks, copy);
  const Needs p = needs_of(layer, tiling, machine);
  return tiling.group_tiles * size.tile_rows <= machine.weight_rows() &&
         tiling.group_tiles <= machine.parameter_tiles && p.plane <= kFieldMax &&
         p.pixels <= kFieldMax && p.input <= split.input.size && p.output <= split.output.size &&
         p.copy <= split.copy.size;
}

Tiling choose_tiling(const ConvLayer& layer, const arch::Machine& machine) {
  check_layer(layer, machine);
  return Chooser(layer, machine).run();
}

}  // namespace hb::schedule
