// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The optimal points as people read them.
#include "sw/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "sw/sweep/pareto.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

namespace {

constexpr std::size_t kMachineColumns = 31;
constexpr std::size_t kNetworkColumns = 44;
constexpr std::size_t kModelColumns = 30;  // with its precisions and counts 100 are not passed
constexpr std::size_t kMostRows = 20;      ///< of one network
constexpr std::size_t kMostTables = 4;    ///< of accuracies, which differ in cycles and energy only
constexpr std::size_t kMostReasons = 10;  ///< of refusals
constexpr std::size_t kReasonColumns = 90;
constexpr double kPicojoulesPerMicrojoule = 1e6;

double microjoules(const Point& point) {
  return energy::sum(point.total.energy_pj.value()) / kPicojoulesPerMicrojoule;
}

std::string percent(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f}%", 100 * *share) : "-";
}

std::string workload_text(const Sweep& sweep, const Point& point) {
  const Workload& workload = sweep.workload(point);
  std::string text =
      report::shorten_name(workload.network.model, kModelColumns) + ", " + point.bits;
  if (workload.residual) text += fmt::format(", residual {}", *workload.residual);
  if (workload.width) text += fmt::format(", width {}", *workload.width);
  return text + ", " + workload.contract;
}

/// "ES": on which of the fronts.
std::string marks(bool first, const char* one, bool second, const char* two) {
  return std::string(first ? one : "") + (second ? two : "");
}

std::string machine_heading() {
  return fmt::format("{:<{}} {:>5} {:>3} {:>13} {:>6} {:>9} {:>6} {:>5} {:>5} {}\n", "machine",
                     kMachineColumns, "delay", "B/c", "cycles", "used", "uJ", "pJ/MAC", "MAC/c",
                     "KiB", "best");
}

std::string machine_line(const Sweep& sweep, const Point& point) {
  const Setting& setting = sweep.setting(point);
  const std::optional<double> per_mac = report::pj_per_mac(point.total);
  return fmt::format("{:<{}} {:>5} {:>3} {:>13} {:>6} {:>9.1f} {:>6} {:>5} {:>5} {}\n",
                     report::shorten_name(setting.machine.name, kMachineColumns), kMachineColumns,
                     setting.memory_latency, setting.memory_bytes_per_cycle,
                     report::grouped(point.total.cycles.value()), percent(point.total.utilization),
                     microjoules(point), per_mac ? fmt::format("{:.2f}", *per_mac) : "-",
                     macs_per_cycle(setting.machine), buffer_bytes(setting.machine) / 1024,
                     marks(point.optimal.energy, "E", point.optimal.size, "S"));
}

/// Those of one network that are on a front, by cycles; the front of energy first if there are too
/// many.
std::string network_table(const Sweep& sweep, const std::vector<const Point*>& group) {
  std::vector<const Point*> best;
  std::copy_if(group.begin(), group.end(), std::back_inserter(best),
               [](const Point* point) { return point->optimal.energy || point->optimal.size; });
  const std::size_t all = best.size();
  const auto cycles = [](const Point* a, const Point* b) {
    return a->total.cycles.value() < b->total.cycles.value();
  };
  std::stable_sort(best.begin(), best.end(), cycles);
  std::stable_partition(best.begin(), best.end(),
                        [](const Point* point) { return point->optimal.energy; });
  best.resize(std::min(all, kMostRows));
  std::stable_sort(best.begin(), best.end(), cycles);
  std::string text = fmt::format("{}: {} points, {} of them optimal\n",
                                 workload_text(sweep, *group.front()), group.size(), all);
  for (const Point* point : best) text += machine_line(sweep, *point);
  if (all > best.size()) text += fmt::format("... {} more in sweep.csv\n", all - best.size());
  return text;
}

std::string accuracy_line(const Sweep& sweep, const Point& point) {
  const Accuracy& accuracy = point.accuracy.value();
  const Interval interval = wilson(accuracy.correct, accuracy.images);
  const auto share = static_cast<double>(accuracy.correct) / static_cast<double>(accuracy.images);
  return fmt::format("{:<{}} {:>5.2f} ({:>5.2f} to {:>5.2f}) {:>12} {:>9.1f} {}\n",
                     report::shorten_name(sweep.workload(point).network.model, kNetworkColumns),
                     kNetworkColumns, 100 * share, 100 * interval.low, 100 * interval.high,
                     report::grouped(point.total.cycles.value()), microjoules(point),
                     marks(point.optimal.accuracy_cycles.value_or(false), "C",
                           point.optimal.accuracy_energy.value_or(false), "E"));
}

/// All networks on one setting, the most accurate first.
std::string accuracy_table(const Sweep& sweep, std::vector<const Point*> group) {
  std::stable_sort(group.begin(), group.end(), [](const Point* a, const Point* b) {
    return a->accuracy->correct > b->accuracy->correct;
  });
  const Point& first = *group.front();
  const Setting& setting = sweep.setting(first);
  std::string text = fmt::format("accuracy on {}, memory {} cycles, {} B/cycle, {}, {} images\n",
                                 report::shorten_name(setting.machine.name, kMachineColumns),
                                 setting.memory_latency, setting.memory_bytes_per_cycle,
                                 sweep.workload(first).contract, first.accuracy->images);
  text += fmt::format("{:<{}} {:>5} {:>16} {:>12} {:>9} {}\n", "network", kNetworkColumns, "%",
                      "95 % (Wilson)", "cycles", "uJ", "best");
  for (const Point* point : group) text += accuracy_line(sweep, *point);
  return text;
}

std::string accuracy_tables(const Sweep& sweep) {
  using Question = std::tuple<std::string, std::string, std::size_t>;
  std::vector<Question> order;
  std::map<Question, std::vector<const Point*>> groups;
  for (const Point& point : sweep.points) {
    if (!point.accuracy) continue;
    const Workload& workload = sweep.workload(point);
    const Question question{workload.network.images, workload.contract,
                            point.index % sweep.plan.settings.size()};
    if (groups[question].empty()) order.push_back(question);
    groups[question].push_back(&point);
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(order.size(), kMostTables); ++i) {
    text += "\n" + accuracy_table(sweep, groups[order[i]]);
  }
  if (order.size() > kMostTables) {
    text += fmt::format("... on {} more machines and memories in sweep.csv\n",
                        order.size() - kMostTables);
  }
  if (!order.empty()) {
    text += "best: most right for so few cycles (C), for so little energy (E)\n";
  }
  return text;
}

std::string refusals(const Sweep& sweep) {
  std::vector<std::pair<std::string, std::uint64_t>> reasons;
  for (const auto* list : {&sweep.plan.refused, &sweep.refused}) {
    for (const Refused& refused : *list) {
      const auto known = std::find_if(reasons.begin(), reasons.end(), [&](const auto& reason) {
        return reason.first == refused.reason;
      });
      if (known == reasons.end()) {
        reasons.emplace_back(refused.reason, refused.points);
      } else {
        known->second += refused.points;
      }
    }
  }
  std::string text;
  for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) {
    const std::string reason = report::printable(reasons[i].first);
    text += fmt::format(
        "{:>8} {}\n", reasons[i].second,
        reason.size() <= kReasonColumns ? reason : reason.substr(0, kReasonColumns - 2) + "..");
  }
  if (reasons.size() > kMostReasons) {
    text += fmt::format("     ... {} more reasons in sweep.json\n", reasons.size() - kMostReasons);
  }
  return text.empty() ? "" : "\nrefused:\n" + text;
}

}  // namespace

std::string to_text(const Sweep& sweep) {
  std::map<std::size_t, std::vector<const Point*>> networks;
  for (const Point& point : sweep.points) {
    networks[point.index / sweep.plan.settings.size()].push_back(&point);
  }
  std::string text = machine_heading();
  for (const auto& [workload, group] : networks) text += network_table(sweep, group);
  text += "best: fewest cycles for so little energy (E), for so small a machine (S)\n";
  return text + accuracy_tables(sweep) + refusals(sweep);
}

}  // namespace hb::sweep
