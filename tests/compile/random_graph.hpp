// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Small random networks of every operator, type and contract.
#pragma once

#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// A network of `nodes` operators or a few more whose tensors are all alive: what nobody reads is
/// an output.
[[nodiscard]] graph::Graph random_graph(Random& random, arch::Contract contract, int nodes);

/// Codes of the graph's inputs, minus their offsets.
[[nodiscard]] std::vector<arch::Tensor> random_inputs(Random& random, const graph::Graph& graph);

}  // namespace hb::test
