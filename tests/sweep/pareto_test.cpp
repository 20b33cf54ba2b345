// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are the fronts those of the definition, taken literally?
#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "sw/sweep/pareto.hpp"

namespace {

using hb::sweep::Costs;
using hb::sweep::pareto_front;

/// Every pair, by the definition.
std::vector<bool> by_definition(const std::vector<Costs>& all) {
  std::vector<bool> front(all.size(), true);
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const Costs& other : all) {
      bool as_good = true;
      bool better = false;
      for (std::size_t k = 0; k < other.size(); ++k) {
        as_good = as_good && other[k] <= all[i][k];
        better = better || other[k] < all[i][k];
      }
      if (as_good && better) front[i] = false;
    }
  }
  return front;
}

}  // namespace

TEST_CASE("a front is what nobody beats; equals are on it together") {
  CHECK(pareto_front({}).empty());
  CHECK(pareto_front({{3, 1}}) == std::vector<bool>{true});
  CHECK(pareto_front({{3, 1}, {1, 3}, {2, 2}, {2, 3}, {3, 2}, {2, 2}}) ==
        std::vector<bool>{true, true, true, false, false, true});
  CHECK(pareto_front({{1, 5}, {1, 4}}) == std::vector<bool>{false, true});
}

TEST_CASE("fronts of random costs, with many ties, are those of the definition") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    const std::size_t ways = 1 + random() % 3;
    std::vector<Costs> all(random() % 60);
    const std::size_t values = 2 + random() % 20;
    for (Costs& costs : all) {
      for (std::size_t k = 0; k < ways; ++k) costs.push_back(double(random() % values) - 5);
    }
    CHECK(pareto_front(all) == by_definition(all));
  }
}

TEST_CASE("Wilson's interval is that of the formula's definition, and within 0 to 1") {
  // The bounds p of an interval around s = correct / n solve n (s - p)^2 = z^2 p (1 - p).
  constexpr double kZ2 = 1.959964 * 1.959964;
  for (const auto& [correct, total] : std::vector<std::pair<std::uint64_t, std::uint64_t>>{
           {0, 10}, {1, 10}, {10, 10}, {57, 64}, {8949, 10000}, {9999, 10000}}) {
    const auto [low, high] = hb::sweep::wilson(correct, total);
    const double share = double(correct) / double(total);
    CHECK(low >= -1e-12);
    CHECK(high <= 1 + 1e-12);
    CHECK(low <= share + 1e-12);
    CHECK(high >= share - 1e-12);
    for (const double bound : {low, high}) {
      CHECK(double(total) * (share - bound) * (share - bound) ==
            doctest::Approx(kZ2 * bound * (1 - bound)).epsilon(1e-9));
    }
  }
  // As docs/networks.md has it for 8,949 of 10,000.
  CHECK(hb::sweep::wilson(8949, 10000).low == doctest::Approx(0.8887).epsilon(1e-3));
}
