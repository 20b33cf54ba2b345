// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A network with all its codes at 8 bits: what its cycles are compared with.
#pragma once

#include "sw/graph/graph.hpp"

namespace hb::costmodel {

/// The same network at w8a8, for timing: every tensor and weight has 8 bits, and operators that
/// only make a copy of fewer bits are gone, their readers read what is copied. The weights
/// themselves and the scales are those of `graph`, so that what it computes means nothing.
[[nodiscard]] graph::Graph widened(graph::Graph graph);

}  // namespace hb::costmodel
