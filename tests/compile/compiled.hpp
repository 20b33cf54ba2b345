// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Networks compiled, run by the golden model and read back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"

namespace hb::test {

/// tiny, edge, base.
[[nodiscard]] std::vector<arch::Machine> machines();

/// A compiled graph's tensors by name, as stored codes: inputs are those of the graph, stored
/// codes too. Fails the test if the machine stops or reads what nobody wrote.
[[nodiscard]] std::map<std::string, arch::Tensor> run_compiled(
    const graph::Graph& graph, const arch::Program& program,
    const std::vector<arch::Tensor>& inputs);

}  // namespace hb::test
