// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The papers' cost models beside a network's cycles.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sw/cli/model.hpp"
#include "sw/cli/options.hpp"
#include "sw/costmodel/follows.hpp"
#include "sw/costmodel/network.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

/// What a layer, or the whole network, costs by the models, and its cycles beside that.
struct ModelCosts {
  costmodel::Bits bits;  ///< of a layer
  costmodel::Work work;
  costmodel::Cost cost;
  std::optional<arch::Cycles> cycles_at_w8a8{};
  std::optional<costmodel::Comparison> comparison{};
};

struct CostModels {
  costmodel::Network network;
  std::vector<std::optional<ModelCosts>> rows;  ///< as Report::layers; empty: no cost by the models
  ModelCosts total;
  std::string refused;  ///< why the network's w8a8 form has no cycles; empty: it has
};

/// Of a network whose whole program `report` is about, by formula. Throws hb::Error for what is no
/// network, and for a part of one.
[[nodiscard]] CostModels cost_models(const Options& options, const Model& model,
                                     const report::Report& report);

/// A table for people, at most 100 columns wide, and what the whole network comes to.
[[nodiscard]] std::string to_text(const CostModels& costs, const report::Report& report);

/// Adds "cost_models" to each layer (null without cost) and to the total of a report's JSON.
void add_to(nlohmann::ordered_json& document, const CostModels& costs);

}  // namespace hb::cli
