// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace hb::report {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

/// `count` of every image per second, null without time or count.
Json rate(const std::optional<std::uint64_t>& count, const Simulation& simulation) {
  if (!count || simulation.cpu_seconds <= 0) {
    return {};
  }
  const double all = static_cast<double>(*count) * static_cast<double>(simulation.images);
  return all / simulation.cpu_seconds;
}

bool has_weights(const Row& row) {
  return row.layer.op.rfind("conv", 0) == 0 || row.layer.op.rfind("fc", 0) == 0;
}

/// One word for the precisions of layers in their order.
std::string summary(const std::vector<std::string>& bits) {
  const auto all = [](auto first, auto last, const char* value) {
    return std::all_of(first, last, [&](const std::string& one) { return one == value; });
  };
  for (const char* same : {"w8a8", "w4a8", "w4a4"}) {
    if (!bits.empty() && all(bits.begin(), bits.end(), same)) return same;
  }
  const bool mostly = bits.size() >= 3 && bits.front() == "w8a8" && bits.back() == "w8a8" &&
                      all(bits.begin() + 1, bits.end() - 1, "w4a4");
  return mostly ? "mostly-w4a4" : "mixed";
}

Json causes_json(const std::optional<CauseCycles>& causes) {
  if (!causes) {
    return {};
  }
  Json object = Json::object();
  for (std::size_t i = 0; i < causes->size(); ++i) {
    object[key_of(static_cast<arch::Cause>(i))] = (*causes)[i];
  }
  return object;
}

Json energy_json(const Row& row) {
  Json object = Json::object();
  for (std::size_t i = 0; i < energy::kParts; ++i) {
    const std::string key(energy::name(static_cast<energy::Part>(i)));
    object[key] = row.energy_pj ? Json((*row.energy_pj)[i]) : Json();
  }
  return object;
}

Json actions_json(const Row& row) {
  if (!row.actions) return {};
  Json object = Json::object();
  for (std::size_t i = 0; i < energy::kActions; ++i) {
    object[energy::full_name(static_cast<energy::Action>(i))] = row.actions->count[i];
  }
  return object;
}

/// What the energy is, and all that it was computed from; null where there is none.
Json energy_model_json(const Report& report) {
  if (!report.rates) return {};
  const energy::Rates& rates = *report.rates;
  const arch::Machine& machine = report.machine;
  Json object = {{"table", rates.table},
                 {"technology", rates.technology},
                 {"clock_mhz", rates.clock_mhz},
                 {"scope", kEnergyScope},
                 {"total_pj", energy::sum(*report.total.energy_pj)},
                 {"pj_per_mac", or_null(pj_per_mac(report.total))},
                 {"average_watts", or_null(average_watts(report.total, rates))},
                 {"machine_name", machine.name},
                 {"machine",
                  {{"rows", machine.rows},
                   {"columns", machine.columns},
                   {"bus_bytes", machine.bus_bytes},
                   {"activation_banks", machine.activation_banks},
                   {"activation_bytes", machine.activation_bytes},
                   {"weight_bytes", machine.weight_bytes},
                   {"parameter_tiles", machine.parameter_tiles}}}};
  for (std::size_t i = 0; i < energy::kActions; ++i) {
    object["pj_per_action"][energy::full_name(static_cast<energy::Action>(i))] = rates.pj[i];
  }
  for (std::size_t i = 0; report.total.toggles && i < energy::kToggleRates; ++i) {
    object["pj_per_toggle"][std::string(energy::name(static_cast<energy::ToggleRate>(i)))] =
        (*rates.toggles)[i];
  }
  return object;
}

/// Null where toggles were not counted.
Json activity_json(const Row& row, const arch::Machine& machine) {
  if (!row.toggles) return {};
  const energy::ClockedBits bits = energy::clocked_bits(*row.actions, machine);
  Json object = Json::object();
  for (std::size_t i = 0; i < arch::kToggles; ++i) {
    object["toggled_bits"][std::string(arch::name(static_cast<arch::Toggle>(i)))] =
        row.toggles->bits[i];
  }
  object["clocked_bits"] = {{"operand", bits.array},
                            {"weight", bits.array},
                            {"accumulator", bits.array},
                            {"activation_read", bits.activation_read},
                            {"weight_read", bits.weight_read}};
  for (std::size_t i = 0; i < energy::kToggledParts; ++i) {
    const std::string key(energy::name(static_cast<energy::Part>(i)));
    object["energy_pj_toggles"][key] = (*row.toggle_energy_pj)[i];
    object["energy_pj_counts"][key] = (*row.energy_pj)[i];
  }
  object["ratio"] = or_null(toggle_ratio(row));
  return object;
}

void add_costs(Json& object, const Row& row, const arch::Machine& machine) {
  object["macs"] = row.layer.macs;
  object["cycles"] = or_null(row.cycles);
  object["utilization"] = or_null(row.utilization);
  object["cycles_by_cause"] = causes_json(row.causes);
  object["bytes_read"] = row.bytes_read;
  object["bytes_written"] = row.bytes_written;
  object["bytes_by_kind"] = {{"activations_read", row.read_to[0]},
                             {"weights_read", row.read_to[1]},
                             {"parameters_read", row.read_to[2]},
                             {"activations_written", row.bytes_written}};
  object["energy_pj"] = energy_json(row);
  object["total_pj"] = row.energy_pj ? Json(energy::sum(*row.energy_pj)) : Json();
  object["pj_per_mac"] = or_null(pj_per_mac(row));
  object["actions"] = actions_json(row);
  object["activity"] = activity_json(row, machine);
  object["mismatches"] = or_null(row.mismatches);
}

Json layer_json(const Row& row, std::size_t index, const arch::Machine& machine) {
  Json object = {{"index", index},
                 {"name", row.layer.name},
                 {"op", row.layer.op},
                 {"shape", row.layer.shape},
                 {"bits", bits_of(row)}};
  add_costs(object, row, machine);
  return object;
}

/// When each unit worked, a column for each figure.
Json timeline_json(const Report& report) {
  if (!report.spans) return {};
  Json object = Json::object();
  for (std::size_t unit = 0; unit < kUnits; ++unit) {
    Json layer = Json::array();
    Json start = Json::array();
    Json end = Json::array();
    for (const Span& span : (*report.spans)[unit]) {
      layer.push_back(span.layer ? Json(report.first + *span.layer) : Json());
      start.push_back(span.start);
      end.push_back(or_null(span.end));
    }
    object[std::string(name(static_cast<Unit>(unit)))] = {
        {"layer", std::move(layer)}, {"start", std::move(start)}, {"end", std::move(end)}};
  }
  return object;
}

Json simulation_json(const std::optional<Simulation>& simulation, const Row& total) {
  if (!simulation) {
    return {};
  }
  return {{"wall_seconds", simulation->wall_seconds},
          {"cpu_seconds", simulation->cpu_seconds},
          {"cycles_per_second", rate(total.cycles, *simulation)},
          {"macs_per_second", rate(total.layer.macs, *simulation)},
          {"peak_rss_bytes", simulation->peak_rss_bytes}};
}

Json memory_json(const arch::Machine& machine, const arch::MemoryModelOptions& memory) {
  return {{"latency_cycles", memory.timing.latency},
          {"bytes_per_cycle", machine.bus_bytes / memory.timing.cycles_per_beat},
          {"stall_seed", memory.stall_seed}};
}

}  // namespace

std::string bits_of(const arch::Program& program) {
  const Report report = make_report(program, nullptr);
  std::vector<std::string> bits;
  for (const Row& row : report.layers) {
    if (has_weights(row)) bits.push_back(bits_of(row));
  }
  if (bits.empty()) {
    for (const Row& row : report.layers) bits.push_back(bits_of(row));
  }
  return summary(bits);
}

std::string contract_of(const arch::Program& program) {
  bool ort = false;
  bool tflite = false;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (static_cast<arch::Opcode>(arch::opcode_bits(words)) != arch::Opcode::kConv) continue;
    (arch::decode_conv(words).contract == arch::Contract::kTflite ? tflite : ort) = true;
  }
  if (ort && tflite) return "mixed";
  return tflite ? "tflite" : "ort";
}

std::string key_of(arch::Cause cause) {
  std::string key(arch::name(cause));
  for (char& letter : key) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return key;
}

Json to_json(const Report& report, const RunInfo& info,
             const std::optional<Simulation>& simulation) {
  Json object = {{"model", info.model},       {"preset", info.preset}, {"engine", info.engine},
                 {"contract", info.contract}, {"bits", info.bits},     {"parts", info.parts}};
  object["command"] = info.command.empty() ? Json() : Json(info.command);
  object["memory"] = memory_json(report.machine, info.memory);
  object["layers"] = Json::array();
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    object["layers"].push_back(layer_json(report.layers[i], report.first + i, report.machine));
  }
  object["total"] = Json::object();
  add_costs(object["total"], report.total, report.machine);
  object["energy"] = energy_model_json(report);
  object["accuracy"] = {{"images", info.accuracy ? Json(info.accuracy->images) : Json()},
                        {"correct", info.accuracy ? Json(info.accuracy->correct) : Json()}};
  object["simulation"] = simulation_json(simulation, report.total);
  object["timeline"] = timeline_json(report);
  return object;
}

std::string dump(Json document) {
  const Json timeline = document.at("timeline");
  document.erase("timeline");
  std::string text = document.dump(2, ' ', false, Json::error_handler_t::replace);
  text.resize(text.size() - 2);  // without the last line, "}"
  text += ",\n  \"timeline\": ";
  if (timeline.is_null()) return text + "null\n}\n";
  const char* before_unit = "{\n";
  for (const auto& [unit, columns] : timeline.items()) {
    text += fmt::format("{}    \"{}\": {{", before_unit, unit);
    const char* before_column = "\n";
    for (const auto& [column, values] : columns.items()) {
      text += fmt::format("{}      \"{}\": {}", before_column, column, values.dump());
      before_column = ",\n";
    }
    text += "\n    }";
    before_unit = ",\n";
  }
  return text + "\n  }\n}\n";
}

}  // namespace hb::report
