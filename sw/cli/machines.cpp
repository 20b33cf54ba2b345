// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/machines.hpp"

#include <fmt/format.h>

#include <string_view>

#include "model/arch/commands.hpp"
#include "model/arch/error.hpp"
#include "model/arch/shapes.hpp"
#include "sw/report/csv.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

namespace {

template <class Shape>
arch::Machine machine_of() {
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

bool is_file(std::string_view preset) {
  constexpr std::string_view kEnding = ".json";
  return preset.size() >= kEnding.size() &&
         preset.substr(preset.size() - kEnding.size()) == kEnding;
}

}  // namespace

std::vector<arch::Machine> built_in_machines() {
#define HB_MACHINE_OF(name) machine_of<arch::shapes::name>(),
  return {HB_FOR_EACH_MACHINE(HB_MACHINE_OF)};
#undef HB_MACHINE_OF
}

std::vector<std::string> shipped_machines() { return {HB_SHIPPED_MACHINES}; }

arch::Machine find_machine(const std::string& preset) {
  if (is_file(preset)) {
    const std::vector<arch::Machine> machines = arch::read_machines(preset);
    if (machines.size() != 1) {
      throw bad_input(preset, fmt::format("{} machines", machines.size()), "exactly one");
    }
    return machines.front();
  }
  std::string names;
  for (const arch::Machine& machine : built_in_machines()) {
    if (machine.name == preset) {
      return machine;
    }
    names += machine.name + ", ";
  }
  throw bad_input(fmt::format("--preset {}", preset), "no such machine",
                  names + "or a machine FILE.json");
}

std::string machines_text(const std::vector<arch::Machine>& machines) {
  std::string text = fmt::format("{:<12} {:>9} {:>14} {:>14} {:>11} {:>15} {:>11}\n", "preset",
                                 "PEs", "MAC/cycle int8", "MAC/cycle int4", "bus B/cycle",
                                 "activations KiB", "weights KiB");
  for (const arch::Machine& machine : machines) {
    text += fmt::format("{:<12} {:>9} {:>14} {:>14} {:>11} {:>15} {:>11}\n", machine.name,
                        fmt::format("{} x {}", machine.rows, machine.columns),
                        report::macs_per_cycle(machine, arch::Precision::kInt8),
                        report::macs_per_cycle(machine, arch::Precision::kInt4), machine.bus_bytes,
                        machine.activation_bytes / 1024, machine.weight_bytes / 1024);
  }
  return text;
}

std::string machines_csv(const std::vector<arch::Machine>& machines) {
  std::string text = report::csv_record({"preset", "rows", "columns", "macs_per_cycle_int8",
                                         "macs_per_cycle_int4", "bus_bytes", "activation_banks",
                                         "activation_bytes", "weight_bytes", "parameter_tiles"});
  for (const arch::Machine& machine : machines) {
    std::vector<std::string> fields = {machine.name};
    for (const std::uint64_t figure :
         {std::uint64_t{machine.rows}, std::uint64_t{machine.columns},
          report::macs_per_cycle(machine, arch::Precision::kInt8),
          report::macs_per_cycle(machine, arch::Precision::kInt4), std::uint64_t{machine.bus_bytes},
          std::uint64_t{machine.activation_banks}, std::uint64_t{machine.activation_bytes},
          std::uint64_t{machine.weight_bytes}, std::uint64_t{machine.parameter_tiles}}) {
      fields.push_back(std::to_string(figure));
    }
    text += report::csv_record(fields);
  }
  return text;
}

}  // namespace hb::cli
