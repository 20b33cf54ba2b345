// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Accelergy's energy reference tables.
#include <filesystem>
#include <optional>

#include "sw/energy/table.hpp"
#include "sw/energy/yaml.hpp"

namespace hb::energy {

namespace {

/// "system.chip.pe[0..255]" -> "pe".
std::string component_of(const std::string& name) {
  const std::string last = name.substr(name.rfind('.', name.find('[')) + 1);
  return last.substr(0, last.find('['));
}

class ErtReader {
 public:
  explicit ErtReader(const Document& document) : document_(document) {
    rates_.table = std::filesystem::path(document.origin).filename().string();
    rates_.technology = "not stated";
  }

  [[nodiscard]] Rates read() {
    const YAML::Node& root = document_.root;
    if (!root.IsMap() || !root["ERT"]) {
      throw bad_node(document_, root, "no key ERT", "an Accelergy energy reference table");
    }
    const YAML::Node ert = root["ERT"];
    require_map(document_, ert, "ERT", {"version", "tables"}, {});
    const std::string version = read_text(document_, ert, "version", "ERT");
    if (version != "0.3" && version != "0.4") {
      throw bad_node(document_, ert["version"], "ERT: version " + version, "0.3 or 0.4");
    }
    const YAML::Node tables = ert["tables"];
    if (!tables.IsSequence()) {
      throw bad_node(document_, tables, "ERT: tables is no list", "a list of components");
    }
    for (const YAML::Node& table : tables) read_component(table);
    require_all(tables);
    return rates_;
  }

 private:
  void read_component(const YAML::Node& table) {
    require_map(document_, table, "a table", {"name", "actions"}, {});
    const std::string full = read_text(document_, table, "name", "a table");
    const std::string component = component_of(full);
    if (!is_component(component)) {
      throw bad_node(document_, table, fmt::format("{}: unknown component {}", full, component),
                     component_names());
    }
    if (!table["actions"].IsSequence()) {
      throw bad_node(document_, table, full + ": actions is no list", "a list of actions");
    }
    Counts here;
    for (const YAML::Node& action : table["actions"]) read_action(action, component, here);
    for (std::size_t i = 0; i < kActions; ++i) {
      if (here.count[i] > 0 && seen_.count[i] > 0) {
        throw bad_node(document_, table, fmt::format("component {} twice", component),
                       "every component once");
      }
    }
    seen_ += here;
  }

  /// Of several entries of an action, for several arguments, Accelergy takes the first where counts
  /// name none; ours name none.
  void read_action(const YAML::Node& node, const std::string& component, Counts& here) {
    require_map(document_, node, "an action of " + component, {"name", "energy"}, {"arguments"});
    const std::string action = read_text(document_, node, "name", "an action of " + component);
    const std::string what = component + "." + action;
    const std::optional<Action> found = find_action(component, action);
    if (!found) {
      throw bad_node(document_, node, fmt::format("{}: unknown action {}", what, action),
                     actions_of(component));
    }
    const YAML::Node arguments = node["arguments"];
    if (arguments && !arguments.IsMap() && !arguments.IsNull()) {
      throw bad_node(document_, arguments, what + ": arguments is no map", "a map, {} for none");
    }
    const double energy = read_amount(document_, node, "energy", what);
    if (here[*found]++ == 0) rates_[*found] = energy;
  }

  void require_all(const YAML::Node& tables) const {
    for (std::size_t i = 0; i < kActions; ++i) {
      if (seen_.count[i] == 0) {
        throw bad_node(document_, tables,
                       fmt::format("{} is missing", full_name(static_cast<Action>(i))),
                       "every component with every action");
      }
    }
  }

  const Document& document_;
  Rates rates_;
  Counts seen_;  ///< entries
};

}  // namespace

Rates read_ert(const std::string& text, const std::string& origin) {
  const Document document = parse_yaml(text, origin);
  return ErtReader(document).read();
}

}  // namespace hb::energy
