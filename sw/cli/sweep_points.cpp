// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/sweep_points.hpp"

#include <fmt/format.h>

#include <map>
#include <variant>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/cli/energy.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/threads.hpp"
#include "sw/report/json.hpp"

namespace hb::cli {

namespace {

/// Why there is no such thing.
using Reason = std::string;
using MaybeGraph = std::variant<std::optional<graph::Graph>, Reason>;
using MaybePoint = std::variant<sweep::Point, Reason>;

MaybeGraph graph_of(const sweep::Workload& workload) {
  try {
    return network_graph(workload);
  } catch (const Error& error) {
    return Reason(error.what());
  }
}

sweep::Point point_of(const Options& options, const graph::Graph* graph,
                      const energy::Rates& rates) {
  const arch::Program program = timing_program(options, graph);
  const arch::Timeline timeline = play_formulas(program);
  if (timeline.error != arch::ErrorCode::kNone) {
    throw bad_input(options.model, fmt::format("stops with {}", arch::name(timeline.error)),
                    "a legal program");
  }
  report::Report report = report::make_report(program, &timeline);
  report::add_energy(report, program, timeline, rates);
  sweep::Point point;
  point.bits = report::bits_of(program);
  point.watts = report::average_watts(report.total, rates);
  point.total = std::move(report.total);
  return point;
}

/// What points share.
class Estimator {
 public:
  Estimator(const Options& options, const sweep::Plan& plan)
      : plan_(plan), graphs_(plan.workloads.size()) {
    work_in_threads(graphs_.size(), options.jobs,
                    [&](std::size_t i) { graphs_[i] = graph_of(plan.workloads[i]); });
    for (const sweep::Setting& setting : plan.settings) {
      if (rates_.count(setting.machine.name) > 0) continue;
      rates_.emplace(setting.machine.name, energy_rates(options, setting.machine));
    }
  }

  [[nodiscard]] MaybePoint point(std::size_t index) const {
    const MaybeGraph& graph = graphs_.at(index / plan_.settings.size());
    if (const auto* reason = std::get_if<Reason>(&graph)) return *reason;
    const auto& known = std::get<std::optional<graph::Graph>>(graph);
    const sweep::Setting& setting = plan_.setting(index);
    try {
      sweep::Point point = point_of(point_options(plan_.workload(index), setting),
                                    known ? &*known : nullptr, rates_.at(setting.machine.name));
      point.index = index;
      return point;
    } catch (const Error& error) {
      return Reason(error.what());
    }
  }

  [[nodiscard]] std::string energy_table() const {
    return rates_.empty() ? "" : rates_.begin()->second.table;
  }

 private:
  const sweep::Plan& plan_;
  std::vector<MaybeGraph> graphs_;              ///< by workload
  std::map<std::string, energy::Rates> rates_;  ///< by machine
};

sweep::Refused refusal(const sweep::Plan& plan, std::size_t index, const Reason& reason) {
  const sweep::Setting& setting = plan.setting(index);
  return {setting.machine,
          setting.memory_latency,
          setting.memory_bytes_per_cycle,
          plan.workload(index),
          1,
          reason};
}

}  // namespace

Options point_options(const sweep::Workload& workload, const sweep::Setting& setting) {
  Options options;
  options.action = Action::kEstimate;
  options.model = workload.network.model;
  options.bits = workload.bits;
  options.residual = workload.residual;
  options.width = workload.width;
  options.contract = workload.contract;
  options.machine = setting.machine;
  options.memory_latency = setting.memory_latency;
  options.memory_bytes_per_cycle = setting.memory_bytes_per_cycle;
  return options;
}

std::optional<graph::Graph> network_graph(const sweep::Workload& workload) {
  return resolve_graph(point_options(workload, {}));
}

void estimate_points(const Options& options, sweep::Sweep& sweep,
                     const std::function<void(std::size_t done)>& wait) {
  const Estimator estimator(options, sweep.plan);
  std::vector<MaybePoint> results(sweep.plan.count());
  work_in_threads(
      results.size(), options.jobs, [&](std::size_t i) { results[i] = estimator.point(i); }, wait);
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (const auto* reason = std::get_if<Reason>(&results[i])) {
      sweep.refused.push_back(refusal(sweep.plan, i, *reason));
    } else {
      sweep.points.push_back(std::get<sweep::Point>(std::move(results[i])));
    }
  }
  sweep.energy_table = estimator.energy_table();
}

}  // namespace hb::cli
