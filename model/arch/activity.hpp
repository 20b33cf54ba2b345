// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Toggled bits, counted by RTL and SystemC in activity builds (docs/energy.md section 8).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hb::arch {

/// What is counted; the order is that of sim/hb_activity_pkg.sv.
enum class Toggle : std::uint8_t {
  kOperand,         ///< operand registers of the PEs
  kWeight,          ///< weight registers of the PEs
  kEntry,           ///< operand words at the left of the rows, weights above the columns
  kActiveInt8,      ///< of operands and weights, in lanes whose product may change; int8 mode
  kActiveInt4,      ///< the same, int4 mode
  kAccumulator,     ///< accumulators of the PEs
  kWeightRead,      ///< weights read
  kFeedRead,        ///< words read for the array or the pool
  kStoreRead,       ///< words read for STORE
  kResidualRead,    ///< words read for the residual
  kParameterRead,   ///< parameters read
  kActivationLoad,  ///< LOAD's beats, by the buffer that they fill
  kWeightLoad,
  kParameterLoad,
  kOutputWrite,  ///< words of outputs, copies and the pool
};
inline constexpr std::size_t kToggles = 15;

/// Bits by Toggle.
struct Toggles {
  std::array<std::uint64_t, kToggles> bits{};

  [[nodiscard]] std::uint64_t& operator[](Toggle toggle) {
    return bits[static_cast<std::size_t>(toggle)];
  }
  [[nodiscard]] std::uint64_t operator[](Toggle toggle) const {
    return bits[static_cast<std::size_t>(toggle)];
  }
  Toggles& operator+=(const Toggles& other) {
    for (std::size_t i = 0; i < kToggles; ++i) bits[i] += other.bits[i];
    return *this;
  }
  [[nodiscard]] bool operator==(const Toggles& other) const { return bits == other.bits; }
};

/// Of one run.
struct RunToggles {
  std::vector<Toggles> layers;  ///< as Program::layers
  Toggles total;                ///< also of commands whose tag names no layer
};

/// As reports and messages spell it.
[[nodiscard]] constexpr std::string_view name(Toggle toggle) {
  constexpr std::array<std::string_view, kToggles> kNames = {
      "operand",        "weight",          "entry",       "active_int8",    "active_int4",
      "accumulator",    "weight_read",     "feed_read",   "store_read",     "residual_read",
      "parameter_read", "activation_load", "weight_load", "parameter_load", "output_write"};
  return kNames[static_cast<std::size_t>(toggle)];
}

/// The machine `Base` in an activity build.
template <class Base>
struct CountingShape : Base {};

template <class Shape>
inline constexpr bool kCountsToggles = false;
template <class Base>
inline constexpr bool kCountsToggles<CountingShape<Base>> = true;

}  // namespace hb::arch
