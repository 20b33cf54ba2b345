// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Single layers built into programs, run by the golden model, and timed by formula.
#pragma once

#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "model/golden/convolution.hpp"
#include "sw/schedule/program.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// tiny, edge, base.
[[nodiscard]] std::vector<arch::Machine> machines();

/// Programs of one layer; the tensors' names are free.
[[nodiscard]] arch::Program build(const arch::Machine& machine, schedule::ConvNode node,
                                  const arch::Tensor& input,
                                  const arch::Tensor* residual = nullptr);
[[nodiscard]] arch::Program build(const arch::Machine& machine, schedule::PoolNode node,
                                  const arch::Tensor& input);
[[nodiscard]] arch::Program build(const arch::Machine& machine, schedule::UnitNode node,
                                  const arch::Tensor& input);

/// The outputs in the program's order. Fails the test for an error, or a read of what nobody wrote.
[[nodiscard]] std::vector<arch::Tensor> run(const arch::Program& program);

/// A convolution's sums from first principles, bias included.
[[nodiscard]] golden::Accumulators sums_of(const schedule::ConvNode& node,
                                           const arch::Tensor& input);
/// Their codes under the layer's contract and scales.
[[nodiscard]] arch::Tensor codes_of(const schedule::ConvNode& node,
                                    const golden::Accumulators& sums, const golden::Range& range);
/// `multipliers` as the golden model takes them.
[[nodiscard]] std::vector<golden::Multiplier> golden_multipliers(
    const std::vector<map::Multiplier>& multipliers);

/// Random weights of the layer's weight precision, and parameters under its contract that spread
/// the sums over the output's codes.
void fill_random(Random& random, schedule::ConvNode& node);

/// By formula, on memory of the default timing.
[[nodiscard]] arch::Timeline play(const arch::Program& program);
/// Bytes that the program loads to `buffer`.
[[nodiscard]] std::uint64_t bytes_loaded(const arch::Program& program, arch::Buffer buffer);
/// Commands with this opcode.
[[nodiscard]] std::uint32_t count(const arch::Program& program, arch::Opcode opcode);

}  // namespace hb::test
