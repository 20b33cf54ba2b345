// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random CONVs and POOLs as far as they need no place in the buffers.
#pragma once

#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// Steps of a CONV.
[[nodiscard]] std::uint64_t conv_steps(const arch::Machine& machine, const arch::Conv& conv);

/// Strip, window, operands and tiles (at most `most_tiles`) of a CONV that is cheap to simulate and
/// whose weights fit the buffer; one time in six of a fully connected layer.
[[nodiscard]] arch::Conv random_nest(Random& random, const arch::Machine& machine,
                                     arch::Precision precision, std::uint32_t most_tiles);

/// Makes `conv` one tile of `pixels` (at most R) pixels.
void make_single_tile(Random& random, const arch::Machine& machine, std::uint32_t pixels,
                      arch::Conv& conv);

/// A CONV of sums of one channel with itself (docs/commands.md section 5): the average over a
/// window, over a whole tensor with its channel words as image rows, or of one position.
[[nodiscard]] arch::Conv random_unit_sums(Random& random, const arch::Machine& machine,
                                          arch::Precision precision);

/// Everything that follows the sums of `conv`: contract, quantization, parts, copy, residual.
void random_outputs(Random& random, const arch::Machine& machine, arch::Conv& conv);

/// A POOL that is cheap to simulate.
[[nodiscard]] arch::Pool random_pool(Random& random, const arch::Machine& machine);

}  // namespace hb::test
