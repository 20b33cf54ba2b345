// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What costs energy: the actions of the machine's components, and how often each happened.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hb::energy {

/// An action that is counted. docs/energy.md section 2 has the unit and the formula of each.
enum class Action : std::uint8_t {
  kMacInt8,
  kMacW4a8,
  kMacInt4,
  kPeIdle,
  kPeLeak,
  kOperandClock,
  kAccumulatorClock,
  kActivationRead,
  kActivationWrite,
  kActivationLeak,
  kWeightRead,
  kWeightWrite,
  kWeightLeak,
  kParameterRead,
  kParameterWrite,
  kParameterLeak,
  kQuantizeOrt,
  kQuantizeTflite,
  kAdd,
  kPostLeak,
  kMaximum,
  kBusTransfer,
  kDramRead,
  kDramWrite,
};
inline constexpr std::size_t kActions = 24;

/// A part of `energy_pj` in the JSON report, in its order.
enum class Part : std::uint8_t { kMac, kRegister, kBuffer, kMemory, kPostprocess, kLeakage };
inline constexpr std::size_t kParts = 6;

/// What a table's number is given per. kPerBit and kPerKibibyte are turned into actions of a
/// machine by rates_of().
enum class Unit : std::uint8_t { kPerAction, kPerBit, kPerByte, kMicrowatt, kMicrowattPerKibibyte };

struct ActionInfo {
  std::string_view component;
  std::string_view action;
  Part part;
  Unit unit;
  bool sized = false;  ///< of a buffer: the energy depends on a bank's size
};

[[nodiscard]] const ActionInfo& info(Action action);
/// "pe.mac_int8".
[[nodiscard]] std::string full_name(Action action);
[[nodiscard]] std::string_view name(Part part);
/// As tables spell it: "pJ", "pJ/bit", "pJ/byte", "uW" or "uW/KiB".
[[nodiscard]] std::string_view name(Unit unit);
[[nodiscard]] bool is_component(std::string_view component);
/// Empty if `component` has no such action.
[[nodiscard]] std::optional<Action> find_action(std::string_view component,
                                                std::string_view action);
/// "mac_int8, mac_w4a8, ...", for messages.
[[nodiscard]] std::string actions_of(std::string_view component);
/// "pe, operand_register, ...", for messages.
[[nodiscard]] std::string component_names();

/// How often each action happened.
struct Counts {
  std::array<std::uint64_t, kActions> count{};

  [[nodiscard]] std::uint64_t& operator[](Action action) {
    return count[static_cast<std::size_t>(action)];
  }
  [[nodiscard]] std::uint64_t operator[](Action action) const {
    return count[static_cast<std::size_t>(action)];
  }
  Counts& operator+=(const Counts& other) {
    for (std::size_t i = 0; i < kActions; ++i) count[i] += other.count[i];
    return *this;
  }
  [[nodiscard]] bool operator==(const Counts& other) const { return count == other.count; }
};

}  // namespace hb::energy
