// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A topology as commands, for timing.
#pragma once

#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "sw/scalesim/topology.hpp"

namespace hb::scalesim {

/// What a topology leaves open: it has no bit widths.
struct Format {
  arch::Precision activations = arch::Precision::kInt8;
  arch::Precision weights = arch::Precision::kInt8;
  arch::Contract contract = arch::Contract::kOrt;
};

/// The commands of all layers, one after another, each with an input of its own in memory. The
/// first layer's input comes from the host, which lowers it to a matrix product where its few
/// channels would leave most of each word empty. Where windows pass the edge, because SCALE-Sim
/// rounds outputs up, the input is as much larger. Throws hb::Error naming file and line for a
/// layer that the machine can't hold.
[[nodiscard]] arch::Program make_program(const Topology& topology, const arch::Machine& machine,
                                         const Format& format, const arch::MemoryTiming& memory);

}  // namespace hb::scalesim
