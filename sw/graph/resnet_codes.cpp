// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/graph/resnet_codes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "model/arch/error.hpp"

namespace hb::graph {
namespace {

/// Share of codes at the ends of a range. A tensor may be 1.5 times as wide as predicted and 5 %
/// are not reached; the maxima of windows of 9 have 9 times as many.
constexpr double kSaturated = 0.002;

/// The normal distribution's lower share of 0..8 deviations, in 64ths.
class NormalTable {
 public:
  NormalTable() {
    // The density's ratio from step k to k + 1 is exp(-(2k + 1) u), u = half of a step's square.
    constexpr double kHalf = 0.5 / (kSteps * kSteps);
    constexpr double kOnce = 1 - kHalf + kHalf * kHalf / 2 - kHalf * kHalf * kHalf / 6;
    double density = 1;
    double ratio = kOnce;
    double area = 0;
    for (double& share : shares_) {
      share = area;
      area += density * (1 + ratio) / 2;
      density *= ratio;
      ratio *= kOnce * kOnce;
    }
    for (double& share : shares_) share = 0.5 + 0.5 * share / area;
  }

  [[nodiscard]] double below(double deviations) const {
    if (deviations < 0) return 1 - below(-deviations);
    const double step = deviations * kSteps;
    if (step >= static_cast<double>(shares_.size() - 1)) return 1;
    const auto index = static_cast<std::size_t>(step);
    const double rest = step - static_cast<double>(index);
    return shares_[index] + rest * (shares_[index + 1] - shares_[index]);
  }

 private:
  static constexpr int kSteps = 64;
  std::array<double, 8 * kSteps + 1> shares_{};
};

double normal_below(double deviations) {
  static const NormalTable table;
  return table.below(deviations);
}

/// Share of values that become the ends of the range.
double saturated(const Distribution& values, CodeType type, const Affine& affine) {
  const CodeRange range = range_of(type);
  const double scale = affine.scale;
  const double upper = 1 - values((range.high - 0.5 - affine.zero_point) * scale);
  if (range.low == 0) return upper;
  return upper + values((range.low + 0.5 - affine.zero_point) * scale);
}

}  // namespace

Histogram::Histogram(CodeType type, const Affine& affine, std::vector<double> shares)
    : type_(type), low_(range_of(type).low), affine_(affine), shares_(std::move(shares)) {
  double before = 0;
  for (const double share : shares_) {
    less_.push_back(before);
    before += share;
  }
}

double Histogram::real(std::size_t index) const {
  const std::int32_t code = low_ + static_cast<std::int32_t>(index);
  return double{affine_.scale} * (code - affine_.zero_point);
}

double Histogram::below(double value) const {
  // The first code that means `value` or more.
  const double codes = -std::floor(-value / double{affine_.scale});
  const double index = codes + affine_.zero_point - low_;
  if (index <= 0) return 0;
  if (index >= static_cast<double>(less_.size())) return 1;
  return less_[static_cast<std::size_t>(index)];
}

double Histogram::mean() const {
  double sum = 0;
  for (std::size_t i = 0; i < shares_.size(); ++i) sum += shares_[i] * real(i);
  return sum;
}

double Histogram::mean_square() const {
  double sum = 0;
  for (std::size_t i = 0; i < shares_.size(); ++i) sum += shares_[i] * real(i) * real(i);
  return sum;
}

Distribution normal(std::vector<double> deviations) {
  return [deviations = std::move(deviations)](double value) {
    double sum = 0;
    for (const double deviation : deviations) sum += normal_below(value / deviation);
    return sum / static_cast<double>(deviations.size());
  };
}

Distribution sum(const Histogram& a, const Histogram& b) {
  std::vector<double> reals;
  for (std::size_t i = 0; i < a.shares().size(); ++i) reals.push_back(a.real(i));
  return [a, b, reals = std::move(reals)](double value) {
    double share = 0;
    for (std::size_t i = 0; i < reals.size(); ++i) {
      const double below = b.below(value - reals[i]);
      if (below <= 0) break;  // reals grow: so are all that follow
      share += a.shares()[i] * below;
    }
    return share;
  };
}

Distribution shrunk(const Histogram& codes, double factor) {
  return [codes, factor, mean = codes.mean()](double value) {
    return codes.below(mean + (value - mean) / factor);
  };
}

Histogram uniform(CodeType type, const Affine& affine) {
  const CodeRange range = range_of(type);
  const int count = range.high - range.low + 1;
  return {type, affine, std::vector<double>(static_cast<std::size_t>(count), 1.0 / count)};
}

Histogram largest(const Histogram& codes, unsigned count) {
  const auto power = [count](double share) {
    double product = 1;
    for (unsigned i = 0; i < count; ++i) product *= share;
    return product;
  };
  std::vector<double> shares;
  double less = 0;
  for (const double share : codes.shares()) {
    shares.push_back(power(less + share) - power(less));
    less += share;
  }
  return {codes.type(), codes.affine(), std::move(shares)};
}

Histogram quantize(const Distribution& values, CodeType type, const Affine& affine) {
  const CodeRange range = range_of(type);
  std::vector<double> shares;
  double less = 0;
  for (std::int32_t code = range.low; code <= range.high; ++code) {
    const double end = (code + 0.5 - affine.zero_point) * double{affine.scale};
    const double up_to = code == range.high ? 1 : values(end);
    shares.push_back(up_to - less);
    less = up_to;
  }
  return {type, affine, std::move(shares)};
}

Affine choose_affine(const Distribution& values, CodeType type, std::int32_t zero_point) {
  constexpr int kHalvings = 16;
  const auto fits = [&](double scale) {
    return saturated(values, type, {static_cast<float>(scale), zero_point}) <= kSaturated;
  };
  HB_ASSERT(!fits(0x1p-60) && fits(0x1p60), "values all zero or without end");
  double low = 1;  // too small after these loops, and high = 2 low large enough
  while (fits(low)) low /= 2;
  while (!fits(2 * low)) low *= 2;
  double high = 2 * low;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (fits(middle) ? high : low) = middle;
  }
  return {static_cast<float>(high), zero_point};
}

}  // namespace hb::graph
