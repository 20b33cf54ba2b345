// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The layouts of docs/commands.md section 4: tensors, weights and parameters as bytes of memory.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"

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

/// Per output channel; `copy_scale` is empty without a second copy.
struct Parameters {
  std::vector<std::int32_t> bias;
  std::vector<float> scale;
  std::vector<float> copy_scale;
};

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
/// T: weight rows (and steps) of one output-channel tile.
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
/// Weight rows of all output-channel tiles, T rows each. Codes must fit `precision`.
[[nodiscard]] std::vector<std::uint8_t> pack_weights(const arch::Machine& machine,
                                                     arch::Precision precision,
                                                     const Weights& weights);
/// Parameter rows of all output-channel tiles, 4 rows each; lanes without a channel get bias 0 and
/// scale 1.
[[nodiscard]] std::vector<std::uint8_t> pack_parameters(const arch::Machine& machine,
                                                        const Parameters& parameters);

}  // namespace hb::map
