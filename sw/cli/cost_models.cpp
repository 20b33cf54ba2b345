// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/cost_models.hpp"

#include <fmt/format.h>

#include <array>
#include <map>

#include "model/arch/error.hpp"
#include "sw/cli/engines.hpp"
#include "sw/compile/compile.hpp"
#include "sw/costmodel/widen.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

using Json = nlohmann::ordered_json;
using costmodel::Comparison;
using costmodel::Cost;
using costmodel::Ratios;

constexpr costmodel::Bits kW8A8{8, 8};
constexpr std::size_t kNameColumns = 16;

/// Cycles of a network's w8a8 form.
struct WideCycles {
  arch::Cycles total = 0;
  std::map<std::string, arch::Cycles> layers;
};

WideCycles wide_cycles(const Options& options, const Model& model) {
  compile::Options how;
  how.contract = model.options.contract;
  how.fuse = !options.no_fuse;
  how.image = schedule::Image::kCommands;
  how.memory = model.program.memory_model.timing;
  arch::Program program =
      compile::compile(costmodel::widened(*model.graph), model.program.machine, how);
  program.memory_model = model.program.memory_model;
  const arch::Timeline timeline = play_formulas(program);
  WideCycles cycles;
  cycles.total = timeline.total;
  for (const report::Row& row : report::make_report(program, &timeline).layers) {
    cycles.layers[row.layer.name] = row.cycles.value_or(0);
  }
  return cycles;
}

void set_cycles(arch::Cycles now, arch::Cycles wide, ModelCosts& costs) {
  costs.cycles_at_w8a8 = wide;
  costs.comparison =
      costmodel::compare({now, wide}, costs.cost, costmodel::cost_of(costs.work, kW8A8));
}

void add_cycles(const WideCycles& wide, const report::Report& report, CostModels& costs) {
  for (std::size_t i = 0; i < costs.rows.size(); ++i) {
    const report::Row& row = report.layers[i];
    const auto found = wide.layers.find(row.layer.name);
    if (!costs.rows[i] || found == wide.layers.end()) continue;
    set_cycles(row.cycles.value_or(0), found->second, *costs.rows[i]);
  }
  set_cycles(report.total.cycles.value_or(0), wide.total, costs.total);
}

std::string layer_bits(const costmodel::Bits& bits) {
  return fmt::format("w{}a{}", bits.weights, bits.activations);
}

std::string line(const std::string& number, const std::string& name, const report::Row& row,
                 const ModelCosts& costs) {
  const bool total = number.empty();
  std::string text = fmt::format(
      "{:>3} {:<{}} {:>4} {:>14} {:>11} {:>11}", number, report::shorten_name(name, kNameColumns),
      kNameColumns, total ? "" : layer_bits(costs.bits), report::grouped(costs.work.macs),
      row.cycles ? report::grouped(*row.cycles) : "-",
      costs.cycles_at_w8a8 ? report::grouped(*costs.cycles_at_w8a8) : "-");
  const auto& comparison = costs.comparison;
  if (!comparison) return text + fmt::format(" {:>6} {:>7} {:>7} {}\n", "-", "-", "-", "-");
  return text + fmt::format(" {:>6.3f} {:>7.3f} {:>7.3f} {}\n", comparison->cycles,
                            comparison->to_linear, comparison->to_quadratic,
                            costmodel::name(comparison->follows));
}

std::string average_text(const costmodel::Network& network) {
  std::uint64_t values = 0;
  for (const costmodel::Map& map : network.maps) values += map.values;
  std::string text = fmt::format(
      "average bits       weights {:.6f}, activations {:.6f} (of {} values)\n",
      network.average_weight_bits(), network.average_activation_bits(), report::grouped(values));
  if (const costmodel::Map* peak = network.peak()) {
    text += fmt::format("largest map        {}, {} bits\n", report::printable(peak->name),
                        report::grouped(peak->values * peak->bits));
  }
  return text;
}

/// How many layers follow which model.
std::string followers(const CostModels& costs) {
  std::array<std::size_t, 4> counts{};
  std::size_t others = 0;
  for (const auto& row : costs.rows) {
    if (!row) continue;
    if (row->comparison) {
      ++counts.at(static_cast<std::size_t>(row->comparison->follows));
    } else {
      ++others;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    text += fmt::format("{} {}, ", costmodel::name(static_cast<costmodel::Model>(i)), counts.at(i));
  }
  return text + fmt::format("not compared {}", others);
}

std::string summary(const CostModels& costs) {
  const costmodel::Network& network = costs.network;
  const Ratios ratios = costmodel::ratios(network.cost, network.reference);
  return fmt::format(
             "linear cost        {:.6f} of bfloat16 ({})\n"
             "quadratic cost     {:.6f} of bfloat16 ({} of {})\n"
             "weight memory      {:.6f} of bfloat16 ({} of {} bits)\n",
             ratios.linear, report::grouped(network.cost.linear), ratios.quadratic,
             report::grouped(network.cost.quadratic), report::grouped(network.reference.quadratic),
             ratios.memory, report::grouped(network.cost.memory_bits),
             report::grouped(network.reference.memory_bits)) +
         average_text(network) + fmt::format("layers follow      {}", followers(costs)) +
         (costs.refused.empty() ? "" : "\nnot compared       " + report::printable(costs.refused));
}

Json comparison_json(const ModelCosts& costs) {
  const std::optional<Comparison>& comparison = costs.comparison;
  const auto or_null = [&](double value) { return comparison ? Json(value) : Json(); };
  return {{"cycles_at_w8a8", costs.cycles_at_w8a8 ? Json(*costs.cycles_at_w8a8) : Json()},
          {"cycles_to_w8a8", or_null(comparison ? comparison->cycles : 0)},
          {"cycles_to_linear", or_null(comparison ? comparison->to_linear : 0)},
          {"cycles_to_quadratic", or_null(comparison ? comparison->to_quadratic : 0)},
          {"follows", comparison ? Json(costmodel::name(comparison->follows)) : Json()}};
}

Json costs_json(const costmodel::Work& work, const Cost& cost) {
  const Ratios ratios = costmodel::ratios(cost, costmodel::cost_of(work, {}));
  return {{"linear", cost.linear},
          {"linear_to_bfloat16", ratios.linear},
          {"quadratic", cost.quadratic},
          {"quadratic_to_bfloat16", ratios.quadratic},
          {"weights", work.weights},
          {"weight_memory_bits", cost.memory_bits},
          {"weight_memory_to_bfloat16", ratios.memory}};
}

Json total_json(const CostModels& costs) {
  const costmodel::Network& network = costs.network;
  Json object = costs_json(network.work, network.cost);
  object["average_weight_bits"] = network.average_weight_bits();
  object["average_activation_bits"] = network.average_activation_bits();
  object["peak_map_bits"] =
      network.peak() != nullptr ? Json(network.peak()->values * network.peak()->bits) : Json();
  object.update(comparison_json(costs.total));
  return object;
}

}  // namespace

CostModels cost_models(const Options& options, const Model& model, const report::Report& report) {
  if (!model.graph || options.layers) {
    throw bad_input(options.model, "--cost-models given for no whole network",
                    "an ONNX file or a built-in network, without --layers");
  }
  CostModels costs;
  costs.network = costmodel::analyze(*model.graph);
  std::map<std::string, const costmodel::Layer*> layers;
  for (const costmodel::Layer& layer : costs.network.layers) layers[layer.name] = &layer;
  for (const report::Row& row : report.layers) {
    const auto found = layers.find(row.layer.name);
    costs.rows.emplace_back();
    if (found == layers.end()) continue;
    costs.rows.back() = ModelCosts{found->second->bits, found->second->work, found->second->cost};
  }
  costs.total.work = costs.network.work;
  costs.total.cost = costs.network.cost;
  try {
    add_cycles(wide_cycles(options, model), report, costs);
  } catch (const Error& error) {
    costs.refused = fmt::format("its w8a8 form does not compile: {}", error.what());
  }
  return costs;
}

std::string to_text(const CostModels& costs, const report::Report& report) {
  std::string text = fmt::format("{:>3} {:<{}} {:>4} {:>14} {:>11} {:>11} {:>6} {:>7} {:>7} {}\n",
                                 "#", "cost models", kNameColumns, "bits", "MACs", "cycles",
                                 "at w8a8", "ratio", "/linear", "/quadr", "follows");
  for (std::size_t i = 0; i < costs.rows.size(); ++i) {
    if (!costs.rows[i]) continue;
    const report::Row& row = report.layers[i];
    text += line(std::to_string(report.first + i), row.layer.name, row, *costs.rows[i]);
  }
  return text + line("", "total", report.total, costs.total) + "\n" + summary(costs);
}

void add_to(Json& document, const CostModels& costs) {
  for (std::size_t i = 0; i < costs.rows.size(); ++i) {
    Json object;
    if (const auto& row = costs.rows[i]) {
      object = {{"weight_bits", row->bits.weights}, {"activation_bits", row->bits.activations}};
      object.update(costs_json(row->work, row->cost));
      object.update(comparison_json(*row));
    }
    document["layers"][i]["cost_models"] = object;
  }
  document["total"]["cost_models"] = total_json(costs);
}

}  // namespace hb::cli
