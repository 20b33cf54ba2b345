// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// SCALE-Sim's topology files: layers as shapes, in CSV (scalesim-project/SCALE-Sim v2 and v3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hb::scalesim {

/// A convolution, or a matrix product as SCALE-Sim reads it: M rows of K values are images of
/// height M, width 1 and K channels, for N filters.
struct Layer {
  std::string name;
  std::size_t line = 0;  ///< of the file, from 1
  std::uint32_t input_height = 1;
  std::uint32_t input_width = 1;
  std::uint32_t filter_height = 1;
  std::uint32_t filter_width = 1;
  std::uint32_t channels = 1;
  std::uint32_t filters = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;

  /// As SCALE-Sim counts them: what does not divide counts as a whole.
  [[nodiscard]] std::uint32_t output_height() const {
    return (input_height - filter_height + stride_y - 1) / stride_y + 1;
  }
  [[nodiscard]] std::uint32_t output_width() const {
    return (input_width - filter_width + stride_x - 1) / stride_x + 1;
  }
};

struct Topology {
  std::string file;
  std::vector<Layer> layers;  ///< at least one
};

/// Reads the CSV `text` of `file`. The first line names the columns: "Layer name, IFMAP Height,
/// IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides," (or Stride Height and
/// Stride Width, and maybe Sparsity), or "Layer, M, N, K," (maybe Batch). As in SCALE-Sim, what is
/// behind a line's last comma is dropped. Throws hb::Error naming file and line for anything else,
/// for sparse, depthwise and batched layers, and for sizes that no command holds.
[[nodiscard]] Topology parse_topology(const std::string& text, const std::string& file);

/// Says that, and where first, layers give less than the next layer that can read them takes, by
/// just the padding that the file has no column for; empty if none do.
[[nodiscard]] std::optional<std::string> padding_warning(const Topology& topology);

}  // namespace hb::scalesim
