// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/sweep/spec.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <string_view>

#include "model/arch/error.hpp"
#include "model/arch/events.hpp"
#include "sw/energy/yaml.hpp"

namespace hb::sweep {

namespace {

using energy::bad_node;
using energy::Document;
using Choices = std::initializer_list<std::string_view>;

constexpr const char* kWhat = "sweep";
/// More than this is a slip of the pen.
constexpr std::size_t kMostValues = 1000;

std::string listed(const Choices& choices) {
  std::string text;
  for (const std::string_view choice : choices) {
    text += fmt::format("{}{}", text.empty() ? "" : ", ", choice);
  }
  return text;
}

std::string shown(const YAML::Node& node) {
  if (node.IsScalar()) return node.Scalar().empty() ? "an empty text" : node.Scalar();
  return node.IsSequence() ? "a list" : node.IsMap() ? "a map" : "nothing";
}

/// Quoted text is no number.
bool quoted(const YAML::Node& node) { return node.Tag() == "!"; }

std::uint32_t read_integer(const Document& document, const YAML::Node& node,
                           const std::string& what, std::uint64_t low, std::uint64_t high) {
  std::uint64_t value = 0;
  const std::string text = node.IsScalar() && !quoted(node) ? node.Scalar() : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  if (!good || value < low || value > high) {
    throw bad_node(document, node, fmt::format("{}: {}", what, shown(node)),
                   fmt::format("an integer from {} to {}", low, high));
  }
  return static_cast<std::uint32_t>(value);
}

float read_width(const Document& document, const YAML::Node& node) {
  float value = 0;
  const std::string text = node.IsScalar() && !quoted(node) ? node.Scalar() : "";
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  if (!good || !std::isnormal(value) || value < 0) {
    throw bad_node(document, node, fmt::format("width: {}", shown(node)),
                   "a number above 0, e.g. 0.5");
  }
  return value;
}

std::string read_choice(const Document& document, const YAML::Node& node, const char* key,
                        const Choices& choices) {
  const std::string text = node.IsScalar() ? node.Scalar() : "";
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    throw bad_node(document, node, fmt::format("{}: {}", key, shown(node)), listed(choices));
  }
  return text;
}

/// The key itself: a value that is not there has no line.
YAML::Node key_of(const YAML::Node& map, const std::string& key) {
  for (const auto& pair : map) {
    if (pair.first.Scalar() == key) return pair.first;
  }
  return map;
}

/// The values of `map[key]`, one or a list of them; none without the key.
template <class Value, class Read>
std::vector<Value> read_values(const Document& document, const YAML::Node& map,
                               const std::string& key, Read read) {
  const YAML::Node node = map[key];
  std::vector<Value> values;
  if (!node) return values;
  if (node.IsNull()) {
    throw bad_node(document, key_of(map, key), key + ": nothing", "a value, or a list of them");
  }
  const auto add = [&](const YAML::Node& item) {
    const Value value = read(item);
    if (std::find(values.begin(), values.end(), value) != values.end()) {
      throw bad_node(document, item, fmt::format("{}: {} twice", key, shown(item)),
                     "every value once");
    }
    values.push_back(value);
  };
  if (!node.IsSequence()) {
    add(node);
    return values;
  }
  if (node.size() == 0 || node.size() > kMostValues) {
    throw bad_node(document, node, fmt::format("{}: {} values", key, node.size()),
                   fmt::format("1 to {}", kMostValues));
  }
  for (const YAML::Node& item : node) add(item);
  return values;
}

/// Reads one file's document.
class Reader {
 public:
  explicit Reader(const Document& document)
      : document_(document), folder_(std::filesystem::path(document.origin).parent_path()) {}

  [[nodiscard]] Spec read() const {
    const YAML::Node& root = document_.root;
    energy::require_map(
        document_, root, kWhat, {"machines", "networks"},
        {"bits", "residual", "width", "contract", "memory_latency", "memory_bytes_per_cycle"});
    Spec spec;
    spec.file = document_.origin;
    for (const YAML::Node& item : items(root, "machines")) spec.machines.push_back(machine(item));
    for (const YAML::Node& item : items(root, "networks")) {
      const Network now = network(item);
      const bool twice =
          std::any_of(spec.networks.begin(), spec.networks.end(), [&](const Network& n) {
            return n.model == now.model && n.images == now.images && n.labels == now.labels;
          });
      if (twice) throw bad_node(document_, item, now.model + " twice", "every network once");
      spec.networks.push_back(now);
    }
    spec.bits = choices(root, "bits", {"w8a8", "w4a8", "w4a4", "mostly-w4a4"});
    spec.residual = choices(root, "residual", {"8", "4"});
    spec.contract = choices(root, "contract", {"ort", "tflite"});
    if (spec.contract.empty()) spec.contract = {"ort"};
    spec.width = read_values<float>(document_, root, "width", [&](const YAML::Node& node) {
      return read_width(document_, node);
    });
    spec.memory_latency = integers(root, "memory_latency", arch::kMostLatency);
    spec.memory_bytes_per_cycle =
        integers(root, "memory_bytes_per_cycle", std::numeric_limits<std::uint32_t>::max());
    check_use(spec);
    return spec;
  }

 private:
  /// `root[key]`, a list that is not empty.
  [[nodiscard]] YAML::Node items(const YAML::Node& root, const char* key) const {
    const YAML::Node node = root[key];
    if (!node.IsSequence() || node.size() == 0 || node.size() > kMostValues) {
      throw bad_node(document_, node,
                     node.IsSequence() ? fmt::format("{}: {} items", key, node.size())
                                       : fmt::format("{}: {}", key, shown(node)),
                     fmt::format("a list of 1 to {} items", kMostValues));
    }
    return node;
  }

  [[nodiscard]] std::vector<std::string> choices(const YAML::Node& root, const char* key,
                                                 const Choices& all) const {
    return read_values<std::string>(document_, root, key, [&](const YAML::Node& node) {
      return read_choice(document_, node, key, all);
    });
  }

  [[nodiscard]] std::vector<std::uint32_t> integers(const YAML::Node& root, const char* key,
                                                    std::uint64_t most) const {
    return read_values<std::uint32_t>(document_, root, key, [&](const YAML::Node& node) {
      return read_integer(document_, node, key, 1, most);
    });
  }

  [[nodiscard]] MachineItem machine(const YAML::Node& node) const {
    MachineItem item;
    item.where = energy::place_of(document_, node);
    if (!node.IsMap()) {
      throw bad_node(document_, node, fmt::format("machines: {}", shown(node)),
                     "a map: preset, or every key of a machine");
    }
    if (node["preset"]) {
      energy::require_map(document_, node, "machine", {"preset"}, {});
      item.preset = energy::read_text(document_, node, "preset", "machine");
      if (is_machine_file(item.preset)) item.preset = path(item.preset);
      return item;
    }
    std::vector<std::string_view> keys;
    for (const arch::MachineKey& key : arch::machine_keys()) keys.emplace_back(key.name);
    energy::require_map(document_, node, "machine", keys, {});
    for (const arch::MachineKey& key : arch::machine_keys()) {
      item.values.push_back(
          read_values<std::uint32_t>(document_, node, key.name, [&](const YAML::Node& value) {
            const std::uint32_t number =
                read_integer(document_, value, key.name, key.low, key.high);
            arch::check_key(key, number, energy::place_of(document_, value));
            return number;
          }));
    }
    return item;
  }

  [[nodiscard]] Network network(const YAML::Node& node) const {
    constexpr const char* kExpected = "builtin:..., or a map with file, images, labels";
    Network network;
    network.where = energy::place_of(document_, node);
    if (node.IsScalar()) {
      network.model = node.Scalar();
      if (network.built_in()) return network;
    }
    if (!node.IsMap()) {
      throw bad_node(document_, node, fmt::format("networks: {}", shown(node)), kExpected);
    }
    energy::require_map(document_, node, "network", {"file"}, {"images", "labels"});
    network.model = path(energy::read_text(document_, node, "file", "network"));
    if (static_cast<bool>(node["images"]) != static_cast<bool>(node["labels"])) {
      throw bad_node(document_, node, "network: images or labels alone",
                     "both, for its accuracy, or neither");
    }
    if (node["images"]) {
      network.images = path(energy::read_text(document_, node, "images", "network"));
      network.labels = path(energy::read_text(document_, node, "labels", "network"));
    }
    return network;
  }

  /// Lists that no network takes are a mistake.
  void check_use(const Spec& spec) const {
    const bool built_in = std::any_of(spec.networks.begin(), spec.networks.end(),
                                      [](const Network& network) { return network.built_in(); });
    const bool small = std::any_of(spec.bits.begin(), spec.bits.end(),
                                   [](const std::string& bits) { return takes_residual(bits); });
    for (const char* key : {"bits", "residual", "width"}) {
      const YAML::Node node = document_.root[key];
      if (node && !built_in) {
        throw bad_node(document_, node, fmt::format("{} given, and every network is a file", key),
                       "a built-in network, or none: a file's precisions and widths are its own");
      }
    }
    if (!spec.residual.empty() && !small) {
      throw bad_node(document_, document_.root["residual"], "residual given for 8-bit activations",
                     "bits w4a4 or mostly-w4a4 with it");
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).lexically_normal().string();
  }

  const Document& document_;
  std::filesystem::path folder_;
};

}  // namespace

bool takes_residual(const std::string& bits) { return bits == "w4a4" || bits == "mostly-w4a4"; }

bool is_machine_file(const std::string& preset) {
  return std::filesystem::path(preset).extension() == ".json";
}

Spec parse_spec(const std::string& text, const std::string& file) {
  const Document document = energy::parse_yaml(text, file);
  return Reader(document).read();
}

}  // namespace hb::sweep
