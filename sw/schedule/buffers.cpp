// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/buffers.hpp"

namespace hb::schedule {
namespace {

void set(Ring& ring, const Region& region) {
  if (!(ring.region() == region)) ring = Ring(region);
}

}  // namespace

BufferState::BufferState(const arch::Machine& machine)
    : weights({0, machine.weight_rows()}), parameters({0, machine.parameter_tiles}) {}

void BufferState::split(const ActivationSplit& split) {
  set(input, split.input);
  set(output, split.output);
  set(copy, split.copy);
  set(residual, split.residual);
}

}  // namespace hb::schedule
