// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/costmodel/follows.hpp"

#include <algorithm>
#include <cmath>

#include "model/arch/error.hpp"

namespace hb::costmodel {
namespace {

Model nearest(double to_linear, double to_quadratic) {
  const double linear = std::abs(std::log(to_linear));
  const double quadratic = std::abs(std::log(to_quadratic));
  if (std::min(linear, quadratic) > std::log(kTolerance)) return Model::kNeither;
  if (linear == quadratic) return Model::kBoth;
  return linear < quadratic ? Model::kLinear : Model::kQuadratic;
}

}  // namespace

const char* name(Model model) {
  switch (model) {
    case Model::kBoth:
      return "both";
    case Model::kLinear:
      return "linear";
    case Model::kQuadratic:
      return "quadratic";
    case Model::kNeither:
      return "neither";
  }
  HB_ASSERT(false, "model {}", static_cast<int>(model));
}

std::optional<Comparison> compare(const Cycles& cycles, const Cost& cost, const Cost& at_w8a8) {
  const Ratios predicted = ratios(cost, at_w8a8);
  if (cycles.now == 0 || cycles.at_w8a8 == 0 || predicted.linear == 0) return std::nullopt;
  Comparison result;
  result.cycles = static_cast<double>(cycles.now) / static_cast<double>(cycles.at_w8a8);
  result.to_linear = result.cycles / predicted.linear;
  result.to_quadratic = result.cycles / predicted.quadratic;
  result.follows = nearest(result.to_linear, result.to_quadratic);
  return result;
}

}  // namespace hb::costmodel
