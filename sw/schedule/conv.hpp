// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One convolution layer as LOADs, CONVs and STOREs: strips and blocks that go through the buffers.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/buffers.hpp"
#include "sw/schedule/command.hpp"
#include "sw/schedule/layer.hpp"
#include "sw/schedule/tiling.hpp"

namespace hb::schedule {

/// Memory addresses (bytes) of a layer's data, in the layouts of sw/map, and its tag.
struct ConvPlaces {
  std::uint32_t input = 0;
  std::uint32_t weights = 0;
  std::uint32_t parameters = 0;
  std::uint32_t output = 0;
  std::uint32_t copy = 0;      ///< not looked at without a second copy
  std::uint32_t residual = 0;  ///< not looked at without a residual
  std::uint16_t tag = 0;       ///< layer tag, unique in the program
};

/// Appends a layer's commands to a list, without tokens (see assign_tokens()).
class ConvEmitter {
 public:
  ConvEmitter(const arch::Machine& machine, BufferState& buffers, std::vector<Command>& commands)
      : machine_(machine), buffers_(buffers), commands_(commands) {}

  /// Throws hb::Error naming the layer when it or its tiling cannot be.
  void emit(const ConvLayer& layer, const Tiling& tiling, const ConvPlaces& places);

 private:
  const arch::Machine& machine_;
  BufferState& buffers_;
  std::vector<Command>& commands_;
};

}  // namespace hb::schedule
