// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Tensors of two runs of one program, code by code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"

namespace hb::cli {

struct Comparison {
  std::vector<std::uint64_t> by_layer;  ///< codes that differ
  std::uint64_t total = 0;
  std::uint64_t tensors = 0;  ///< that were compared
  /// The first code that differs, tensors in the order of the layers that write them; empty if none
  /// does: "tensor relu1 of layer conv1: channel 2, y 0, x 5: expected 7, actual 9".
  std::string first;
};

/// Holds the outputs and tensors in `actual`, the program's memory, against those of the operators
/// that `graph` is made of: `expected` as reference::run() gives them. Tensors that the graph does
/// not have are left out.
[[nodiscard]] Comparison compare_with_graph(const arch::Program& program, const graph::Graph& graph,
                                            const std::vector<arch::Tensor>& expected,
                                            const std::vector<std::uint8_t>& actual);

/// Holds them against `expected`, another memory of the same program.
[[nodiscard]] Comparison compare_memories(const arch::Program& program,
                                          const std::vector<std::uint8_t>& expected,
                                          const std::vector<std::uint8_t>& actual);

}  // namespace hb::cli
