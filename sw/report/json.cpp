// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/json.hpp"

#include <cctype>

namespace hb::report {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

/// `count` per second, null without time or count.
Json rate(const std::optional<std::uint64_t>& count, double seconds) {
  return count && seconds > 0 ? Json(static_cast<double>(*count) / seconds) : Json();
}

std::string bits_of(arch::Precision precision) {
  return precision == arch::Precision::kInt4 ? "w4a4" : "w8a8";
}

Json causes_json(const std::optional<CauseCycles>& causes) {
  if (!causes) {
    return {};
  }
  Json object = Json::object();
  for (std::size_t i = 0; i < causes->size(); ++i) {
    std::string key(arch::name(static_cast<arch::Cause>(i)));
    for (char& letter : key) {
      letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    }
    object[key] = (*causes)[i];
  }
  return object;
}

/// No view counts energy yet.
Json energy_json() {
  Json object = Json::object();
  for (const char* part : {"mac", "register", "buffer", "memory", "postprocess", "leakage"}) {
    object[part] = nullptr;
  }
  return object;
}

void add_costs(Json& object, const Row& row) {
  object["macs"] = row.layer.macs;
  object["cycles"] = or_null(row.cycles);
  object["utilization"] = or_null(row.utilization);
  object["cycles_by_cause"] = causes_json(row.causes);
  object["bytes_read"] = row.bytes_read;
  object["bytes_written"] = row.bytes_written;
  object["energy_pj"] = energy_json();
  object["mismatches"] = or_null(row.mismatches);
}

Json layer_json(const Row& row, std::size_t index) {
  Json object = {{"index", index},
                 {"name", row.layer.name},
                 {"op", row.layer.op},
                 {"shape", row.layer.shape},
                 {"bits", bits_of(row.layer.precision)}};
  add_costs(object, row);
  return object;
}

Json simulation_json(const std::optional<Simulation>& simulation, const Row& total) {
  if (!simulation) {
    return {};
  }
  return {{"wall_seconds", simulation->wall_seconds},
          {"cpu_seconds", simulation->cpu_seconds},
          {"cycles_per_second", rate(total.cycles, simulation->cpu_seconds)},
          {"macs_per_second", rate(total.layer.macs, simulation->cpu_seconds)},
          {"peak_rss_bytes", simulation->peak_rss_bytes}};
}

}  // namespace

std::string bits_of(const arch::Program& program) {
  for (const arch::LayerInfo& layer : program.layers) {
    if (layer.precision != program.layers.front().precision) {
      return "mixed";
    }
  }
  return program.layers.empty() ? "mixed" : bits_of(program.layers.front().precision);
}

Json to_json(const Report& report, const RunInfo& info,
             const std::optional<Simulation>& simulation) {
  Json object = {{"model", info.model},
                 {"preset", info.preset},
                 {"engine", info.engine},
                 {"contract", info.contract},
                 {"bits", info.bits}};
  object["layers"] = Json::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    object["layers"].push_back(layer_json(report.layers[i], i + 1));
  }
  object["total"] = Json::object();
  add_costs(object["total"], report.total);
  object["accuracy"] = {{"images", nullptr}, {"correct", nullptr}};
  object["simulation"] = simulation_json(simulation, report.total);
  return object;
}

}  // namespace hb::report
