// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Max pooling as LOADs, POOLs and STOREs: strips of some channel words that go through the
// activation buffer.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/buffers.hpp"
#include "sw/schedule/command.hpp"
#include "sw/schedule/layer.hpp"

namespace hb::schedule {

/// One LOAD, POOL and STORE each: channel words of a strip of output pixels.
struct PoolTiling {
  std::uint32_t channel_words = 1;
  std::uint32_t rows = 1;     ///< output rows
  std::uint32_t columns = 1;  ///< output columns
  std::uint32_t input_banks = 1;
};

/// Memory addresses (bytes) of a layer's tensors, and its tag.
struct TensorPlaces {
  std::uint32_t input = 0;
  std::uint32_t output = 0;
  std::uint16_t tag = 0;
};

[[nodiscard]] bool fits(const PoolLayer& layer, const PoolTiling& tiling,
                        const arch::Machine& machine);

/// As choose_tiling() of a convolution.
[[nodiscard]] PoolTiling choose_tiling(const PoolLayer& layer, const arch::Machine& machine,
                                       const arch::MemoryTiming& memory = {});

/// Appends a layer's commands, without tokens. Throws hb::Error naming the layer when it or its
/// tiling cannot be.
class PoolEmitter {
 public:
  PoolEmitter(const arch::Machine& machine, BufferState& buffers, std::vector<Command>& commands)
      : machine_(machine), buffers_(buffers), commands_(commands) {}

  void emit(const PoolLayer& layer, const PoolTiling& tiling, const TensorPlaces& places);

 private:
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
};

}  // namespace hb::schedule
