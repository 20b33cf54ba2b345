// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which cost model do cycles follow, as bits change?
#pragma once

#include <cstdint>
#include <optional>

#include "model/arch/events.hpp"
#include "sw/costmodel/cost.hpp"

namespace hb::costmodel {

enum class Model : std::uint8_t {
  kBoth,  ///< the models say the same here, and it is so
  kLinear,
  kQuadratic,
  kNeither,  ///< cycles are more than kTolerance away from both
};
[[nodiscard]] const char* name(Model model);

/// How far cycles may be from a model's for a layer to follow it: a factor.
inline constexpr double kTolerance = 1.2;

/// A layer's, or a network's, cycles beside the models, everything relative to w8a8.
struct Comparison {
  double cycles = 0;        ///< cycles / cycles at w8a8
  double to_linear = 0;     ///< that, over linear cost / linear cost at w8a8: 1 where it is linear
  double to_quadratic = 0;  ///< the same for the quadratic cost
  Model follows = Model::kNeither;
};

/// Cycles of a layer as it is, and as w8a8.
struct Cycles {
  arch::Cycles now = 0;
  arch::Cycles at_w8a8 = 0;
};

/// Empty where nothing can be compared: no cycles in one of them (a layer that hides behind its
/// neighbours has none), or no cost.
[[nodiscard]] std::optional<Comparison> compare(const Cycles& cycles, const Cost& cost,
                                                const Cost& at_w8a8);

}  // namespace hb::costmodel
