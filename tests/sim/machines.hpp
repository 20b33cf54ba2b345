// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The machines that are compiled in, as values.
#pragma once

#include <cstdlib>
#include <vector>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"
#include "model/arch/shapes.hpp"

namespace hb::test {

template <class Shape>
[[nodiscard]] arch::Machine machine_of() {
  arch::Machine machine;
  machine.name = Shape::kName;
  machine.rows = Shape::kRows;
  machine.columns = Shape::kColumns;
  machine.bus_bytes = Shape::kBusBytes;
  machine.activation_banks = Shape::kBanks;
  machine.activation_bytes = Shape::kActivationWords * Shape::kWordBytes;
  machine.weight_bytes = Shape::kWeightRows * Shape::kRowBytes;
  machine.parameter_tiles = Shape::kParameterTiles;
  return machine;
}

[[nodiscard]] inline std::vector<arch::Machine> compiled_machines() {
  return {
#define HB_MACHINE_OF(name) machine_of<arch::shapes::name>(),
      HB_FOR_EACH_MACHINE(HB_MACHINE_OF)
#undef HB_MACHINE_OF
  };
}

/// The machine that HB_TEST_MACHINE names, else the first: a process with SystemC can test only
/// one.
[[nodiscard]] inline arch::Machine chosen_machine() {
  const char* name = std::getenv("HB_TEST_MACHINE");
  for (const arch::Machine& machine : compiled_machines()) {
    if (name == nullptr || machine.name == name) {
      return machine;
    }
  }
  throw bad_input(name, "is not compiled in", "a machine of this build");
}

}  // namespace hb::test
