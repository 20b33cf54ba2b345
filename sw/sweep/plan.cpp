// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/sweep/plan.hpp"

#include <algorithm>
#include <map>

#include "model/arch/error.hpp"
#include "model/arch/events.hpp"

namespace hb::sweep {

namespace {

/// Bytes as short as they can be exactly.
std::string size_text(std::uint32_t bytes) {
  constexpr std::uint32_t kKibi = 1024;
  if (bytes % (kKibi * kKibi) == 0) return fmt::format("{}m", bytes / kKibi / kKibi);
  return bytes % kKibi == 0 ? fmt::format("{}k", bytes / kKibi) : std::to_string(bytes);
}

/// A value, or nothing, of a list that may be empty.
template <class Value>
std::vector<std::optional<Value>> or_none(const std::vector<Value>& values) {
  if (values.empty()) return {std::nullopt};
  return {values.begin(), values.end()};
}

/// Whether it is a network, which has residuals and a width, not a layer.
bool is_network(const Network& network) {
  return network.model.rfind("builtin:resnet", 0) == 0 &&
         network.model.find('/') == std::string::npos;
}

void add_workloads(const Spec& spec, const Network& network, std::vector<Workload>& workloads) {
  const bool whole = is_network(network);
  const auto bits_list = or_none(network.built_in() ? spec.bits : std::vector<std::string>{});
  for (const auto& width : or_none(whole ? spec.width : std::vector<float>{})) {
    for (const auto& bits : bits_list) {
      const bool has_residual = whole && bits && takes_residual(*bits);
      const auto residuals = has_residual ? spec.residual : std::vector<std::string>{};
      for (const auto& residual : or_none(residuals)) {
        for (const std::string& contract : spec.contract) {
          workloads.push_back({network, bits, residual, width, contract});
        }
      }
    }
  }
}

/// Collects the machines, and refuses what cannot be one.
class Machines {
 public:
  explicit Machines(const Presets& presets) : presets_(presets) {
    for (const arch::Machine& known : presets.built_in) {
      if (shipped(known)) sizes_[known.name] = name_of(known);
    }
  }

  void add(const MachineItem& item) {
    if (!item.preset.empty()) return keep(preset(item), item.where);
    std::vector<std::size_t> index(item.values.size());
    do {
      arch::Machine machine;
      for (std::size_t i = 0; i < index.size(); ++i) {
        machine.*arch::machine_keys().at(i).value = item.values[i][index[i]];
      }
      add_sizes(std::move(machine), item.where);
    } while (next(item, index));
  }

  [[nodiscard]] const std::vector<arch::Machine>& machines() const { return machines_; }
  /// For all of their points.
  [[nodiscard]] const std::vector<Refused>& refused() const { return refused_; }
  [[nodiscard]] bool shipped(const arch::Machine& machine) const {
    const std::vector<std::string>& names = presets_.shipped;
    return std::find(names.begin(), names.end(), machine.name) != names.end();
  }

 private:
  /// The next combination, the last key's values first; false after the last one.
  static bool next(const MachineItem& item, std::vector<std::size_t>& index) {
    for (std::size_t i = index.size(); i-- > 0;) {
      if (++index[i] < item.values[i].size()) return true;
      index[i] = 0;
    }
    return false;
  }

  [[nodiscard]] arch::Machine preset(const MachineItem& item) const {
    const std::string where = fmt::format("{}: preset {}", item.where, item.preset);
    if (is_machine_file(item.preset)) {
      const std::vector<arch::Machine> machines = arch::read_machines(item.preset);
      if (machines.size() == 1) return machines.front();
      throw bad_input(where, fmt::format("{} machines", machines.size()), "exactly one");
    }
    std::string names;
    for (const arch::Machine& machine : presets_.built_in) {
      if (machine.name == item.preset) return machine;
      names += machine.name + ", ";
    }
    throw bad_input(where, "no such machine", names + "or a machine FILE.json");
  }

  void add_sizes(arch::Machine machine, const std::string& where) {
    machine.name = name_of(machine);
    try {
      arch::check_machine(machine, where);
    } catch (const Error& error) {
      refused_.push_back({std::move(machine), {}, {}, {}, 0, error.what()});
      return;
    }
    for (const arch::Machine& known : presets_.built_in) {
      if (shipped(known) && name_of(known) == machine.name) machine.name = known.name;
    }
    keep(std::move(machine), where);
  }

  void keep(arch::Machine machine, const std::string& where) {
    const std::string sizes = name_of(machine);
    if (const auto same = names_.find(sizes); same != names_.end()) {
      const std::string reason =
          fmt::format("{}: machine {} is there already, as {}", where, sizes, same->second);
      refused_.push_back({std::move(machine), {}, {}, {}, 0, reason});
      return;
    }
    const auto [other, first] = sizes_.emplace(machine.name, sizes);
    if (!first && other->second != sizes) {
      throw bad_input(
          where, fmt::format("machine {} has the sizes {}", machine.name, sizes),
          fmt::format("{}, as another one of that name, or another name", other->second));
    }
    names_[sizes] = machine.name;
    machines_.push_back(std::move(machine));
  }

  const Presets& presets_;
  std::vector<arch::Machine> machines_;
  std::vector<Refused> refused_;
  std::map<std::string, std::string> names_;  ///< of machines_, by name_of()
  std::map<std::string, std::string> sizes_;  ///< name_of() by name, of these and the shipped ones
};

double machines_of(const MachineItem& item) {
  double product = 1;  // the largest ones leave 64 bits
  for (const auto& values : item.values) product *= static_cast<double>(values.size());
  return product;
}

/// The machine with every memory.
void add_settings(const Spec& spec, const arch::Machine& machine, bool shipped, Plan& plan) {
  for (const auto& latency : or_none(spec.memory_latency)) {
    for (const auto& bytes : or_none(spec.memory_bytes_per_cycle)) {
      if (bytes && machine.bus_bytes % *bytes != 0) {
        plan.refused.push_back(
            {machine,
             latency,
             bytes,
             {},
             plan.workloads.size(),
             fmt::format("memory_bytes_per_cycle {} does not divide bus_bytes {} of machine {}",
                         *bytes, machine.bus_bytes, machine.name)});
        continue;
      }
      plan.settings.push_back({machine, shipped, latency.value_or(arch::MemoryTiming{}.latency),
                               bytes.value_or(machine.bus_bytes)});
    }
  }
}

}  // namespace

std::string name_of(const arch::Machine& machine) {
  return fmt::format("r{}c{}_b{}_n{}_a{}_w{}_p{}", machine.rows, machine.columns, machine.bus_bytes,
                     machine.activation_banks, size_text(machine.activation_bytes),
                     size_text(machine.weight_bytes), machine.parameter_tiles);
}

std::string name_of(const Setting& setting) {
  return fmt::format("{} {}/{}", setting.machine.name, setting.memory_latency,
                     setting.memory_bytes_per_cycle);
}

Plan make_plan(const Spec& spec, const Presets& presets) {
  Plan plan;
  for (const Network& network : spec.networks) add_workloads(spec, network, plan.workloads);
  const std::uint64_t each = or_none(spec.memory_latency).size() *
                             or_none(spec.memory_bytes_per_cycle).size() * plan.workloads.size();
  double all = 0;
  for (const MachineItem& item : spec.machines) {
    all += machines_of(item) * static_cast<double>(each);
  }
  if (all > static_cast<double>(kMostPoints)) {
    throw bad_input(spec.file, fmt::format("{:.0f} points", all),
                    fmt::format("at most {}", kMostPoints));
  }
  Machines machines(presets);
  for (const MachineItem& item : spec.machines) machines.add(item);
  plan.refused = machines.refused();
  for (Refused& refused : plan.refused) refused.points = each;
  for (const arch::Machine& machine : machines.machines()) {
    add_settings(spec, machine, machines.shipped(machine), plan);
  }
  return plan;
}

}  // namespace hb::sweep
