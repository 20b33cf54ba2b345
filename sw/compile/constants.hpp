// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From the scales and zero points of a plan's steps to the constants of commands and parameter
// rows, which know stored codes only.
#pragma once

#include <cstdint>
#include <vector>

#include "sw/compile/plan.hpp"
#include "sw/map/layout.hpp"
#include "sw/map/quantize.hpp"
#include "sw/schedule/layer.hpp"

namespace hb::compile {

/// A graph and the contract under which it runs.
struct Rules {
  const graph::Graph& graph;
  arch::Contract contract = arch::Contract::kOrt;
};

/// Clamp and zero point of what is written to `port`.
[[nodiscard]] schedule::Quantizer quantizer_of(const Rules& rules, const Port& port);

/// The zero point of stored codes.
[[nodiscard]] std::int32_t stored_zero_point(const Rules& rules, const graph::Operand& operand);

/// Throws hb::Error naming the step where a zero point that a command must hold, once it is stored,
/// is no int8: of codes that a Clip keeps far from it.
void check_zero_points(const Rules& rules, const Step& step);

/// Biases with the input's zero point folded in, scales, copy's scales of a kConv. Throws hb::Error
/// naming the step for a scale that the contract cannot hold, and where an accumulator can leave
/// int32.
[[nodiscard]] map::Parameters conv_parameters(const Rules& rules, const Step& step,
                                              const std::vector<std::int8_t>& weights);

/// The addition of a step that has a sum.
[[nodiscard]] schedule::ResidualInput residual_input(const Rules& rules, const Step& step);

/// The second output of a kConv that has one.
[[nodiscard]] schedule::SecondCopy second_copy(const Rules& rules, const Step& step);

/// Output, and bias and scale of a kAverage, kRequantize, kPrecision or kAdd.
struct UnitConstants {
  schedule::Quantizer output;
  map::UnitScale scale;
};
[[nodiscard]] UnitConstants unit_constants(const Rules& rules, const Step& step);

}  // namespace hb::compile
