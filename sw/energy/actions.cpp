// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/actions.hpp"

namespace hb::energy {

namespace {

/// By Action.
constexpr std::array<ActionInfo, kActions> kInfo = {{
    {"pe", "mac_int8", Part::kMac, Unit::kPerAction},
    {"pe", "mac_w4a8", Part::kMac, Unit::kPerAction},
    {"pe", "mac_int4", Part::kMac, Unit::kPerAction},
    {"pe", "idle", Part::kMac, Unit::kPerAction},
    {"pe", "leak", Part::kLeakage, Unit::kMicrowatt},
    {"operand_register", "clock", Part::kRegister, Unit::kPerBit},
    {"accumulator_register", "clock", Part::kRegister, Unit::kPerBit},
    {"activation_buffer", "read", Part::kBuffer, Unit::kPerBit, true},
    {"activation_buffer", "write", Part::kBuffer, Unit::kPerBit, true},
    {"activation_buffer", "leak", Part::kLeakage, Unit::kMicrowattPerKibibyte},
    {"weight_buffer", "read", Part::kBuffer, Unit::kPerBit, true},
    {"weight_buffer", "write", Part::kBuffer, Unit::kPerBit, true},
    {"weight_buffer", "leak", Part::kLeakage, Unit::kMicrowattPerKibibyte},
    {"parameter_buffer", "read", Part::kBuffer, Unit::kPerBit, true},
    {"parameter_buffer", "write", Part::kBuffer, Unit::kPerBit, true},
    {"parameter_buffer", "leak", Part::kLeakage, Unit::kMicrowattPerKibibyte},
    {"post_processor", "quantize_ort", Part::kPostprocess, Unit::kPerAction},
    {"post_processor", "quantize_tflite", Part::kPostprocess, Unit::kPerAction},
    {"post_processor", "add", Part::kPostprocess, Unit::kPerAction},
    {"post_processor", "leak", Part::kLeakage, Unit::kMicrowatt},
    {"pool", "maximum", Part::kPostprocess, Unit::kPerAction},
    {"bus", "transfer", Part::kMemory, Unit::kPerByte},
    {"dram", "read", Part::kMemory, Unit::kPerByte},
    {"dram", "write", Part::kMemory, Unit::kPerByte},
}};

}  // namespace

const ActionInfo& info(Action action) { return kInfo[static_cast<std::size_t>(action)]; }

std::string full_name(Action action) {
  const ActionInfo& found = info(action);
  return std::string(found.component) + "." + std::string(found.action);
}

std::string_view name(Part part) {
  constexpr std::array<std::string_view, kParts> kNames = {"mac",    "register",    "buffer",
                                                           "memory", "postprocess", "leakage"};
  return kNames[static_cast<std::size_t>(part)];
}

std::string_view name(Unit unit) {
  constexpr std::array<std::string_view, 5> kNames = {"pJ", "pJ/bit", "pJ/byte", "uW", "uW/KiB"};
  return kNames[static_cast<std::size_t>(unit)];
}

bool is_component(std::string_view component) {
  for (const ActionInfo& one : kInfo) {
    if (one.component == component) return true;
  }
  return false;
}

std::optional<Action> find_action(std::string_view component, std::string_view action) {
  for (std::size_t i = 0; i < kActions; ++i) {
    if (kInfo[i].component == component && kInfo[i].action == action) {
      return static_cast<Action>(i);
    }
  }
  return std::nullopt;
}

std::string actions_of(std::string_view component) {
  std::string names;
  for (const ActionInfo& one : kInfo) {
    if (one.component != component) continue;
    names += names.empty() ? "" : ", ";
    names += one.action;
  }
  return names;
}

std::string component_names() {
  std::string names;
  std::string_view last;
  for (const ActionInfo& one : kInfo) {
    if (one.component == last) continue;
    last = one.component;
    names += names.empty() ? "" : ", ";
    names += last;
  }
  return names;
}

}  // namespace hb::energy
