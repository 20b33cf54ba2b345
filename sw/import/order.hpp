// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which nodes a model's outputs need, and an order to import them in.
#pragma once

#include <string>
#include <vector>

namespace onnx {
class GraphProto;
}

namespace hb::import {

/// Positions of the nodes that some output needs, each after those whose values it reads, in the
/// file's order where that is one. Throws hb::Error naming `file` for values that are made twice
/// or by nothing, for cycles and for names that are no text.
[[nodiscard]] std::vector<int> live_order(const onnx::GraphProto& graph, const std::string& file);

}  // namespace hb::import
