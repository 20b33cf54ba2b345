// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include "sw/scalesim/topology.hpp"

namespace hb::scalesim {
namespace {

std::uint32_t halves(std::uint32_t size) { return (size + 1) / 2; }

/// Output height if the layer's input were padded to keep it, but for the stride.
std::uint32_t padded_height(const Layer& layer) {
  return (layer.input_height + layer.stride_y - 1) / layer.stride_y;
}

/// The next layer with as many channels as `layers[index]` has filters.
const Layer* reader_of(const std::vector<Layer>& layers, std::size_t index) {
  for (std::size_t i = index + 1; i < layers.size(); ++i) {
    if (layers[i].channels == layers[index].filters) return &layers[i];
  }
  return nullptr;
}

/// Whether `reader` takes maps of `height`, as they are or pooled by 2, padded by itself or not.
bool takes(const Layer& reader, std::uint32_t height) {
  const std::uint32_t padding = reader.filter_height - 1;
  for (const std::uint32_t size : {height, halves(height)}) {
    if (reader.input_height == size || reader.input_height == size + padding) return true;
  }
  return false;
}

/// Whether `reader` can't take what `layer` gives, but what it would give with padding.
bool lacks_padding(const Layer& layer, const Layer& reader) {
  const std::uint32_t height = padded_height(layer);
  const bool padded = reader.input_height == height || reader.input_height == halves(height);
  return layer.filter_height > 1 && layer.output_height() < height && padded &&
         !takes(reader, layer.output_height());
}

}  // namespace

std::optional<std::string> padding_warning(const Topology& topology) {
  const std::vector<Layer>& layers = topology.layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Layer* reader = reader_of(layers, i);
    if (reader == nullptr || !lacks_padding(layers[i], *reader)) continue;
    std::size_t others = 0;  // a file pads everywhere or nowhere
    for (const Layer& layer : layers) {
      others += layer.filter_height > 1 && layer.output_height() < padded_height(layer) ? 1 : 0;
    }
    return fmt::format(
        "{}: line {}: layer {} gives maps of height {}, line {} reads {}: sizes without padding, "
        "in "
        "{} layers; the cycles are those of what the file states",
        topology.file, layers[i].line, layers[i].name, layers[i].output_height(), reader->line,
        reader->input_height, others);
  }
  return std::nullopt;
}

}  // namespace hb::scalesim
