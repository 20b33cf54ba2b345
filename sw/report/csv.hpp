// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Tables for spreadsheets and scripts.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace hb::report {

/// A record as RFC 4180 has it, but ended by LF: fields with a comma, a quote or a line break are
/// quoted, quotes in them doubled.
[[nodiscard]] std::string csv_record(const std::vector<std::string>& fields);

/// The figure at `path` in a row of the JSON: "cycles", or "cycles_by_cause.busy" for a member of a
/// member. Empty for what is null or not there; text as printable() has it.
[[nodiscard]] std::string csv_field(const nlohmann::ordered_json& row, std::string_view path);

/// The per-layer table of to_json()'s document: a record per layer, then the total with no index.
/// Columns are named as the JSON's fields, and always the same ones; with cost models there are
/// more.
[[nodiscard]] std::string to_csv(const nlohmann::ordered_json& document);

}  // namespace hb::report
