// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How a convolution is cut into commands.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/layer.hpp"
#include "sw/schedule/regions.hpp"

namespace hb::schedule {

/// A layer's output is cut into strips of pixels and blocks of output-channel tiles; a block is
/// loaded and computed in groups of tiles, one CONV each.
///
/// Where a tile's weights are too many for the buffer (`link_words` is not 0), a group is one tile,
/// and its CONV becomes, for every R pixels, a chain of them over the input's channel words. The
/// links' weights go round and round through the buffer; sums may be added in any order, so a chain
/// starts with the links that the one before has left there.
struct Tiling {
  std::uint32_t rows = 1;         ///< output rows of a strip
  std::uint32_t columns = 1;      ///< output columns of a strip; in chains at most R
  std::uint32_t block_tiles = 1;  ///< whole words of output, copy and residual, or all tiles
  std::uint32_t group_tiles = 1;  ///< at most block_tiles
  bool blocks_outer =
      false;  ///< all strips of a block, then the next block; otherwise all blocks of a strip
  std::uint32_t input_banks = 1;  ///< activation banks for the input; the others hold the rest
  std::uint32_t link_words = 0;   ///< channel words of a link; 0: no chains
};

/// Output pixels [oy, oy + rows) x [ox, ox + columns) and the input they need.
struct Strip {
  std::uint32_t oy = 0;
  std::uint32_t ox = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t iy = 0;  ///< first input row
  std::uint32_t ix = 0;
  std::uint32_t height = 0;  ///< input rows
  std::uint32_t width = 0;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
};

/// `rows` x `columns` output pixels from (oy, ox) on, fewer where the output ends.
[[nodiscard]] Strip strip_at(const WindowLayer& layer, const Strip& wanted);
/// All strips of at most `rows` x `columns` output pixels, row by row.
[[nodiscard]] std::vector<Strip> strips_of(const WindowLayer& layer, std::uint32_t rows,
                                           std::uint32_t columns);
/// Words of one channel word of the largest such strip's input.
[[nodiscard]] std::uint64_t strip_plane(const WindowLayer& layer, std::uint32_t rows,
                                        std::uint32_t columns);

/// Weight rows of a link.
[[nodiscard]] std::uint64_t link_rows(const Tiling& tiling, const LayerSizes& size);

/// What the largest strip and block of a tiling need, in words.
struct Needs {
  std::uint64_t plane = 0;   ///< of a strip's channel word
  std::uint64_t input = 0;   ///< of a strip
  std::uint64_t pixels = 0;  ///< of a strip
  std::uint64_t output = 0;  ///< of a block
  std::uint64_t copy = 0;
  std::uint64_t residual = 0;
};
[[nodiscard]] Needs needs_of(const ConvLayer& layer, const Tiling& tiling,
                             const arch::Machine& machine);

/// The activation buffer under a tiling, and the most banks that it may give to the input.
[[nodiscard]] ActivationSplit split_of(const ConvLayer& layer, const Tiling& tiling,
                                       const arch::Machine& machine);
[[nodiscard]] std::uint32_t most_input_banks(const ConvLayer& layer, const arch::Machine& machine);

/// Whether every piece fits its buffer and its fields.
[[nodiscard]] bool fits(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine);

/// The fitting tiling that takes the fewest cycles: the best few by a coarse estimate are played
/// command by command, alone; where two take about as long, the one that moves fewer bytes. Throws
/// hb::Error naming the layer, what it needs and what there is, when none fits.
[[nodiscard]] Tiling choose_tiling(const ConvLayer& layer, const arch::Machine& machine,
                                   const arch::MemoryTiming& memory = {});

}  // namespace hb::schedule
