// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/estimate.hpp"

#include <algorithm>
#include <limits>

namespace hb::schedule {
namespace {

/// More than this are no program; what is not counted here has room.
constexpr std::uint64_t kMostCommands = arch::kMostCommands / 100 * 99;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

class Estimate {
 public:
  Estimate(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine,
           const arch::MemoryTiming& memory)
      : layer_(layer),
        tiling_(tiling),
        machine_(machine),
        memory_(memory),
        size_(sizes(layer, machine)),
        needs_(needs_of(layer, tiling, machine)),
        split_(split_of(layer, tiling, machine)),
        strips_(ceil_div(layer.output_height(), tiling.rows) *
                ceil_div(layer.output_width(), tiling.columns)),
        blocks_(ceil_div(size_.tiles, tiling.block_tiles)),
        groups_(blocks_ * ceil_div(tiling.block_tiles, tiling.group_tiles)) {}

  [[nodiscard]] std::uint64_t cycles() const {
    if (commands() > kMostCommands) return kNever;
    const std::uint64_t input_beats = word_beats(strips_ * needs_.input);
    const bool input_stays = strips_ * needs_.input <= split_.input.size || blocks_ == 1;
    const std::uint64_t pieces = strips_ * blocks_;
    const std::uint64_t residual_beats = word_beats(pieces * needs_.residual);
    const std::uint64_t loads = weight_beats() + residual_beats +
                                input_beats * (tiling_.blocks_outer && !input_stays ? blocks_ : 1);
    const std::uint64_t stores = word_beats(pieces * (needs_.output + needs_.copy));
    // What a buffer that holds no two pieces cannot hide.
    std::uint64_t exposed =
        word_beats(needs_.input + needs_.output + needs_.copy + needs_.residual) +
        exposed_weights();
    if (2 * needs_.input > split_.input.size && strips_ > 1) exposed += input_beats;
    if (2 * needs_.output > split_.output.size && pieces > 1) exposed += stores;
    if (2 * needs_.residual > split_.residual.size && pieces > 1) exposed += residual_beats;
    const std::uint64_t beat = memory_.cycles_per_beat;
    return exposed * beat + 3 * memory_.latency + commands() * kCommandCycles +
           (loads + stores) / kBeatsPerCycle +
           std::max({compute_cycles(), loads * beat, stores * beat, commands() * kFetchCycles});
  }

 private:
  [[nodiscard]] bool chains() const { return tiling_.link_words != 0; }
  [[nodiscard]] std::uint64_t word_beats(std::uint64_t words) const {
    return words * machine_.word_bytes() / machine_.bus_bytes;
  }
  [[nodiscard]] std::uint64_t row_beats(std::uint64_t rows) const {
    return rows * machine_.row_bytes() / machine_.bus_bytes;
  }
  /// Links of a chain, and those that the buffer holds.
  [[nodiscard]] std::uint64_t links() const {
    return ceil_div(size_.channel_words, tiling_.link_words);
  }
  [[nodiscard]] std::uint64_t held_links() const {
    return machine_.weight_rows() / link_rows(tiling_, size_);
  }
  /// Chains of a strip and tile.
  [[nodiscard]] std::uint64_t chain_count() const {
    return ceil_div(tiling_.rows, machine_.rows / tiling_.columns);
  }

  [[nodiscard]] std::uint64_t weight_beats() const {
    const std::uint64_t parameters = row_beats(size_.tiles * std::uint64_t{4});
    if (chains()) {
      const std::uint64_t again = links() > held_links() ? links() - held_links() : 0;
      return parameters + strips_ * size_.tiles *
                              row_beats(size_.tile_rows +
                                        (chain_count() - 1) * again * link_rows(tiling_, size_));
    }
    const std::uint64_t kept =
        (tiling_.blocks_outer ? tiling_.block_tiles : size_.tiles) * size_.tile_rows;
    const bool stay = kept <= machine_.weight_rows() || strips_ == 1;
    return (parameters + row_beats(size_.tiles * size_.tile_rows)) * (stay ? 1 : strips_);
  }

  [[nodiscard]] std::uint64_t exposed_weights() const {
    if (chains()) {
      // A tile's weights are loaded while the one before computes the rest of its last chain, those
      // that find room beside it earlier.
      const std::uint64_t link = size_.tile_steps / size_.channel_words * tiling_.link_words;
      const std::uint64_t hidden = held_links() < 2 ? 0 : size_.tile_steps - link;
      const std::uint64_t free =
          machine_.weight_rows() - std::min<std::uint64_t>(machine_.weight_rows(), size_.tile_rows);
      const std::uint64_t tile = row_beats(size_.tile_rows - std::min(size_.tile_rows, free));
      return strips_ * size_.tiles * (tile > hidden ? tile - hidden : 0);
    }
    const std::uint64_t group_rows = tiling_.group_tiles * size_.tile_rows;
    const bool alone = 2 * group_rows > machine_.weight_rows() && groups_ > 1;
    return row_beats(group_rows) + (alone ? weight_beats() : 0);
  }

  [[nodiscard]] std::uint64_t commands() const {
    if (!chains()) return strips_ * groups_ + 2 * strips_ * blocks_ + groups_;
    return strips_ * size_.tiles * (2 * chain_count() * links() + 1);
  }

  /// Steps of all strips: whole ones, and those cut at the bottom, the right and the corner.
  [[nodiscard]] std::uint64_t compute_cycles() const {
    const std::uint64_t whole_y = layer_.output_height() / tiling_.rows;
    const std::uint64_t whole_x = layer_.output_width() / tiling_.columns;
    const std::uint64_t rest_y = layer_.output_height() % tiling_.rows;
    const std::uint64_t rest_x = layer_.output_width() % tiling_.columns;
    const auto tiles = [&](std::uint64_t rows, std::uint64_t columns) {
      if (!chains() || columns == 0) return ceil_div(rows * columns, machine_.rows);
      return ceil_div(rows, machine_.rows / columns);
    };
    const std::uint64_t pixel_tiles = whole_y * whole_x * tiles(tiling_.rows, tiling_.columns) +
                                      whole_x * tiles(rest_y, tiling_.columns) +
                                      whole_y * tiles(tiling_.rows, rest_x) + tiles(rest_y, rest_x);
    return pixel_tiles * size_.tiles * size_.tile_steps;
  }

  const ConvLayer& layer_;
  const Tiling& tiling_;
  const arch::Machine& machine_;
  const arch::MemoryTiming& memory_;
  LayerSizes size_;
  Needs needs_;
  ActivationSplit split_;
  std::uint64_t strips_;
  std::uint64_t blocks_;
  std::uint64_t groups_;
};

}  // namespace

std::uint64_t estimate_cycles(const ConvLayer& layer, const Tiling& tiling,
                              const arch::Machine& machine, const arch::MemoryTiming& memory) {
  return Estimate(layer, tiling, machine, memory).cycles();
}

}  // namespace hb::schedule
