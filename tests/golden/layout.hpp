// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Layouts of docs/commands.md section 5, and programs put together by hand: the tests' own,
// independent of the host.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"

namespace hb::test {

using Bytes = std::vector<std::uint8_t>;

/// Channels of one activation word.
[[nodiscard]] std::uint32_t word_channels(const arch::Machine& machine, arch::Precision precision);

/// [channel word][y][x] words, channels past the end 0.
[[nodiscard]] Bytes pack_tensor(const arch::Machine& machine, arch::Precision precision,
                                const arch::Tensor& tensor);

/// A kernel's size: weights are [output channel][input channel][ky][kx].
struct KernelShape {
  std::uint32_t outputs = 1;
  std::uint32_t inputs = 1;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
};

/// Weight rows of all tiles in the array's order, channels past the end 0.
[[nodiscard]] Bytes pack_weights(const arch::Machine& machine, arch::Precision precision,
                                 const KernelShape& shape, const std::vector<std::int8_t>& weights);

/// The same of int4 weights for int8 activations: two rows of four values in one.
[[nodiscard]] Bytes pack_narrow_weights(const arch::Machine& machine, const KernelShape& shape,
                                        const std::vector<std::int8_t>& weights);

/// Per-channel parameters of a layer: scales are float32 bits or multipliers; `shifts` may be
/// empty.
struct Parameters {
  std::vector<std::int32_t> bias;
  std::vector<std::uint32_t> scale_bits;
  std::vector<std::uint32_t> shifts;
  std::vector<std::uint32_t> copy_scale_bits;
};

/// Parameter rows of all tiles; lanes past the end have bias 0 and scale 1.0.
[[nodiscard]] Bytes pack_parameters(const arch::Machine& machine, const Parameters& parameters);

/// A memory image that grows: commands first, then pieces at aligned addresses.
class Assembly {
 public:
  /// Room for `commands` commands at address 0.
  Assembly(const arch::Machine& machine, std::uint32_t commands);

  /// Puts `bytes` at the next multiple of 128 and returns its address.
  std::uint32_t place(const Bytes& bytes);

  void add(const arch::CommandWords& words);

  /// LOAD of `bytes` bytes at `address` to `buffer_address` of `buffer`.
  void load(arch::Buffer buffer, std::uint32_t address, std::uint32_t buffer_address,
            std::size_t bytes);

  /// The program as it stands; its limit is the image's last byte.
  [[nodiscard]] arch::Program finish() const;

 private:
  arch::Program program_;
  std::uint32_t room_;
};

}  // namespace hb::test
