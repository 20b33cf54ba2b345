// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Weights as the graph has them: zero points subtracted, output channels outermost.

#include "sw/import/builder.hpp"
#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr graph::CodeRange kInt8{-128, 127};
constexpr graph::CodeRange kInt4{-8, 7};

std::int8_t centred(std::int32_t code, std::int32_t zero_point, std::size_t channel) {
  const std::int32_t weight = code - zero_point;
  if (!kInt8.holds(weight)) {
    throw Refusal(fmt::format("weight {} minus zero point {} is {} (output channel {})", code,
                              zero_point, weight, channel),
                  "-128..127: quantize weights as int8, or symmetrically");
  }
  return static_cast<std::int8_t>(weight);
}

std::vector<std::int8_t> centred(const Constant& source,
                                 const std::vector<std::int32_t>& zero_points, bool transposed) {
  const auto channels = static_cast<std::size_t>(source.dims[transposed ? 1 : 0]);
  const std::size_t count = source.codes.size() / channels;
  const std::size_t channel_step = transposed ? 1 : count;
  const std::size_t step = transposed ? channels : 1;
  std::vector<std::int8_t> weights;
  weights.reserve(source.codes.size());
  for (std::size_t channel = 0; channel < channels; ++channel) {
    const std::int32_t zero_point = zero_points[zero_points.size() == 1 ? 0 : channel];
    for (std::size_t i = 0; i < count; ++i) {
      weights.push_back(
          centred(source.codes[channel * channel_step + i * step], zero_point, channel));
    }
  }
  return weights;
}

}  // namespace

Weights Builder::weights(const ConstantPointer& source,
                         const std::vector<std::int32_t>& zero_points, bool transposed) {
  const WeightKey key{source.get(), zero_points, transposed};
  const auto found = weights_.find(key);
  if (found != weights_.end()) return found->second;
  auto values =
      std::make_shared<std::vector<std::int8_t>>(centred(*source, zero_points, transposed));
  bool narrow = true;
  for (const std::int8_t weight : *values) narrow = narrow && kInt4.holds(weight);
  kept_.push_back(source);
  const Weights made{std::move(values), narrow ? arch::Precision::kInt4 : arch::Precision::kInt8};
  return weights_.emplace(key, made).first->second;
}

}  // namespace hb::import
