// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Networks that tests of the command run: the shipped ones, and small ones made here.
#pragma once

#include <string>

#include "tests/cli/process.hpp"

namespace hb::test {

/// Absolute path of a file in sw/networks.
[[nodiscard]] std::string shipped(const std::string& name);

/// "real.onnx" in the sandbox: image float32 [N, 2, 5, 5] -> QuantizeLinear (x: scale 0.5, zero
/// point 3) -> Conv -> QuantizeLinear (y) -> DequantizeLinear -> scores float32 [N, 3, 3, 3] (scale
/// 2, zero point -5).
void write_real_network(const Sandbox& sandbox);

/// "sum.onnx": a and b int8 [N, 2, 3, 3] -> QLinearAdd -> y. Scales 0.5, 0.25, 1, zero points 1, 2,
/// 3.
void write_sum_network(const Sandbox& sandbox);

/// "names.onnx": two outputs called "a/b:0" and "a_b_0".
void write_odd_names_network(const Sandbox& sandbox);

}  // namespace hb::test
