// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Each operator of a graph on its tensors.
#pragma once

#include <string>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/tensor.hpp"
#include "model/golden/operators.hpp"
#include "model/golden/requantize.hpp"
#include "sw/graph/graph.hpp"
#include "sw/reference/rules.hpp"

namespace hb::reference {

/// A graph that is being computed.
struct Run {
  const graph::Graph& graph;
  arch::Contract contract;
  const Rules& rules;
  std::vector<arch::Tensor> tensors;  ///< indexed as graph.tensors; empty before they are written

  [[nodiscard]] const graph::Tensor& shape(graph::TensorId id) const { return graph.tensor(id); }
  [[nodiscard]] const arch::Tensor& codes(graph::TensorId id) const { return tensors.at(id.index); }
};

/// Zeros of a tensor's shape.
[[nodiscard]] arch::Tensor zeros(const graph::Tensor& tensor);
/// Stored codes of an operand: their range and their zero point.
[[nodiscard]] golden::Range range_of(const Run& run, const graph::Operand& operand);

/// Throws hb::Error naming the node if the left shift of a `tflite` multiplier takes an accumulator
/// out of int32, which the runtime leaves undefined.
void check_shift(const std::string& node, std::int32_t accumulator,
                 const golden::Multiplier& multiplier);

/// Write the outputs of a node into `run.tensors`. Throw hb::Error naming the node for what the
/// contract cannot do.
void apply(const std::string& node, const graph::Conv& conv, Run& run);
void apply(const std::string& node, const graph::Add& add, Run& run);
void apply(const std::string& node, const graph::MaxPool& pool, Run& run);
void apply(const std::string& node, const graph::GlobalAverage& average, Run& run);
void apply(const std::string& node, const graph::Requantize& requantize, Run& run);

}  // namespace hb::reference
