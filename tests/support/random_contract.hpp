// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random numbers of the two contracts: parameter tiles and the addition of a residual
// (docs/arithmetic.md).
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// Bytes of `tiles` parameter tiles for `contract`. `tflite` lanes lose nothing to a left shift of
/// the sums that random data gives; some of their multipliers are 0, those of an average, or have
/// the ignored bit 31 set.
[[nodiscard]] std::vector<std::uint8_t> random_parameter_tiles(Random& random,
                                                               const arch::Machine& machine,
                                                               arch::Contract contract,
                                                               std::uint32_t tiles);

/// A legal residual without a place, to be added under `contract` to codes of `output`'s precision:
/// its sums spread over the output's codes, lie on ties, cancel, or have any scale at all.
[[nodiscard]] arch::Residual random_residual(Random& random, arch::Contract contract,
                                             arch::Precision output);

/// An offset of Residual or Conv::copy_offset: those of unsigned codes, or any.
[[nodiscard]] std::int16_t random_offset(Random& random);

}  // namespace hb::test
