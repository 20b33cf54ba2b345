// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The random programs of lockstep, soak and timing tests.
#pragma once

#include <cstdint>

#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "tests/support/coverage.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// A legal program without bank conflicts that reads nothing undefined; the same for a seed
/// everywhere. Convolutions or layers of all kinds compiled by sw/schedule, or commands drawn one
/// by one. What it computes ends in memory.
[[nodiscard]] arch::Program random_program(std::uint64_t seed, const arch::Machine& machine,
                                           Coverage& coverage);

/// Commands drawn one by one: any strides, segments, parts and chains within the buffers.
[[nodiscard]] arch::Program random_commands(Random& random, const arch::Machine& machine);

/// A chain of layers of every kind under both contracts, compiled as choose_tiling() has it.
[[nodiscard]] arch::Program random_layers(Random& random, const arch::Machine& machine,
                                          Coverage& coverage);

/// Gives every token a colour of its own choice (producer and consumer alike), which changes no
/// order.
void recolour_tokens(Random& random, arch::Program& program);

}  // namespace hb::test
