// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What came out of a sweep, and its files.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sw/report/report.hpp"
#include "sw/sweep/plan.hpp"

namespace hb::sweep {

/// Of a network's images, which no machine changes.
struct Accuracy {
  std::uint64_t images = 0;
  std::uint64_t correct = 0;
};

/// Where a point is Pareto-optimal: no other one of its group is as good in everything and better
/// in something. Empty: it has no accuracy.
struct Optimal {
  bool energy = false;                  ///< fewest cycles, least energy: of its workload
  bool size = false;                    ///< fewest cycles, smallest machine: of its workload
  std::optional<bool> accuracy_cycles;  ///< most right, fewest cycles: of its setting and images
  std::optional<bool> accuracy_energy;
};

struct Point {
  std::size_t index = 0;  ///< in the plan
  std::string bits;       ///< as `halfbyte estimate` reports them
  report::Row total;      ///< of the whole network; cycles and energy are there
  std::optional<double> watts;
  std::optional<Accuracy> accuracy;
  Optimal optimal;
};

struct Sweep {
  std::string file;              ///< the YAML file
  std::string folder;            ///< where the sweep is written
  std::string command;           ///< how halfbyte was called, for commands to be copied
  std::string made_by{};         ///< the command line that makes this sweep again
  std::string energy_table;      ///< its name
  Plan plan;                     ///< with its own refused points
  std::vector<Point> points;     ///< in the plan's order
  std::vector<Refused> refused;  ///< those of the plan that no program was found for

  [[nodiscard]] std::uint64_t refused_points() const;
  [[nodiscard]] const Workload& workload(const Point& point) const {
    return plan.workload(point.index);
  }
  [[nodiscard]] const Setting& setting(const Point& point) const {
    return plan.setting(point.index);
  }
};

/// MAC per cycle at int8, and bytes of all buffers: what the size of a machine is measured by.
[[nodiscard]] std::uint64_t macs_per_cycle(const arch::Machine& machine);
[[nodiscard]] std::uint64_t buffer_bytes(const arch::Machine& machine);

/// Sets every point's `optimal`.
void mark_optimal(Sweep& sweep);

/// What builds a point's machine, and what holds all views of it against each other on the RTL, its
/// cycles against the formulas': to be typed where the sweep was run, for `make`
/// the repository's root.
[[nodiscard]] std::string build_command(const Sweep& sweep, const Setting& setting);
[[nodiscard]] std::string verify_command(const Sweep& sweep, const Point& point);
/// The folder's file of a machine that is not shipped.
[[nodiscard]] std::string machine_file(const std::string& folder, const arch::Machine& machine);
/// Its text, as `make MACHINE=FILE` takes it.
[[nodiscard]] std::string machine_text(const arch::Machine& machine);

/// sweep.json (docs/sweep.md). Names are an interface: keep them stable.
[[nodiscard]] nlohmann::ordered_json to_json(const Sweep& sweep);
/// sweep.csv, of that document's points: a heading, a line per point, quoted as in RFC 4180, inner
/// objects' members as OUTER_MEMBER; what is null is empty.
[[nodiscard]] std::string to_csv(const nlohmann::ordered_json& document);
/// The optimal points, at most 100 columns wide, and how many were refused why.
[[nodiscard]] std::string to_text(const Sweep& sweep);

}  // namespace hb::sweep
