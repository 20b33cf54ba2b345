// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/sweep/pareto.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <tuple>

#include "model/arch/error.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

namespace {

bool dominates(const Costs& a, const Costs& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
  }
  return a != b;
}

/// Calls `mark` for every member of a group with whether it is on the group's front.
template <class CostsOf, class Mark>
void mark_front(const std::vector<Point*>& group, CostsOf costs_of, Mark mark) {
  std::vector<Costs> costs;
  for (const Point* point : group) costs.push_back(costs_of(*point));
  const std::vector<bool> front = pareto_front(costs);
  for (std::size_t i = 0; i < group.size(); ++i) mark(group[i]->optimal, front[i]);
}

double cycles_of(const Point& point) { return static_cast<double>(point.total.cycles.value()); }

double energy_of(const Point& point) { return energy::sum(point.total.energy_pj.value()); }

double wrong_of(const Point& point) { return -static_cast<double>(point.accuracy->correct); }

/// Points that answer the same question on the same machine: their accuracies can be compared.
using Question = std::tuple<std::size_t, std::string, std::string, std::string>;

}  // namespace

std::vector<bool> pareto_front(const std::vector<Costs>& all) {
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // What dominates another stands before it in this order.
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
  std::vector<bool> optimal(all.size());
  std::vector<std::size_t> front;
  for (const std::size_t i : order) {
    optimal[i] = std::none_of(front.begin(), front.end(),
                              [&](std::size_t other) { return dominates(all[other], all[i]); });
    if (optimal[i]) front.push_back(i);
  }
  return optimal;
}

void mark_optimal(Sweep& sweep) {
  std::map<std::size_t, std::vector<Point*>> workloads;
  std::map<Question, std::vector<Point*>> questions;
  const std::size_t settings = sweep.plan.settings.size();
  for (Point& point : sweep.points) {
    workloads[point.index / settings].push_back(&point);
    if (!point.accuracy) continue;
    const Workload& workload = sweep.workload(point);
    questions[{point.index % settings, workload.contract, workload.network.images,
               workload.network.labels}]
        .push_back(&point);
  }
  for (const auto& [workload, group] : workloads) {
    mark_front(
        group,
        [](const Point& point) {
          return Costs{cycles_of(point), energy_of(point)};
        },
        [](Optimal& optimal, bool is) { optimal.energy = is; });
    mark_front(
        group,
        [&](const Point& point) {
          const arch::Machine& machine = sweep.setting(point).machine;
          return Costs{cycles_of(point), static_cast<double>(macs_per_cycle(machine)),
                       static_cast<double>(buffer_bytes(machine))};
        },
        [](Optimal& optimal, bool is) { optimal.size = is; });
  }
  for (const auto& [question, group] : questions) {
    mark_front(
        group,
        [](const Point& point) {
          return Costs{wrong_of(point), cycles_of(point)};
        },
        [](Optimal& optimal, bool is) { optimal.accuracy_cycles = is; });
    mark_front(
        group,
        [](const Point& point) {
          return Costs{wrong_of(point), energy_of(point)};
        },
        [](Optimal& optimal, bool is) { optimal.accuracy_energy = is; });
  }
}

}  // namespace hb::sweep
