// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/accelergy.hpp"

#include <cmath>

#include "model/arch/error.hpp"
#include "model/arch/json.hpp"
#include "sw/energy/areas.hpp"
#include "sw/energy/rates.hpp"

namespace hb::energy {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSystem = "halfbyte";

/// A report's part that is needed.
struct Run {
  arch::Machine machine;
  Rates rates;
  Counts counts;
};

/// `object[key]`, an object.
const Json& member(const Json& object, const char* key, const std::string& where) {
  const auto found = object.is_object() ? object.find(key) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_object()) {
    throw bad_input(where, fmt::format("no {}", key),
                    "the --json report of a timed run (estimate, run, verify)");
  }
  return *found;
}

double read_number(const Json& object, const std::string& key, const std::string& where) {
  const auto found = object.find(key);
  const bool number = found != object.end() && found->is_number();
  if (!number || !std::isfinite(found->get<double>()) || found->get<double>() < 0) {
    throw bad_input(where, fmt::format("{} is {}", key, number ? found->dump() : "no number"),
                    "a finite number, at least 0");
  }
  return found->get<double>();
}

arch::Machine read_machine(const Json& energy, const std::string& where) {
  const Json& object = member(energy, "machine", where);
  Json one;
  one[arch::read_string(energy, "machine_name", where)] = object;
  return arch::parse_machines(one.dump(), where).front();
}

Run read_run(const Json& report, const std::string& where) {
  Run run;
  const Json& energy = member(report, "energy", where);
  const Json& rates = member(energy, "pj_per_action", where + ": energy");
  const Json& counts = member(member(report, "total", where), "actions", where + ": total");
  run.machine = read_machine(energy, where + ": energy");
  run.rates.technology = arch::read_string(energy, "technology", where + ": energy");
  run.rates.clock_mhz = read_number(energy, "clock_mhz", where + ": energy");
  if (run.rates.clock_mhz <= 0) {
    throw bad_input(where + ": energy", "clock_mhz is 0", "a number above 0");
  }
  for (std::size_t i = 0; i < kActions; ++i) {
    const std::string name = full_name(static_cast<Action>(i));
    run.rates.pj[i] = read_number(rates, name, where + ": energy: pj_per_action");
    run.counts.count[i] =
        arch::read_integer(counts, name.c_str(), 0, ~std::uint64_t{0}, where + ": total: actions");
  }
  return run;
}

/// A component of the architecture: instances, and what Accelergy's classes want to know.
struct Component {
  std::string name;
  std::string type;
  std::uint64_t instances;
  std::uint64_t width;  ///< bits
  std::uint64_t depth;  ///< words
};

std::vector<Component> components_of(const arch::Machine& machine) {
  const std::uint64_t places = std::uint64_t{machine.rows} * machine.columns;
  return {
      {"pe", "intmac", places, 32, 1},
      {"operand_register", "regfile", 2 * places, 32, 1},
      {"accumulator_register", "regfile", places, 32, 1},
      {"activation_buffer", "SRAM", 1, 8ULL * machine.word_bytes(), machine.activation_words()},
      {"weight_buffer", "SRAM", 1, 8ULL * machine.row_bytes(), machine.weight_rows()},
      {"parameter_buffer", "SRAM", 1, 8ULL * machine.row_bytes(), machine.parameter_rows()},
      {"post_processor", "fpmac", machine.columns, 32, 1},
      {"pool", "comparator", std::uint64_t{machine.rows} * machine.word_bytes(), 8, 1},
      {"bus", "wire", 1, 8ULL * machine.bus_bytes, 1},
      {"dram", "DRAM", 1, 8ULL * machine.bus_bytes, 1},
  };
}

/// "pe[0..255]", or "dram" of one.
std::string range(const Component& component) {
  return component.instances == 1
             ? component.name
             : fmt::format("{}[0..{}]", component.name, component.instances - 1);
}

/// With a point, always: without it YAML 1.1 takes 1e-05 for a text.
std::string number(double value) { return fmt::format("{:#.17g}", value); }

std::string architecture(const Run& run) {
  std::string text = fmt::format(
      "architecture:\n  version: 0.3\n  subtree:\n    - name: {}\n      attributes:\n"
      "        technology: {}\n        global_cycle_seconds: {}\n      local:\n",
      kSystem, Json(run.rates.technology).dump(), number(1e-6 / run.rates.clock_mhz));
  for (const Component& component : components_of(run.machine)) {
    text += fmt::format(
        "        - name: {}\n          class: {}\n          attributes: {{width: {}, depth: {}}}\n",
        range(component), component.type, component.width, component.depth);
  }
  return text;
}

/// Calls `line(action index)` for each of a component's actions.
template <class Line>
void for_actions(const Component& component, Line line) {
  for (std::size_t i = 0; i < kActions; ++i) {
    if (info(static_cast<Action>(i)).component == component.name) line(i);
  }
}

std::string reference_table(const Run& run) {
  std::string text = "ERT:\n  version: 0.3\n  tables:\n";
  for (const Component& component : components_of(run.machine)) {
    text += fmt::format("    - name: {}.{}\n      actions:\n", kSystem, range(component));
    for_actions(component, [&](std::size_t i) {
      text += fmt::format("        - {{name: {}, arguments: {{}}, energy: {}}}\n",
                          info(static_cast<Action>(i)).action, number(run.rates.pj[i]));
    });
  }
  return text;
}

/// Areas of single instances.
std::string area_table(const Run& run) {
  std::string text = "ART:\n  version: 0.3\n  tables:\n";
  for (const Component& component : components_of(run.machine)) {
    text += fmt::format("    - name: {}.{}\n      area: {}\n", kSystem, range(component),
                        number(area_um2(component.name, run.machine)));
  }
  return text;
}

/// All counts of a component go to its first instance: Accelergy does not multiply by instances.
std::string action_counts(const Run& run) {
  std::string text = "action_counts:\n  version: 0.3\n  local:\n";
  for (const Component& component : components_of(run.machine)) {
    text += fmt::format("    - name: {}.{}{}\n      action_counts:\n", kSystem, component.name,
                        component.instances == 1 ? "" : "[0]");
    for_actions(component, [&](std::size_t i) {
      text += fmt::format("        - {{name: {}, counts: {}}}\n",
                          info(static_cast<Action>(i)).action, run.counts.count[i]);
    });
  }
  return text;
}

}  // namespace

std::vector<TextFile> accelergy_files(const Json& report, const std::string& origin) {
  const Run run = read_run(report, origin);
  return {{"architecture.yaml", architecture(run)},
          {"ERT.yaml", reference_table(run)},
          {"ART.yaml", area_table(run)},
          {"action_counts.yaml", action_counts(run)}};
}

}  // namespace hb::energy
