// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <map>
#include <string>
#include <vector>

#include "sw/card/card.hpp"

namespace hb::card {
namespace {

using Json = nlohmann::ordered_json;

/// Objects by one of their values, in the order in which they come first.
class Index {
 public:
  void add(const Json& object, const char* key) {
    const std::string name = object.at(key);
    if (found_.emplace(name, object).second) order_.push_back(name);
  }
  [[nodiscard]] const std::vector<std::string>& order() const { return order_; }
  [[nodiscard]] const Json* find(const std::string& name) const {
    const auto found = found_.find(name);
    return found == found_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Json> found_;
  std::vector<std::string> order_;
};

Index fields_of(const Json& card) {
  Index index;
  for (const Json& section : card.at("sections")) {
    for (const Json& field : section.at("fields")) index.add(field, "key");
  }
  return index;
}

Index layers_of(const Json& card) {
  Index index;
  for (const Json& layer : card.at("layers")) index.add(layer, "name");
  return index;
}

/// Names of `a`, then those of `b` alone.
std::vector<std::string> both(const Index& a, const Index& b) {
  std::vector<std::string> names = a.order();
  for (const std::string& name : b.order()) {
    if (a.find(name) == nullptr) names.push_back(name);
  }
  return names;
}

Json value_of(const Json* object, const char* key) {
  return object != nullptr && object->contains(key) ? object->at(key) : Json();
}

Json differing_fields(const Index& a, const Index& b) {
  Json list = Json::array();
  for (const std::string& key : both(a, b)) {
    const Json* in_a = a.find(key);
    const Json* in_b = b.find(key);
    const Json left = value_of(in_a, "value");
    const Json right = value_of(in_b, "value");
    if (left == right) continue;
    const Json label = value_of(in_a != nullptr ? in_a : in_b, "label");
    list.push_back({{"key", key}, {"label", label}, {"a", left}, {"b", right}});
  }
  return list;
}

Json differing_layers(const Index& a, const Index& b) {
  Json list = Json::array();
  for (const std::string& name : both(a, b)) {
    const Json* in_a = a.find(name);
    const Json* in_b = b.find(name);
    if (in_a == nullptr || in_b == nullptr) {
      list.push_back({{"name", name},
                      {"key", "layer"},
                      {"a", in_a != nullptr ? Json("there") : Json()},
                      {"b", in_b != nullptr ? Json("there") : Json()}});
      continue;
    }
    for (const auto& [key, left] : in_a->items()) {
      const Json right = value_of(in_b, key.c_str());
      if (left == right) continue;
      list.push_back({{"name", name}, {"key", key}, {"a", left}, {"b", right}});
    }
  }
  return list;
}

}  // namespace

Json diff(const Json& a, const Json& b) {
  return {{"a", a.at("model")},
          {"b", b.at("model")},
          {"fields", differing_fields(fields_of(a), fields_of(b))},
          {"layers", differing_layers(layers_of(a), layers_of(b))}};
}

}  // namespace hb::card
