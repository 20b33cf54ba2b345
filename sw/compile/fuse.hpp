// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Steps that become part of the convolutions before them.
#pragma once

#include <vector>

#include "sw/compile/plan.hpp"

namespace hb::compile {

/// Clamps of codes that nobody else reads join the step that makes them; additions join the later
/// of the convolutions that make their operands; requantizations become a convolution's second
/// output. Every tensor that stays has the same codes as before.
void fuse(const graph::Graph& graph, std::vector<Step>& steps);

}  // namespace hb::compile
