// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A network operator by operator, from first principles: what every tensor must be, whatever the
// mapping to the machine does (fusion, layouts, tiles, folded zero points).
#pragma once

#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"

namespace hb::reference {

/// All tensors of the graph, indexed as Graph::tensors, as codes minus Tensor::offset() (so they
/// are int8). `inputs`: the same of the graph's inputs, in the order of Graph::inputs. Throws
/// hb::Error naming the node for what the contract cannot do.
[[nodiscard]] std::vector<arch::Tensor> run(const graph::Graph& graph, arch::Contract contract,
                                            const std::vector<arch::Tensor>& inputs);

}  // namespace hb::reference
