// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From real values to codes: what QuantizeLinear makes of each kind of value.
#pragma once

#include <cstdint>

#include "sw/import/operands.hpp"

namespace hb::import {

/// saturate(rne(value / scale) + zero_point), the division in float32. A value that is not a number
/// must not come here.
[[nodiscard]] std::int32_t quantize_value(float value, const graph::Affine& affine,
                                          const graph::CodeRange& range);

/// Codes that remain of `codes` between `low` and `high`: min(max(code, low), high).
[[nodiscard]] graph::CodeRange clipped(const graph::CodeRange& codes,
                                       const graph::CodeRange& bounds);
[[nodiscard]] Bounds clipped(const Bounds& values, const Bounds& bounds);

/// Defines `target.name`, the node's output, as the codes of `value`. Throws Refusal for values
/// that cannot be quantized.
void quantize(Node& node, Target target, const Value& value);

}  // namespace hb::import
