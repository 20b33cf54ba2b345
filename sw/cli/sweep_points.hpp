// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A sweep's points, each as `halfbyte estimate` of the same options has it.
#pragma once

#include <functional>
#include <optional>

#include "sw/cli/options.hpp"
#include "sw/graph/graph.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::cli {

/// Those of the command that estimates the point.
[[nodiscard]] Options point_options(const sweep::Workload& workload, const sweep::Setting& setting);

/// Empty of a built-in layer. Throws hb::Error if there is no such network.
[[nodiscard]] std::optional<graph::Graph> network_graph(const sweep::Workload& workload);

/// Fills points, refused and the energy table's name of `sweep` from its plan, in
/// `options.jobs` threads, in the plan's order; `wait` as of work_in_threads().
void estimate_points(const Options& options, sweep::Sweep& sweep,
                     const std::function<void(std::size_t done)>& wait);

}  // namespace hb::cli
