// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bins for one POOL.
#pragma once

#include <string>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::test {

/// Every bin of pool_bins().
[[nodiscard]] std::vector<std::string> pool_bin_names();
/// The bins that `pool` hits.
[[nodiscard]] std::vector<std::string> pool_bins(const arch::Machine& machine,
                                                 const arch::Pool& pool);

}  // namespace hb::test
