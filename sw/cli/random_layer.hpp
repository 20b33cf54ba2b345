// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A layer with random data: weights, tensors and quantizers from a seed.
#pragma once

#include <cstdint>

#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "sw/cli/layer_spec.hpp"
#include "sw/schedule/program.hpp"

namespace hb::cli {

struct LayerOptions {
  std::uint64_t seed = 0;
  schedule::Image image = schedule::Image::kWhole;
  arch::MemoryTiming memory{};  ///< that the schedule is made for
};

/// The program of `layer` alone on `machine`. Codes are uniform over their whole range; scales
/// differ from channel to channel and keep saturation of the output under 5 %. Zero points (and
/// with them the padding's code) are random. Same seed, same bytes; no data is made for
/// Image::kCommands. Throws hb::Error, before it makes data, if the layer does not fit the machine.
[[nodiscard]] arch::Program random_layer_program(const BuiltinLayer& layer,
                                                 const arch::Machine& machine,
                                                 const LayerOptions& options);

}  // namespace hb::cli
