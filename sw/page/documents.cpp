// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/page/documents.hpp"

#include <initializer_list>

#include "model/arch/error.hpp"
#include "model/arch/json.hpp"
#include "sw/card/card.hpp"
#include "sw/card/hash.hpp"

namespace hb::page {

namespace {

using Json = nlohmann::ordered_json;

/// What a value may be; several together.
constexpr unsigned kNull = 1;
constexpr unsigned kNumber = 2;
constexpr unsigned kText = 4;
constexpr unsigned kList = 8;
constexpr unsigned kObject = 16;

struct Field {
  const char* key;
  unsigned types;
};

std::string names_of(unsigned types) {
  std::string names;
  for (const auto& [type, name] :
       {std::pair(kNumber, "a number"), std::pair(kText, "text"), std::pair(kList, "a list"),
        std::pair(kObject, "an object"), std::pair(kNull, "null")}) {
    if ((types & type) != 0) names += (names.empty() ? "" : " or ") + std::string(name);
  }
  return names;
}

unsigned type_of(const Json& value) {
  if (value.is_null()) return kNull;
  if (value.is_number()) return kNumber;
  if (value.is_string()) return kText;
  if (value.is_array()) return kList;
  return value.is_object() ? kObject : 0;
}

void require(const Json& object, std::initializer_list<Field> fields, const std::string& where) {
  if (!object.is_object()) throw bad_input(where, "no object", "a JSON object");
  for (const auto& [key, types] : fields) {
    const auto found = object.find(key);
    if (found == object.end()) {
      throw bad_input(where, fmt::format("no {}", key), names_of(types));
    }
    if ((type_of(*found) & types) == 0) {
      throw bad_input(where, fmt::format("{} is {}", key, found->dump().substr(0, 40)),
                      names_of(types));
    }
  }
}

/// All values of `object` have one of `types`.
void require_all(const Json& object, unsigned types, const std::string& where) {
  for (const auto& [key, value] : object.items()) {
    if ((type_of(value) & types) == 0) {
      throw bad_input(where, fmt::format("{} is {}", key, value.dump().substr(0, 40)),
                      names_of(types));
    }
  }
}

/// Of a run with --activity.
void require_activity(const Json& activity, const std::string& where) {
  require(activity, {{"ratio", kNumber | kNull}}, where);
  for (const char* bits : {"toggled_bits", "clocked_bits"}) {
    require(activity, {{bits, kObject}}, where);
    require(activity.at(bits),
            {{"operand", kNumber}, {"weight", kNumber}, {"accumulator", kNumber}},
            where + ": " + bits);
  }
  for (const char* energy : {"energy_pj_toggles", "energy_pj_counts"}) {
    require(activity, {{energy, kObject}}, where);
    require_all(activity.at(energy), kNumber, where + ": " + energy);
  }
}

/// Costs of a layer or of the total; `timed` where every cycle is known.
void require_costs(const Json& row, bool timed, const std::string& where) {
  const unsigned known = timed ? kNumber : kNull;
  require(row,
          {{"macs", kNumber},
           {"cycles", known},
           {"utilization", kNumber | kNull},
           {"cycles_by_cause", timed ? kObject : kNull},
           {"bytes_read", kNumber},
           {"bytes_written", kNumber},
           {"energy_pj", kObject},
           {"activity", timed ? kObject | kNull : kNull},
           {"mismatches", kNumber | kNull}},
          where);
  if (timed) require_all(row.at("cycles_by_cause"), kNumber, where + ": cycles_by_cause");
  require_all(row.at("energy_pj"), known, where + ": energy_pj");
  if (row.at("activity").is_object()) require_activity(row.at("activity"), where + ": activity");
}

void require_energy(const Json& energy, const std::string& where) {
  require(energy,
          {{"table", kText},
           {"technology", kText},
           {"clock_mhz", kNumber},
           {"scope", kText},
           {"pj_per_mac", kNumber | kNull},
           {"average_watts", kNumber | kNull},
           {"machine", kObject}},
          where);
  require(energy.at("machine"), {{"rows", kNumber}, {"columns", kNumber}}, where + ": machine");
}

/// The columns of one unit, of one length.
void require_spans(const Json& unit, const std::string& where) {
  require(unit, {{"layer", kList}, {"start", kList}, {"end", kList}}, where);
  const std::size_t size = unit.at("layer").size();
  if (unit.at("start").size() != size || unit.at("end").size() != size) {
    throw bad_input(where, "layer, start and end differ in length", "one entry per command");
  }
  require_all(unit.at("layer"), kNumber | kNull, where + ": layer");
  require_all(unit.at("start"), kNumber, where + ": start");
  require_all(unit.at("end"), kNumber | kNull, where + ": end");
}

void require_timeline(const Json& timeline, const std::string& where) {
  for (const char* unit : {"load", "array", "post_processor", "store"}) {
    require(timeline, {{unit, kObject}}, where);
    require_spans(timeline.at(unit), where + ": " + unit);
  }
}

/// The members of `object` are those of `total`.
void require_like(const Json& object, const Json& total, const std::string& where) {
  if (!total.is_object()) return;
  for (const auto& [key, value] : total.items())
    require(object, {{key.c_str(), type_of(value)}}, where);
}

void require_run(const Json& run, const std::string& where) {
  require(run,
          {{"model", kText},
           {"preset", kText},
           {"engine", kText},
           {"contract", kText},
           {"bits", kText},
           {"command", kText | kNull},
           {"memory", kObject},
           {"layers", kList},
           {"total", kObject},
           {"energy", kObject | kNull},
           {"timeline", kObject | kNull},
           {"accuracy", kObject}},
          where);
  const bool timed = run.at("energy").is_object();
  require(run.at("memory"), {{"bytes_per_cycle", kNumber}}, where + ": memory");
  if (run.at("memory").at("bytes_per_cycle") <= 0) {
    throw bad_input(where + ": memory", "bytes_per_cycle is not above 0", "a bus of some width");
  }
  require(run.at("accuracy"), {{"images", kNumber | kNull}, {"correct", kNumber | kNull}},
          where + ": accuracy");
  require_costs(run.at("total"), timed, where + ": total");
  for (const Json& layer : run.at("layers")) {
    require(layer, {{"name", kText}}, where + ": layers");
    const std::string place = where + ": layers: " + layer.at("name").dump();
    require(layer, {{"index", kNumber}, {"op", kText}, {"shape", kText}, {"bits", kText}}, place);
    require_costs(layer, timed, place);
    for (const char* parts : {"cycles_by_cause", "energy_pj"}) {
      require_like(layer.at(parts), run.at("total").at(parts), place + ": " + parts);
    }
  }
  for (const Json& layer : run.at("layers")) {
    if (layer.at("activity").is_null() != run.at("total").at("activity").is_null()) {
      throw bad_input(where, "activity of some rows only", "of all, or of none");
    }
  }
  if (timed) require_energy(run.at("energy"), where + ": energy");
  if (!run.at("timeline").is_null()) require_timeline(run.at("timeline"), where + ": timeline");
}

void require_sweep(const Json& sweep, const std::string& where) {
  require(sweep, {{"points", kList}, {"refused", kList}}, where);
  for (const Json& refused : sweep.at("refused")) {
    require(refused, {{"points", kNumber}}, where + ": refused");
  }
  if (sweep.at("points").empty()) throw bad_input(where, "no points", "at least one");
  std::size_t number = 0;
  for (const Json& point : sweep.at("points")) {
    const std::string place = fmt::format("{}: point {}", where, ++number);
    require(point,
            {{"machine", kText},
             {"model", kText},
             {"bits", kText},
             {"cycles", kNumber},
             {"utilization", kNumber | kNull},
             {"macs_per_cycle", kNumber},
             {"energy_total_pj", kNumber},
             {"pj_per_mac", kNumber | kNull},
             {"average_watts", kNumber | kNull},
             {"buffer_bytes", kNumber},
             {"memory_latency", kNumber},
             {"memory_bytes_per_cycle", kNumber},
             {"bytes_read", kNumber},
             {"bytes_written", kNumber},
             {"accuracy", kObject | kNull},
             {"verify", kText}},
            place);
    if (point.at("accuracy").is_null()) continue;
    require(point.at("accuracy"),
            {{"images", kNumber}, {"correct", kNumber}, {"low", kNumber}, {"high", kNumber}},
            place + ": accuracy");
  }
}

}  // namespace

Document parse_document(const std::string& text, const std::string& file) {
  Document document;
  document.file = file;
  document.sha256 = card::sha256(text);
  document.json = arch::parse_json(text, file);
  const Json& json = document.json;
  if (json.is_object() && json.contains("halfbyte_card")) {
    document.kind = Kind::kCard;
    (void)card::parse_card(text, file);
  } else if (json.is_object() && json.contains("points")) {
    document.kind = Kind::kSweep;
    require_sweep(json, file);
  } else if (json.is_object() && json.contains("layers")) {
    require_run(json, file);
  } else {
    throw bad_input(file, "no report of halfbyte",
                    "what estimate, run, verify or card wrote with --json, or a sweep.json");
  }
  return document;
}

}  // namespace hb::page
