// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include "sw/sweep/pareto.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json keys_json(const arch::Machine& machine) {
  Json object = Json::object();
  for (const arch::MachineKey& key : arch::machine_keys()) object[key.name] = machine.*key.value;
  return object;
}

/// In double precision a width's shortest text would be another one.
Json width_json(const Workload& workload) {
  return workload.width ? Json::parse(fmt::format("{}", *workload.width)) : Json();
}

void add_workload(const Workload& workload, const Json& bits, Json& object) {
  object["model"] = workload.network.model;
  object["bits"] = bits;
  object["residual"] = workload.residual ? Json(std::stoi(*workload.residual)) : Json();
  object["width"] = width_json(workload);
  object["contract"] = workload.contract;
}

Json accuracy_json(const std::optional<Accuracy>& accuracy) {
  if (!accuracy) return {};
  const Interval interval = wilson(accuracy->correct, accuracy->images);
  return {{"images", accuracy->images},
          {"correct", accuracy->correct},
          {"low", interval.low},
          {"high", interval.high}};
}

Json energy_json(const report::Row& total) {
  Json object = Json::object();
  for (std::size_t i = 0; i < energy::kParts; ++i) {
    object[std::string(energy::name(static_cast<energy::Part>(i)))] = total.energy_pj.value()[i];
  }
  return object;
}

Json point_json(const Sweep& sweep, const Point& point) {
  const Setting& setting = sweep.setting(point);
  const report::Row& total = point.total;
  Json object = {{"machine", setting.machine.name}, {"machine_keys", keys_json(setting.machine)}};
  add_workload(sweep.workload(point), point.bits, object);
  object["memory_latency"] = setting.memory_latency;
  object["memory_bytes_per_cycle"] = setting.memory_bytes_per_cycle;
  object["macs"] = total.layer.macs;
  object["macs_per_cycle"] = macs_per_cycle(setting.machine);
  object["cycles"] = total.cycles.value();
  object["utilization"] = or_null(total.utilization);
  object["energy_pj"] = energy_json(total);
  object["energy_total_pj"] = energy::sum(total.energy_pj.value());
  object["pj_per_mac"] = or_null(report::pj_per_mac(total));
  object["average_watts"] = or_null(point.watts);
  object["buffer_bytes"] = buffer_bytes(setting.machine);
  object["bytes_read"] = total.bytes_read;
  object["bytes_written"] = total.bytes_written;
  object["accuracy"] = accuracy_json(point.accuracy);
  object["pareto"] = point.optimal.energy;
  object["pareto_size"] = point.optimal.size;
  object["pareto_accuracy_cycles"] = or_null(point.optimal.accuracy_cycles);
  object["pareto_accuracy_energy"] = or_null(point.optimal.accuracy_energy);
  object["build"] = build_command(sweep, setting);
  object["verify"] = verify_command(sweep, point);
  return object;
}

Json refused_json(const Refused& refused) {
  Json object = {{"machine", refused.machine ? Json(refused.machine->name) : Json()},
                 {"machine_keys", refused.machine ? keys_json(*refused.machine) : Json()}};
  if (refused.workload) {
    add_workload(*refused.workload, or_null(refused.workload->bits), object);
  } else {
    for (const char* key : {"model", "bits", "residual", "width", "contract"}) {
      object[key] = nullptr;
    }
  }
  object["memory_latency"] = or_null(refused.memory_latency);
  object["memory_bytes_per_cycle"] = or_null(refused.memory_bytes_per_cycle);
  object["points"] = refused.points;
  object["reason"] = refused.reason;
  return object;
}

}  // namespace

std::uint64_t macs_per_cycle(const arch::Machine& machine) {
  return report::macs_per_cycle(machine, arch::Precision::kInt8);
}

std::uint64_t buffer_bytes(const arch::Machine& machine) {
  return std::uint64_t{machine.activation_bytes} + machine.weight_bytes +
         std::uint64_t{machine.parameter_rows()} * machine.row_bytes();
}

std::uint64_t Sweep::refused_points() const {
  std::uint64_t sum = 0;
  for (const auto* list : {&plan.refused, &refused}) {
    for (const Refused& one : *list) sum += one.points;
  }
  return sum;
}

Json to_json(const Sweep& sweep) {
  Json document = {{"sweep",
                    {{"file", sweep.file},
                     {"command", sweep.made_by},
                     {"points", sweep.points.size()},
                     {"refused", sweep.refused_points()},
                     {"energy_table", sweep.energy_table},
                     {"energy_scope", report::kEnergyScope}}},
                   {"points", Json::array()},
                   {"refused", Json::array()}};
  for (const Point& point : sweep.points) document["points"].push_back(point_json(sweep, point));
  for (const auto* list : {&sweep.plan.refused, &sweep.refused}) {
    for (const Refused& one : *list) document["refused"].push_back(refused_json(one));
  }
  return document;
}

}  // namespace hb::sweep
