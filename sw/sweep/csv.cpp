// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <vector>

#include "sw/report/csv.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

namespace {

using Json = nlohmann::ordered_json;

/// The members of objects that may be null, in every point.
const std::vector<std::string>& members_of(const std::string& key) {
  static const std::vector<std::string> accuracy = {"images", "correct", "low", "high"};
  static const std::vector<std::string> none;
  return key == "accuracy" ? accuracy : none;
}

std::string value_text(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// Calls `cell` with every column's name and value; of a machine's sizes the names are their keys.
template <class Cell>
void for_cells(const Json& point, Cell cell) {
  for (const auto& item : point.items()) {
    const std::string prefix = item.key() == "machine_keys" ? "" : item.key() + "_";
    if (item.value().is_object()) {
      for (const auto& member : item.value().items()) cell(prefix + member.key(), member.value());
    } else if (!members_of(item.key()).empty()) {
      for (const std::string& member : members_of(item.key())) cell(prefix + member, Json());
    } else {
      cell(item.key(), item.value());
    }
  }
}

}  // namespace

std::string to_csv(const Json& document) {
  std::string text;
  for (const Json& point : document.at("points")) {
    std::vector<std::string> names;
    std::vector<std::string> values;
    for_cells(point, [&](const std::string& name, const Json& value) {
      names.push_back(name);
      values.push_back(value_text(value));
    });
    if (text.empty()) text = report::csv_record(names);
    text += report::csv_record(values);
  }
  return text;
}

}  // namespace hb::sweep
