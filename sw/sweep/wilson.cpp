// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <cmath>

#include "model/arch/error.hpp"
#include "sw/sweep/pareto.hpp"

namespace hb::sweep {

Interval wilson(std::uint64_t correct, std::uint64_t total) {
  HB_ASSERT(total > 0 && correct <= total, "{} of {}", correct, total);
  constexpr double kZ = 1.959964;  // standard normal quantile of a two-sided 95 % interval
  const auto count = static_cast<double>(total);
  const double share = static_cast<double>(correct) / count;
  const double spread = kZ * kZ / count;
  const double centre = (share + spread / 2) / (1 + spread);
  const double half = std::sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread);
  return {centre - half, centre + half};
}

}  // namespace hb::sweep
