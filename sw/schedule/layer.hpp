// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A quantized convolution as the schedule sees it: shapes and quantizers, no data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"

namespace hb::schedule {

/// Clamp and zero point of a tensor of codes.
struct Quantizer {
  arch::Precision precision = arch::Precision::kInt8;
  std::int8_t low = -128;
  std::int8_t high = 127;
  std::int8_t zero_point = 0;
};

struct SecondCopy {
  arch::CopySource source = arch::CopySource::kAccumulator;
  Quantizer quantizer;
};

struct ConvLayer {
  std::string name;
  arch::Precision precision = arch::Precision::kInt8;  ///< of input and weights
  std::uint32_t input_channels = 1;
  std::uint32_t input_height = 1;
  std::uint32_t input_width = 1;
  std::uint32_t output_channels = 1;
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;  ///< each pad is smaller than the kernel
  std::uint32_t pad_left = 0;
  std::uint32_t pad_bottom = 0;
  std::uint32_t pad_right = 0;
  std::int8_t pad_code = 0;  ///< the code of padded positions
  Quantizer output;
  std::optional<SecondCopy> copy;

  [[nodiscard]] std::uint32_t output_height() const {
    return (input_height + pad_top + pad_bottom - kernel_height) / stride_y + 1;
  }
  [[nodiscard]] std::uint32_t output_width() const {
    return (input_width + pad_left + pad_right - kernel_width) / stride_x + 1;
  }
  /// Multiplications of the operator itself, whatever the array pads.
  [[nodiscard]] std::uint64_t macs() const;
  /// For people: "128x28x28 3x3/1 -> 128x28x28".
  [[nodiscard]] std::string shape() const;
  /// The byte that a padded position feeds: the code, in both nibbles at int4.
  [[nodiscard]] std::uint8_t pad_value() const;
};

/// Derived sizes of a layer on a machine.
struct LayerSizes {
  std::uint32_t channel_words = 0;  ///< of the input
  std::uint32_t tiles = 0;          ///< output-channel tiles
  std::uint64_t tile_rows = 0;      ///< T, weight rows of a tile
  std::uint32_t word_tiles = 0;     ///< tiles that fill whole words of output and copy
};
[[nodiscard]] LayerSizes sizes(const ConvLayer& layer, const arch::Machine& machine);

/// Throws hb::Error naming the layer for a shape, stride, pad or quantizer that no command can
/// hold.
void check_layer(const ConvLayer& layer, const arch::Machine& machine);

}  // namespace hb::schedule
