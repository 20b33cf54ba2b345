// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/yaml.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace hb::energy {

namespace {

constexpr int kMaxDepth = 16;  // of nesting
constexpr int kMaxNodes = 100'000;

std::string line_text(const YAML::Mark& mark) {
  return mark.line < 0 ? "" : fmt::format(", line {}", mark.line + 1);
}

/// Walks a document once. Aliases can make a small text a huge one, so the walk has an end.
class Walk {
 public:
  explicit Walk(const Document& document) : document_(document) {}

  void check(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) {
      throw bad_node(document_, node, depth > kMaxDepth ? "nested too deeply" : "too much",
                     fmt::format("at most {} levels, {} nodes", kMaxDepth, kMaxNodes));
    }
    if (node.IsSequence()) {
      for (const YAML::Node& item : node) check(item, depth + 1);
    }
    if (node.IsMap()) check_map(node, depth);
  }

 private:
  void check_map(const YAML::Node& node, int depth) {
    std::set<std::string> seen;
    for (const auto& pair : node) {
      const std::string key = pair.first.IsScalar() ? pair.first.Scalar() : "";
      if (key.empty()) throw bad_node(document_, pair.first, "a key that is no text", "a name");
      if (!seen.insert(key).second) {
        throw bad_node(document_, pair.first, fmt::format("key {} twice in one map", key),
                       "every key once");
      }
      check(pair.second, depth + 1);
    }
  }

  const Document& document_;
  int nodes_ = 0;
};

bool holds(const std::vector<std::string_view>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string listed(const std::vector<std::string_view>& keys) {
  std::string text;
  for (const std::string_view key : keys) {
    text += text.empty() ? "" : ", ";
    text += key;
  }
  return text;
}

}  // namespace

Document parse_yaml(const std::string& text, const std::string& origin) {
  Document document{origin};
  try {
    const std::vector<YAML::Node> all = YAML::LoadAll(text);
    if (all.size() != 1) {
      throw bad_input(origin, fmt::format("{} YAML documents", all.size()), "one");
    }
    document.root = all.front();
  } catch (const YAML::Exception& error) {
    throw bad_input(origin + line_text(error.mark), error.msg, "YAML or JSON");
  }
  Walk(document).check(document.root, 0);
  return document;
}

std::string place_of(const Document& document, const YAML::Node& node) {
  return document.origin + line_text(node.Mark());
}

Error bad_node(const Document& document, const YAML::Node& node, std::string_view what,
               std::string_view expected) {
  return bad_input(place_of(document, node), what, expected);
}

void require_map(const Document& document, const YAML::Node& node, const std::string& what,
                 const std::vector<std::string_view>& required,
                 const std::vector<std::string_view>& optional) {
  if (!node.IsMap()) {
    throw bad_node(document, node, what + " is no map", "a map with " + listed(required));
  }
  for (const auto& pair : node) {
    if (!holds(required, pair.first.Scalar()) && !holds(optional, pair.first.Scalar())) {
      throw bad_node(document, pair.first,
                     fmt::format("{}: unknown key {}", what, pair.first.Scalar()),
                     listed(required) + (!optional.empty() ? ", " + listed(optional) : ""));
    }
  }
  for (const std::string_view key : required) {
    if (!node[std::string(key)]) {
      throw bad_node(document, node, fmt::format("{}: key {} is missing", what, key),
                     listed(required));
    }
  }
}

std::string read_text(const Document& document, const YAML::Node& map, const char* key,
                      const std::string& what) {
  const YAML::Node node = map[key];
  if (!node.IsScalar() || node.Scalar().empty()) {
    throw bad_node(document, node, fmt::format("{}: {} is no text", what, key), "a text");
  }
  return node.Scalar();
}

double read_amount(const Document& document, const YAML::Node& map, const char* key,
                   const std::string& what) {
  const YAML::Node node = map[key];
  const std::string text = node.IsScalar() ? node.Scalar() : "no number";
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc() && end == text.data() + text.size();
  if (!number || !std::isfinite(value) || value < 0 || value > kMostAmount) {
    throw bad_node(document, node, fmt::format("{}: {} is {}", what, key, text),
                   fmt::format("a finite number, at least 0, at most {:g}", kMostAmount));
  }
  return value;
}

}  // namespace hb::energy
