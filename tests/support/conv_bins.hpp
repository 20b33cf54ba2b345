// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bins for what one CONV does behind its nest: contract, residual, copy, weights, partial sums.
#pragma once

#include <string>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::test {

/// "int8", "narrow" or "int4".
[[nodiscard]] const char* mode_name(const arch::Conv& conv);

/// Every bin of conv_bins().
[[nodiscard]] std::vector<std::string> conv_bin_names();
/// The bins that `conv` hits.
[[nodiscard]] std::vector<std::string> conv_bins(const arch::Machine& machine,
                                                 const arch::Conv& conv);

/// Every bin of lane_bins().
[[nodiscard]] std::vector<std::string> lane_bin_names();
/// The bins that a parameter lane under `tflite` hits.
[[nodiscard]] std::vector<std::string> lane_bins(std::uint32_t multiplier, std::uint32_t shifts);

}  // namespace hb::test
