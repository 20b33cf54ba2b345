// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/costmodel/cost.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::costmodel {
namespace {

void check(const char* what, std::uint32_t bits) {
  if (bits >= 1 && bits <= kReferenceBits) return;
  throw bad_input(what, fmt::format("{} bits", bits), fmt::format("1 to {}", kReferenceBits));
}

/// What a unit with products of 4x4, 8x8 and 16x16 bits takes for them.
std::uint32_t supported(std::uint32_t bits) {
  if (bits <= 4) return 4;
  return bits <= 8 ? 8 : kReferenceBits;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Cost& Cost::operator+=(const Cost& other) {
  linear += other.linear;
  quadratic += other.quadratic;
  memory_bits += other.memory_bits;
  return *this;
}

Cost cost_of(const Work& work, const Bits& bits) {
  check("weights", bits.weights);
  check("activations", bits.activations);
  return {work.macs * supported(std::max(bits.weights, bits.activations)),
          work.macs * bits.weights * bits.activations, work.weights * bits.weights};
}

Ratios ratios(const Cost& cost, const Cost& reference) {
  return {share(cost.linear, reference.linear), share(cost.quadratic, reference.quadratic),
          share(cost.memory_bits, reference.memory_bits)};
}

}  // namespace hb::costmodel
