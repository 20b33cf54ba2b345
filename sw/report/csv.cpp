// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/csv.hpp"

#include <algorithm>

#include "model/arch/commands.hpp"
#include "sw/energy/actions.hpp"
#include "sw/report/json.hpp"
#include "sw/report/text.hpp"

namespace hb::report {

namespace {

using Json = nlohmann::ordered_json;

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char letter : field) {
    text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  }
  return text + "\"";
}

/// Paths of the figures in `object`, below `path`; new ones join `columns`.
void add_paths(const Json& object, const std::string& path, std::vector<std::string>& columns) {
  if (object.is_object()) {
    for (const auto& [key, value] : object.items()) add_paths(value, path + "." + key, columns);
  } else if (std::find(columns.begin(), columns.end(), path) == columns.end()) {
    columns.push_back(path);
  }
}

/// What only some runs have: no columns where every row has null, or nothing.
void add_optional(const Json& document, const char* key, std::vector<std::string>& columns) {
  const auto add = [&](const Json& row) {
    if (row.contains(key) && row.at(key).is_object()) add_paths(row.at(key), key, columns);
  };
  for (const Json& layer : document.at("layers")) add(layer);
  add(document.at("total"));
}

std::vector<std::string> columns_of(const Json& document) {
  std::vector<std::string> columns = {"index", "name", "op",     "shape",
                                      "bits",  "macs", "cycles", "utilization"};
  for (std::size_t i = 0; i < arch::kCauses; ++i) {
    columns.push_back("cycles_by_cause." + key_of(static_cast<arch::Cause>(i)));
  }
  for (const char* column : {"bytes_read", "bytes_written", "bytes_by_kind.activations_read",
                             "bytes_by_kind.weights_read", "bytes_by_kind.parameters_read",
                             "bytes_by_kind.activations_written"}) {
    columns.emplace_back(column);
  }
  for (std::size_t i = 0; i < energy::kParts; ++i) {
    columns.push_back("energy_pj." + std::string(energy::name(static_cast<energy::Part>(i))));
  }
  for (const char* column : {"total_pj", "pj_per_mac", "mismatches"}) columns.emplace_back(column);
  add_optional(document, "cost_models", columns);
  add_optional(document, "activity", columns);
  return columns;
}

}  // namespace

std::string csv_record(const std::vector<std::string>& fields) {
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) text += (i > 0 ? "," : "") + quoted(fields[i]);
  return text + "\n";
}

std::string csv_field(const Json& row, std::string_view path) {
  const std::size_t dot = path.find('.');
  const auto found = row.find(path.substr(0, dot));
  if (found == row.end() || found->is_null()) return "";
  if (dot != std::string_view::npos) return csv_field(*found, path.substr(dot + 1));
  return found->is_string() ? printable(found->get_ref<const std::string&>()) : found->dump();
}

std::string to_csv(const Json& document) {
  const std::vector<std::string> columns = columns_of(document);
  const auto record = [&](const Json& row) {
    std::vector<std::string> fields;
    for (const std::string& column : columns) fields.push_back(csv_field(row, column));
    return csv_record(fields);
  };
  std::string text = csv_record(columns);
  for (const Json& layer : document.at("layers")) text += record(layer);
  Json total = document.at("total");
  total["name"] = "total";
  return text + record(total);
}

}  // namespace hb::report
