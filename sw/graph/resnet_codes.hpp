// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How the codes of a random network are distributed, predicted layer by layer, so that scales can
// be chosen without running it. Only +, -, *, /, sqrt and floor of doubles: the same bits on any
// machine.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "sw/graph/graph.hpp"

namespace hb::graph {

/// Predicted shares of a tensor's codes, whose sum is 1.
class Histogram {
 public:
  /// `shares` of the codes from the smallest of `type` to the largest, with what they mean.
  Histogram(CodeType type, const Affine& affine, std::vector<double> shares);

  [[nodiscard]] CodeType type() const { return type_; }
  [[nodiscard]] const Affine& affine() const { return affine_; }
  [[nodiscard]] const std::vector<double>& shares() const { return shares_; }
  /// What the code at `index` of shares() means.
  [[nodiscard]] double real(std::size_t index) const;
  /// Share of codes that mean less than `value`.
  [[nodiscard]] double below(double value) const;
  /// Means of what codes mean, and of its square.
  [[nodiscard]] double mean() const;
  [[nodiscard]] double mean_square() const;
  [[nodiscard]] double variance() const { return mean_square() - mean() * mean(); }

 private:
  CodeType type_;
  std::int32_t low_;  ///< the type's smallest code
  Affine affine_;
  std::vector<double> shares_;
  std::vector<double> less_;  ///< [i]: sum of the shares before i
};

/// Share of a tensor's real values below a value, before they are quantized.
using Distribution = std::function<double(double)>;

/// Normal distributions of mean 0, as many of each of the deviations.
[[nodiscard]] Distribution normal(std::vector<double> deviations);
/// a + b, independent.
[[nodiscard]] Distribution sum(const Histogram& a, const Histogram& b);
/// The distances to the mean times `factor`.
[[nodiscard]] Distribution shrunk(const Histogram& codes, double factor);

/// All codes of the type as often.
[[nodiscard]] Histogram uniform(CodeType type, const Affine& affine);
/// The largest of `count` independent codes.
[[nodiscard]] Histogram largest(const Histogram& codes, unsigned count);
[[nodiscard]] Histogram quantize(const Distribution& values, CodeType type, const Affine& affine);

/// The affine with which a small share of the values saturates (of unsigned codes, whose zero point
/// is 0, those at the upper end), close to the best use of the range.
[[nodiscard]] Affine choose_affine(const Distribution& values, CodeType type,
                                   std::int32_t zero_point);

}  // namespace hb::graph
