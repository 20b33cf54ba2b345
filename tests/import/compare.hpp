// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Graphs compared by meaning.
#pragma once

#include <string>

#include "sw/graph/graph.hpp"

namespace hb::test {

/// Everything a graph says but the names of tensors and nodes, in the nodes' order, weights
/// included: equal texts, equal networks.
[[nodiscard]] std::string describe(const graph::Graph& graph);

/// The graph with each Clip and Relu on codes folded into the operator before it, where nothing
/// else reads the wider codes.
[[nodiscard]] graph::Graph folded(graph::Graph graph);

/// The tensor of that name; throws if there is none.
[[nodiscard]] const graph::Tensor& find_tensor(const graph::Graph& graph, const std::string& name);

/// The operator of node `index`, which must be of this kind.
template <typename Operator>
[[nodiscard]] const Operator& op(const graph::Graph& graph, std::size_t index) {
  return std::get<Operator>(graph.nodes.at(index).op);
}

}  // namespace hb::test
