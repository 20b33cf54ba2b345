// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/areas.hpp"

namespace hb::energy {

namespace {

// Of docs/area.md (make area), in gate equivalents.
constexpr double kFlipFlop = 6;
constexpr double kPe = 4142;               // both modes, its 97 flip-flops in it
constexpr double kPostProcessor = 482244;  // tiny: 4 columns
constexpr double kPool = 193819;           // tiny: 4 rows of 16 byte lanes
constexpr double kTinyColumns = 4;
constexpr double kTinyPoolLanes = 64;

constexpr double kNand2 = 0.798;               // um2: NAND2_X1 of NanGate45
constexpr double kMemoryByte = 16406. / 4096;  // um2: OpenROAD's fakeram45_1024x32

constexpr double kRegister = 32 * kFlipFlop;

}  // namespace

double area_um2(std::string_view component, const arch::Machine& machine) {
  if (component == "pe") return (kPe - 3 * kRegister) * kNand2;  // registers are components
  if (component == "operand_register" || component == "accumulator_register") {
    return kRegister * kNand2;
  }
  if (component == "post_processor") return kPostProcessor / kTinyColumns * kNand2;
  if (component == "pool") return kPool / kTinyPoolLanes * kNand2;
  if (component == "activation_buffer") return machine.activation_bytes * kMemoryByte;
  if (component == "weight_buffer") return machine.weight_bytes * kMemoryByte;
  if (component == "parameter_buffer") {
    return static_cast<double>(machine.parameter_rows()) * machine.row_bytes() * kMemoryByte;
  }
  return 0;
}

}  // namespace hb::energy
