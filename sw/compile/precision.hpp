// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// At which precision each tensor of a plan is written and read.
#pragma once

#include <vector>

#include "sw/compile/plan.hpp"

namespace hb::compile {

/// Sets the precision of every port: a convolution reads int4 where its weights and its input's
/// codes are, everything else reads what there is. A tensor that is wanted at both is written at
/// both: as the second output of a convolution, or by a kPrecision step that is added here.
void set_precisions(const graph::Graph& graph, arch::Contract contract, std::vector<Step>& steps);

}  // namespace hb::compile
