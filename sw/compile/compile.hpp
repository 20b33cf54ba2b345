// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A network as a program for a machine: fusion, precisions, memory, commands.
#pragma once

#include <cstdint>
#include <optional>

#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "sw/graph/graph.hpp"
#include "sw/schedule/program.hpp"

namespace hb::compile {

/// Layers first..last, both included.
struct LayerRange {
  std::uint32_t first = 1;
  std::uint32_t last = 1;
};

struct Options {
  arch::Contract contract = arch::Contract::kOrt;
  /// Adds, clamps and requantizations become part of the convolutions before them; false: every
  /// tensor of the graph is written.
  bool fuse = true;
  /// kCommands: for timing only; no weights are asked for.
  schedule::Image image = schedule::Image::kWhole;
  /// These rows of the whole program's table alone, counted from 1; tensors that they read and do
  /// not write become inputs, of codes, under the graph's names.
  std::optional<LayerRange> layers{};
  /// What the schedule is made for; it is right on any memory.
  arch::MemoryTiming memory{};
};

/// The program of one image. Its inputs (all zero points until set_input(), sw/compile/border.hpp),
/// outputs and, in `tensors`, all tensors that are written are those of the graph, by its names.
/// Throws hb::Error naming the node for what the machine cannot do.
[[nodiscard]] arch::Program compile(const graph::Graph& graph, const arch::Machine& machine,
                                    const Options& options);

}  // namespace hb::compile
