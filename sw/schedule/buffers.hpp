// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What the buffers hold between the layers of a program.
#pragma once

#include <cstdint>

#include "model/arch/machine.hpp"
#include "sw/schedule/regions.hpp"

namespace hb::schedule {

/// The buffers as the layers so far leave them, so that the next layer's pieces go where they
/// disturb least.
struct BufferState {
  explicit BufferState(const arch::Machine& machine);

  /// Cuts the activation buffer; what lies in a part that stays the same goes round on.
  void split(const ActivationSplit& split);

  Ring weights;     ///< weight rows
  Ring parameters;  ///< parameter tiles
  Ring input;       ///< words
  Ring output;
  Ring copy;
  Ring residual;
};

}  // namespace hb::schedule
