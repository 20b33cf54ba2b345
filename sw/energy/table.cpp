// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/table.hpp"

#include <cmath>
#include <optional>

#include "model/arch/file.hpp"
#include "sw/energy/yaml.hpp"

namespace hb::energy {

namespace {

constexpr double kLeastClock = 1e-3;  // MHz
constexpr const char* kExpected = "an energy table (YAML or JSON)";

/// An entry as the file has it.
struct Entry {
  double energy = 0;
  double reference_bytes = 0;  ///< of an entry for a bank's size; otherwise unused
  double exponent = 0;
};

/// pJ of one action.
Picojoules resolve(const Entry& entry, Action action, const arch::Machine& machine,
                   double clock_mhz) {
  switch (info(action).unit) {
    case Unit::kPerBit: {
      const double pj = entry.energy * bits_of(machine, action);
      if (!info(action).sized) return pj;
      return pj * std::pow(bank_bytes(machine, action) / entry.reference_bytes, entry.exponent);
    }
    case Unit::kMicrowatt:
      return entry.energy / clock_mhz;
    case Unit::kMicrowattPerKibibyte:
      return entry.energy * kibibytes_of(machine, action) / clock_mhz;
    default:
      return entry.energy;
  }
}

class Reader {
 public:
  Reader(const Document& document, const arch::Machine& machine)
      : document_(document), machine_(machine) {}

  [[nodiscard]] Rates read() {
    require_map(document_, document_.root, "the table",
                {"name", "technology", "clock_mhz", "entries"}, {"note", "toggles"});
    rates_.table = read_text(document_, document_.root, "name", "the table");
    rates_.technology = read_text(document_, document_.root, "technology", "the table");
    rates_.clock_mhz = read_amount(document_, document_.root, "clock_mhz", "the table");
    if (rates_.clock_mhz < kLeastClock) {
      throw bad_node(document_, document_.root["clock_mhz"],
                     fmt::format("clock_mhz is {}", rates_.clock_mhz),
                     fmt::format("at least {}", kLeastClock));
    }
    const YAML::Node entries = document_.root["entries"];
    if (!entries.IsSequence()) {
      throw bad_node(document_, entries, "entries is no list", "a list of entries");
    }
    for (const YAML::Node& node : entries) read_entry(node);
    require_all(entries);
    if (document_.root["toggles"]) read_toggles(document_.root["toggles"]);
    return rates_;
  }

 private:
  /// The action that an entry is about.
  [[nodiscard]] Action action_of(const YAML::Node& node) const {
    const std::string component = read_text(document_, node, "component", "an entry");
    const std::string action = read_text(document_, node, "action", "an entry of " + component);
    if (!is_component(component)) {
      throw bad_node(document_, node,
                     fmt::format("{}.{}: unknown component {}", component, action, component),
                     component_names());
    }
    const std::optional<Action> found = find_action(component, action);
    if (!found) {
      throw bad_node(document_, node,
                     fmt::format("{}.{}: unknown action {}", component, action, action),
                     actions_of(component));
    }
    return *found;
  }

  void read_entry(const YAML::Node& node) {
    require_map(document_, node, "an entry",
                {"component", "action", "energy", "unit", "source", "confidence"},
                {"reference_bytes", "exponent"});
    const Action action = action_of(node);
    const std::string what = full_name(action);
    const std::string unit = read_text(document_, node, "unit", what);
    if (unit != name(info(action).unit)) {
      throw bad_node(document_, node["unit"], fmt::format("{}: unit {}", what, unit),
                     name(info(action).unit));
    }
    Entry entry;
    entry.energy = read_amount(document_, node, "energy", what);
    static_cast<void>(read_text(document_, node, "source", what));
    static_cast<void>(read_text(document_, node, "confidence", what));
    read_size(node, action, entry);
    if (seen_[action]++ > 0) {
      throw bad_node(document_, node, what + " twice", "every action once");
    }
    rates_[action] = resolve(entry, action, machine_, rates_.clock_mhz);
  }

  void read_size(const YAML::Node& node, Action action, Entry& entry) const {
    const std::string what = full_name(action);
    for (const char* key : {"reference_bytes", "exponent"}) {
      if (static_cast<bool>(node[key]) != info(action).sized) {
        throw bad_node(document_, node,
                       fmt::format("{}: {} is {}", what, key, node[key] ? "there" : "missing"),
                       info(action).sized ? "the size it holds for, and how it grows"
                                          : "it with reads and writes of buffers only");
      }
    }
    if (!info(action).sized) return;
    entry.reference_bytes = read_amount(document_, node, "reference_bytes", what);
    entry.exponent = read_amount(document_, node, "exponent", what);
    if (entry.reference_bytes < 1 || entry.exponent > 1) {
      throw bad_node(document_, node,
                     fmt::format("{}: reference_bytes {}, exponent {}", what, entry.reference_bytes,
                                 entry.exponent),
                     "at least 1 byte, an exponent of 0..1");
    }
  }

  void require_all(const YAML::Node& entries) const {
    for (std::size_t i = 0; i < kActions; ++i) {
      if (seen_.count[i] == 0) {
        throw bad_node(document_, entries,
                       fmt::format("{} is missing", full_name(static_cast<Action>(i))),
                       "an entry for every action");
      }
    }
  }

  /// All of them, once each; a share is at most 1.
  void read_toggles(const YAML::Node& toggles) {
    std::array<std::optional<double>, kToggleRates> found{};
    if (!toggles.IsSequence()) {
      throw bad_node(document_, toggles, "toggles is no list", "a list of entries");
    }
    for (const YAML::Node& node : toggles) {
      require_map(document_, node, "an entry of toggles",
                  {"of", "energy", "unit", "source", "confidence"}, {});
      const std::size_t i = toggle_of(node);
      const std::string what(name(static_cast<ToggleRate>(i)));
      const std::string_view unit = unit_of(static_cast<ToggleRate>(i));
      if (read_text(document_, node, "unit", what) != unit) {
        throw bad_node(document_, node["unit"], what + ": another unit", unit);
      }
      static_cast<void>(read_text(document_, node, "source", what));
      static_cast<void>(read_text(document_, node, "confidence", what));
      if (found[i]) throw bad_node(document_, node, what + " twice", "every entry once");
      found[i] = read_amount(document_, node, "energy", what);
      if (unit == "share" && *found[i] > 1) {
        throw bad_node(document_, node["energy"], what + " is above 1", "a share of 0..1");
      }
    }
    rates_.toggles.emplace();
    for (std::size_t i = 0; i < kToggleRates; ++i) {
      if (!found[i]) {
        throw bad_node(document_, toggles,
                       fmt::format("{} is missing", name(static_cast<ToggleRate>(i))),
                       "all entries of toggles, or no toggles");
      }
      (*rates_.toggles)[i] = *found[i];
    }
  }

  [[nodiscard]] std::size_t toggle_of(const YAML::Node& node) const {
    const std::string of = read_text(document_, node, "of", "an entry of toggles");
    std::string names;
    for (std::size_t i = 0; i < kToggleRates; ++i) {
      const std::string_view one = name(static_cast<ToggleRate>(i));
      if (of == one) return i;
      names += fmt::format("{}{}", i > 0 ? ", " : "", one);
    }
    throw bad_node(document_, node["of"], "toggles of " + of, names);
  }

  const Document& document_;
  const arch::Machine& machine_;
  Rates rates_;
  Counts seen_;  ///< entries
};

}  // namespace

Rates read_table(const std::string& text, const std::string& origin, const arch::Machine& machine) {
  const Document document = parse_yaml(text, origin);
  return Reader(document, machine).read();
}

Rates read_table_file(const std::string& file, const arch::Machine& machine) {
  return file.empty() ? read_table(default_table_text(), "config/energy_45nm.yaml", machine)
                      : read_table(arch::read_file(file, kExpected), file, machine);
}

Rates read_ert_file(const std::string& file) {
  return read_ert(arch::read_file(file, "an Accelergy energy reference table"), file);
}

}  // namespace hb::energy
