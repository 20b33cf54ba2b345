// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random legal programs for the timing tests: sizes and tokens only, the data never matters.
#pragma once

#include <random>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/events.hpp"
#include "model/arch/machine.hpp"

namespace hb::cost::test {

struct Case {
  arch::Machine machine;
  arch::MemoryTiming memory;
  std::vector<arch::CommandWords> commands;
};

/// The case of a seed: a preset or an odd machine, a memory, and a program that keeps the
/// sequential rule.
[[nodiscard]] Case random_case(std::uint32_t seed);

/// About what ResNet-50 needs on base: 25 MB of weights in 4 KB bursts, 300 thousand words of
/// stores.
[[nodiscard]] Case resnet50_sized();

/// Commands of the least size, for directed programs.
[[nodiscard]] arch::Transfer transfer(std::uint16_t rows, arch::Common common = {});
[[nodiscard]] arch::Conv conv(std::uint16_t pixels, std::uint16_t channel_words,
                              arch::Common common = {});
/// 3x3 windows, 2 apart.
[[nodiscard]] arch::Pool pool(std::uint16_t output_height, std::uint16_t output_width,
                              arch::Common common = {});

}  // namespace hb::cost::test
