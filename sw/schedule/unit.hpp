// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Global average pooling, requantization and addition as LOADs, CONVs with unit weights and STOREs.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"
#include "sw/schedule/buffers.hpp"
#include "sw/schedule/command.hpp"
#include "sw/schedule/layer.hpp"

namespace hb::schedule {

/// Memory addresses (bytes): tensors; unit weights and parameters of unit_tiles() tiles.
struct UnitPlaces {
  std::uint32_t input = 0;
  std::uint32_t weights = 0;
  std::uint32_t parameters = 0;
  std::uint32_t output = 0;
  std::uint32_t residual = 0;  ///< not looked at without one
  std::uint16_t tag = 0;
};

/// One LOAD (of an addition two) and its CONVs and STOREs: channel words of some consecutive
/// pixels; for an average, of all.
struct UnitTiling {
  std::uint32_t channel_words = 1;
  std::uint32_t pixels = 1;
  std::uint32_t input_banks = 1;
};

/// Output-channel tiles of one input word: what weights and parameters are made for.
[[nodiscard]] std::uint32_t unit_tiles(const UnitLayer& layer, const arch::Machine& machine);

[[nodiscard]] bool fits(const UnitLayer& layer, const UnitTiling& tiling,
                        const arch::Machine& machine);

/// As choose_tiling() of a convolution.
[[nodiscard]] UnitTiling choose_tiling(const UnitLayer& layer, const arch::Machine& machine,
                                       const arch::MemoryTiming& memory = {});

/// Appends a layer's commands, without tokens. Throws hb::Error naming the layer when it or its
/// tiling cannot be.
class UnitEmitter {
 public:
  UnitEmitter(const arch::Machine& machine, BufferState& buffers, std::vector<Command>& commands)
      : machine_(machine), buffers_(buffers), commands_(commands) {}

  void emit(const UnitLayer& layer, const UnitTiling& tiling, const UnitPlaces& places);

 private:
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
};

}  // namespace hb::schedule
