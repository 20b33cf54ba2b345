// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/tiling.hpp"

#include <algorithm>

#include "sw/schedule/transfers.hpp"

namespace hb::schedule {
namespace {

/// Input rows (or columns) that `count` outputs need, at most.
std::uint32_t extent(std::uint32_t count, std::uint32_t stride, std::uint32_t kernel,
                     std::uint32_t input) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>((count - 1) * std::uint64_t{stride} + kernel, input));
}

/// First input position, its count and the padding before it for outputs [first, first + count).
struct Span {
  std::uint32_t begin;
  std::uint32_t count;
  std::uint32_t pad;
};

struct Axis {
  std::uint32_t stride;
  std::uint32_t kernel;
  std::uint32_t pad;
  std::uint32_t input;
};

Span span_of(std::uint32_t first, std::uint32_t count, const Axis& axis) {
  const std::int64_t from = std::int64_t{first} * axis.stride - axis.pad;
  const std::int64_t to = from + (std::int64_t{count} - 1) * axis.stride + axis.kernel;
  const std::int64_t begin = std::max<std::int64_t>(from, 0);
  const std::int64_t end = std::min<std::int64_t>(to, axis.input);
  return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin),
          static_cast<std::uint32_t>(begin - from)};
}

bool weights_fit(const Tiling& tiling, const LayerSizes& size, const arch::Machine& machine) {
  if (tiling.link_words == 0) return tiling.group_tiles * size.tile_rows <= machine.weight_rows();
  return tiling.group_tiles == 1 && tiling.columns <= machine.rows &&
         tiling.link_words < size.channel_words && link_rows(tiling, size) <= machine.weight_rows();
}

}  // namespace

Strip strip_at(const WindowLayer& layer, const Strip& wanted) {
  Strip strip;
  strip.oy = wanted.oy;
  strip.ox = wanted.ox;
  strip.rows = std::min(wanted.rows, layer.output_height() - wanted.oy);
  strip.columns = std::min(wanted.columns, layer.output_width() - wanted.ox);
  const Span y = span_of(strip.oy, strip.rows,
                         {layer.stride_y, layer.kernel_height, layer.pad_top, layer.input_height});
  const Span x = span_of(strip.ox, strip.columns,
                         {layer.stride_x, layer.kernel_width, layer.pad_left, layer.input_width});
  strip.iy = y.begin;
  strip.height = y.count;
  strip.pad_top = y.pad;
  strip.ix = x.begin;
  strip.width = x.count;
  strip.pad_left = x.pad;
  return strip;
}

std::vector<Strip> strips_of(const WindowLayer& layer, std::uint32_t rows, std::uint32_t columns) {
  std::vector<Strip> strips;
  for (std::uint32_t oy = 0; oy < layer.output_height(); oy += rows) {
    for (std::uint32_t ox = 0; ox < layer.output_width(); ox += columns) {
      Strip wanted;
      wanted.oy = oy;
      wanted.ox = ox;
      wanted.rows = rows;
      wanted.columns = columns;
      strips.push_back(strip_at(layer, wanted));
    }
  }
  return strips;
}

std::uint64_t strip_plane(const WindowLayer& layer, std::uint32_t rows, std::uint32_t columns) {
  return std::uint64_t{extent(rows, layer.stride_y, layer.kernel_height, layer.input_height)} *
         extent(columns, layer.stride_x, layer.kernel_width, layer.input_width);
}

std::uint64_t link_rows(const Tiling& tiling, const LayerSizes& size) {
  return size.tile_rows / size.channel_words * tiling.link_words;
}

Needs needs_of(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine) {
  Needs p;
  p.plane = strip_plane(layer, tiling.rows, tiling.columns);
  p.input = p.plane * sizes(layer, machine).channel_words;
  p.pixels = std::uint64_t{tiling.rows} * tiling.columns;
  const auto words = [&](arch::Precision precision) {
    const std::uint64_t parts = arch::parts_per_word(machine, precision);
    return p.pixels * ((tiling.block_tiles + parts - 1) / parts);
  };
  p.output = words(layer.output.precision);
  if (layer.copy) p.copy = words(layer.copy->quantizer.precision);
  if (layer.residual) p.residual = words(layer.residual->precision);
  return p;
}

ActivationSplit split_of(const ConvLayer& layer, const Tiling& tiling,
                         const arch::Machine& machine) {
  return split_activation(machine, tiling.input_banks, layer.copy.has_value(),
                          layer.residual.has_value());
}

std::uint32_t most_input_banks(const ConvLayer& layer, const arch::Machine& machine) {
  return most_input_banks(machine, layer.copy.has_value(), layer.residual.has_value());
}

bool fits(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine) {
  const LayerSizes size = sizes(layer, machine);
  if (tiling.rows < 1 || tiling.columns < 1 || tiling.group_tiles < 1 ||
      tiling.group_tiles > tiling.block_tiles || tiling.block_tiles > size.tiles ||
      (tiling.block_tiles != size.tiles && tiling.block_tiles % size.word_tiles != 0) ||
      tiling.input_banks < 1 || tiling.input_banks > most_input_banks(layer, machine)) {
    return false;
  }
  const ActivationSplit split = split_of(layer, tiling, machine);
  const Needs p = needs_of(layer, tiling, machine);
  return weights_fit(tiling, size, machine) && tiling.group_tiles <= machine.parameter_tiles &&
         p.plane <= kFieldMax && p.pixels <= kFieldMax && p.input <= split.input.size &&
         p.output <= split.output.size && p.copy <= split.copy.size &&
         p.residual <= split.residual.size;
}

}  // namespace hb::schedule
