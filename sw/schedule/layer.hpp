// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Quantized layers as the schedule sees them: shapes and quantizers, no data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "sw/map/quantize.hpp"

namespace hb::schedule {

/// Clamp and zero point of a tensor of codes.
struct Quantizer {
  arch::Precision precision = arch::Precision::kInt8;
  std::int8_t low = -128;
  std::int8_t high = 127;
  std::int8_t zero_point = 0;
};

/// The whole range of `precision`, zero point 0.
[[nodiscard]] Quantizer full_range(arch::Precision precision);

struct SecondCopy {
  arch::CopySource source = arch::CopySource::kAccumulator;
  Quantizer quantizer;
  /// With source kCode: minus the true zero point of the output's code, which under `ort` with a
  /// residual the layer does not know. Empty: minus `output.zero_point`.
  std::optional<std::int16_t> offset{};
};

/// A tensor of the output's shape that is added to it (docs/arithmetic.md section 4).
struct ResidualInput {
  arch::Precision precision = arch::Precision::kInt8;
  std::int8_t sum_low = -128;  ///< of the convolution's own code
  std::int8_t sum_high = 127;
  std::int8_t sum_zero_point = 0;
  map::Addition addition;

  /// As CONV holds it, but for its place in the buffer.
  [[nodiscard]] arch::Residual command() const;
};

/// The input of a layer and the windows that pass over it.
struct WindowLayer {
  std::string name;
  arch::Precision precision = arch::Precision::kInt8;  ///< of the input
  std::uint32_t input_channels = 1;
  std::uint32_t input_height = 1;
  std::uint32_t input_width = 1;
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;  ///< each pad is smaller than the kernel
  std::uint32_t pad_left = 0;
  std::uint32_t pad_bottom = 0;
  std::uint32_t pad_right = 0;

  [[nodiscard]] std::uint32_t output_height() const {
    return (input_height + pad_top + pad_bottom - kernel_height) / stride_y + 1;
  }
  [[nodiscard]] std::uint32_t output_width() const {
    return (input_width + pad_left + pad_right - kernel_width) / stride_x + 1;
  }
  /// For people: "128x28x28 3x3/1 -> 128x28x28".
  [[nodiscard]] std::string shape(std::uint32_t output_channels) const;
};

/// Convolution; fully connected where the kernel is as large as the input.
struct ConvLayer : WindowLayer {
  std::uint32_t output_channels = 1;
  std::int8_t pad_code = 0;     ///< the code of padded positions
  bool narrow_weights = false;  ///< int4 weights for int8 activations
  arch::Contract contract = arch::Contract::kOrt;
  Quantizer output;
  std::optional<SecondCopy> copy;         ///< with a residual, of the output's code
  std::optional<ResidualInput> residual;  ///< `output.zero_point` is the addition's

  /// Multiplications of the operator itself, whatever the array pads.
  [[nodiscard]] std::uint64_t macs() const;
  [[nodiscard]] std::string shape() const { return WindowLayer::shape(output_channels); }
  /// The byte that a padded position feeds: the code, in both nibbles at int4.
  [[nodiscard]] std::uint8_t pad_value() const;
  /// What is added to the output's code on the way to its second copy.
  [[nodiscard]] std::int16_t copy_offset() const;
  /// Whether one window covers the whole input, without padding.
  [[nodiscard]] bool fully_connected() const {
    return kernel_height == input_height && kernel_width == input_width && pad_top == 0 &&
           pad_left == 0 && pad_bottom == 0 && pad_right == 0;
  }
};

/// Max pooling: codes in, the same codes out; padding never wins.
struct PoolLayer : WindowLayer {
  [[nodiscard]] std::string shape() const { return WindowLayer::shape(input_channels); }
};

/// What a UnitLayer does with each channel by itself.
enum class UnitKind : std::uint8_t {
  kGlobalAverage,  ///< one code per channel
  kRequantize,     ///< every code, to another scale or precision
  kAdd,            ///< every code, and a tensor of the same shape is added
};

/// Sums of one channel with itself, by unit weights (docs/commands.md section 5).
struct UnitLayer {
  std::string name;
  UnitKind kind = UnitKind::kRequantize;
  arch::Precision precision = arch::Precision::kInt8;  ///< of the input
  std::uint32_t channels = 1;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  arch::Contract contract = arch::Contract::kOrt;
  Quantizer output;
  std::optional<ResidualInput>
      residual;  ///< exactly of kAdd; `output.zero_point` is the addition's

  [[nodiscard]] std::uint32_t output_height() const { return averages() ? 1 : height; }
  [[nodiscard]] std::uint32_t output_width() const { return averages() ? 1 : width; }
  [[nodiscard]] bool averages() const { return kind == UnitKind::kGlobalAverage; }
  [[nodiscard]] std::string shape() const;
};

/// Derived sizes of a convolution on a machine.
struct LayerSizes {
  std::uint32_t channel_words = 0;  ///< of the input
  std::uint32_t tiles = 0;          ///< output-channel tiles
  std::uint64_t tile_rows = 0;      ///< W, weight rows of a tile
  std::uint32_t word_tiles = 0;     ///< tiles that fill whole words of output, copy and residual
  std::uint64_t tile_steps = 0;     ///< T, steps of a tile
};
[[nodiscard]] LayerSizes sizes(const ConvLayer& layer, const arch::Machine& machine);

/// All of a layer that its commands' number, sizes and cycles depend on: layers of equal keys have
/// equal tilings.
using ShapeKey = std::vector<std::uint32_t>;
[[nodiscard]] ShapeKey shape_key(const ConvLayer& layer);
[[nodiscard]] ShapeKey shape_key(const PoolLayer& layer);
[[nodiscard]] ShapeKey shape_key(const UnitLayer& layer);

/// Throws hb::Error naming the layer for a shape, stride, pad, quantizer or mix of formats that no
/// command can hold.
void check_layer(const ConvLayer& layer, const arch::Machine& machine);
void check_layer(const PoolLayer& layer, const arch::Machine& machine);
void check_layer(const UnitLayer& layer, const arch::Machine& machine);

}  // namespace hb::schedule
