// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Small commands on the machine `tiny`, for directed tests of order, and programs of them.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/schedule/command.hpp"

namespace hb::test {

[[nodiscard]] arch::Machine tiny();
/// Words of an activation bank on tiny.
inline constexpr std::uint32_t kBank = 512;

/// One segment of `rows` rows from `row` on.
[[nodiscard]] arch::Transfer transfer(std::uint32_t memory, std::uint32_t row, std::uint16_t rows,
                                      arch::Buffer buffer = arch::Buffer::kActivation);
[[nodiscard]] schedule::Load load(std::uint32_t memory, std::uint32_t row, std::uint16_t rows = 16);
[[nodiscard]] schedule::Store store(std::uint32_t row, std::uint32_t memory,
                                    std::uint16_t rows = 16);

/// A 1x1 convolution of 4x4 pixels, one channel word, from word `input` to word `output`.
[[nodiscard]] arch::Conv conv(std::uint32_t input, std::uint32_t output);
/// conv() plus the residual at word `residual`.
[[nodiscard]] arch::Conv add(std::uint32_t input, std::uint32_t output, std::uint32_t residual);
/// The first of a chain: four pixels from word `input` on, the sums of which stay in the array.
[[nodiscard]] arch::Conv partial(std::uint32_t input);
/// 3x3 maximum over 4x4 pixels, one channel word, from word `input` to word `output`.
[[nodiscard]] arch::Pool pool(std::uint32_t input, std::uint32_t output);

/// The program of `commands`, ordered by schedule::assign_tokens().
[[nodiscard]] arch::Program linked(std::vector<schedule::Command> commands);

}  // namespace hb::test
