// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The layouts of docs/commands.md section 5: tensors, weights and parameters as bytes of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "sw/map/quantize.hpp"

namespace hb::map {

/// Weights of a convolution, [output channel][input channel][kernel y][kernel x], one int8 each
/// whatever the precision.
struct Weights {
  std::uint32_t output_channels = 0;
  std::uint32_t input_channels = 0;
  std::uint32_t kernel_height = 0;
  std::uint32_t kernel_width = 0;
  std::vector<std::int8_t> values;

  [[nodiscard]] std::size_t index(std::uint32_t o, std::uint32_t i, std::uint32_t ky,
                                  std::uint32_t kx) const {
    return ((std::size_t{o} * input_channels + i) * kernel_height + ky) * kernel_width + kx;
  }
};

/// Per output channel; those of the copy are empty without a second copy. Scales under `ort`,
/// multipliers under `tflite`: the other contract's are empty.
struct Parameters {
  std::vector<std::int32_t> bias;
  std::vector<float> scale;
  std::vector<float> copy_scale;
  std::vector<Multiplier> multiplier;
  std::vector<Multiplier> copy_multiplier;
};

/// The weights that pick channel c of a word for output channel c: 1 on the diagonal.
[[nodiscard]] Weights unit_weights(std::uint32_t channels);
/// The same bias and scale for every one of `channels` channels.
[[nodiscard]] Parameters unit_parameters(arch::Contract contract, const UnitScale& unit,
                                         std::uint32_t channels);

/// Channels that one activation word holds: 4R (int8) or 8R (int4).
[[nodiscard]] std::uint32_t channels_per_word(const arch::Machine& machine,
                                              arch::Precision precision);
/// Channel words of a tensor of `channels` channels.
[[nodiscard]] std::uint32_t channel_words(const arch::Machine& machine, arch::Precision precision,
                                          std::uint32_t channels);
/// Bytes of a tensor in memory.
[[nodiscard]] std::uint64_t tensor_bytes(const arch::Machine& machine,
                                         const arch::TensorPlace& place);
/// Output-channel tiles of C for `channels` output channels.
[[nodiscard]] std::uint32_t output_tiles(const arch::Machine& machine, std::uint32_t channels);
/// T: steps, and weight rows unless they are narrow, of one output-channel tile.
[[nodiscard]] std::uint64_t tile_rows(const arch::Machine& machine, arch::Precision precision,
                                      const Weights& shape);

/// A tensor's bytes; channels past the end are 0. Codes must fit `precision`.
[[nodiscard]] std::vector<std::uint8_t> pack_tensor(const arch::Machine& machine,
                                                    arch::Precision precision,
                                                    const arch::Tensor& tensor);
/// The tensor that lies at `place` in `memory`; channels past the end are not looked at. Throws
/// hb::Error naming the tensor when the memory is too short.
[[nodiscard]] arch::Tensor unpack_tensor(const arch::Machine& machine,
                                         const arch::TensorPlace& place,
                                         const std::vector<std::uint8_t>& memory);
/// Weight rows of all output-channel tiles for activations of `precision`, T rows each; `narrow`:
/// int4 weights for int8 activations, T / 2 rows. Codes must fit the weights' precision.
[[nodiscard]] std::vector<std::uint8_t> pack_weights(const arch::Machine& machine,
                                                     arch::Precision precision,
                                                     const Weights& weights, bool narrow = false);
/// Parameter rows of all output-channel tiles, 4 rows each; lanes without a channel get bias 0 and
/// scale 1 (`tflite`: multiplier 0).
[[nodiscard]] std::vector<std::uint8_t> pack_parameters(const arch::Machine& machine,
                                                        const Parameters& parameters);

}  // namespace hb::map
