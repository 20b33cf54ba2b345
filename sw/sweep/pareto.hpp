// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pareto fronts, and intervals of a share.
#pragma once

#include <cstdint>
#include <vector>

namespace hb::sweep {

/// What a thing costs, in several ways at once; less is better.
using Costs = std::vector<double>;

/// Whether each is on the front: none of the others costs as little in everything and less in
/// something. Equals are on it together. All have as many costs.
[[nodiscard]] std::vector<bool> pareto_front(const std::vector<Costs>& all);

struct Interval {
  double low = 0;
  double high = 0;
};

/// Wilson's 95 % score interval of `correct` out of `total`, as shares. Precondition: total > 0.
[[nodiscard]] Interval wilson(std::uint64_t correct, std::uint64_t total);

}  // namespace hb::sweep
