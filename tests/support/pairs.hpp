// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bins for two properties of one CONV at a time.
#pragma once

#include <string>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::test {

/// Padding rows (or columns) after the input, as far as the outputs reach; `before` is the padding
/// in front of it.
[[nodiscard]] std::uint32_t pad_after(std::uint32_t outputs, std::uint32_t stride,
                                      std::uint32_t kernel, std::uint32_t before,
                                      std::uint32_t input);

/// Every bin of pairs_of().
[[nodiscard]] std::vector<std::string> pair_names();
/// The bins that `conv` hits.
[[nodiscard]] std::vector<std::string> pairs_of(const arch::Machine& machine,
                                                const arch::Conv& conv);

}  // namespace hb::test
