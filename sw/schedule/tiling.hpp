// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How a convolution is cut into commands, and a simple rule that chooses it.
#pragma once

#include <cstdint>

#include "model/arch/machine.hpp"
#include "sw/schedule/layer.hpp"
#include "sw/schedule/regions.hpp"

namespace hb::schedule {

/// A layer's output is cut into strips of pixels and blocks of output-channel tiles; a block is
/// loaded and computed in groups of tiles, one CONV each.
struct Tiling {
  std::uint32_t rows = 1;         ///< output rows of a strip
  std::uint32_t columns = 1;      ///< output columns of a strip
  std::uint32_t block_tiles = 1;  ///< whole words of output and copy, or all tiles
  std::uint32_t group_tiles = 1;  ///< at most block_tiles
  bool blocks_outer =
      false;  ///< all strips of a block, then the next block; otherwise all blocks of a strip
  std::uint32_t input_banks =
      1;  ///< activation banks for the input; the others hold output and copy
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

/// The strip at output pixel (oy, ox), smaller where the output ends.
[[nodiscard]] Strip strip_at(const ConvLayer& layer, const Tiling& tiling, std::uint32_t oy,
                             std::uint32_t ox);

/// Whether every piece fits its buffer and its fields.
[[nodiscard]] bool fits(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine);

/// The fitting tiling that a coarse estimate (the longest of compute, load and store, plus what
/// cannot overlap) likes best. Throws hb::Error naming the layer, what it needs and what there is,
/// when none fits.
[[nodiscard]] Tiling choose_tiling(const ConvLayer& layer, const arch::Machine& machine);

}  // namespace hb::schedule
