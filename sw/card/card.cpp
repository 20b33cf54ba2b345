// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/card/card.hpp"

#include <fmt/format.h>

#include <variant>

#include "model/arch/error.hpp"
#include "sw/card/statements.hpp"

namespace hb::card {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json();
}

Json layer_json(const LayerFacts& layer, const Facts& facts) {
  const Accumulators& sums = layer.accumulators;
  Json object = {{"name", layer.costs.name},
                 {"weight_bits", layer.costs.bits.weights},
                 {"activation_bits", layer.costs.bits.activations},
                 {"macs", layer.costs.work.macs},
                 {"weights", layer.costs.work.weights},
                 {"weight_scales", layer.weight_scales},
                 {"weight_low", sums.low_weight},
                 {"weight_high", sums.high_weight},
                 {"accumulator_low", sums.least},
                 {"accumulator_high", sums.most},
                 {"accumulator_bits", sums.bits},
                 {"accumulator_bits_any_weights", sums.bits_of_any_weights},
                 {"cycles", or_null(layer.cycles)},
                 {"energy_pj", or_null(layer.energy_pj)},
                 {"codes", nullptr},
                 {"codes_low", nullptr},
                 {"codes_high", nullptr}};
  if (!facts.images) return object;
  const auto& counts = facts.images->ends.by_node();
  if (const auto found = counts.find(layer.costs.name); found != counts.end()) {
    object["codes"] = found->second.values;
    object["codes_low"] = found->second.low;
    object["codes_high"] = found->second.high;
  }
  return object;
}

/// Codes at the ends of what additions put out.
Json additions_json(const graph::Graph& graph, const Facts& facts) {
  Json list = Json::array();
  if (!facts.images) return list;
  for (const graph::Node& node : graph.nodes) {
    if (!std::holds_alternative<graph::Add>(node.op)) continue;
    const EndCodes& ends = facts.images->ends.by_node().at(node.name);
    list.push_back({{"name", node.name},
                    {"codes", ends.values},
                    {"codes_low", ends.low},
                    {"codes_high", ends.high}});
  }
  return list;
}

Json variant_json(const Variant& variant, const Facts& facts) {
  Json object = {{"choice", variant.choice},
                 {"variant", variant.variant},
                 {"own", variant.own},
                 {"cycles", or_null(variant.cycles)},
                 {"cycles_to_own", nullptr},
                 {"linear", nullptr},
                 {"quadratic", nullptr},
                 {"weight_memory_bits", nullptr},
                 {"average_activation_bits", or_null(variant.average_activation_bits)},
                 {"energy_pj", or_null(variant.energy_pj)},
                 {"note", variant.note}};
  if (variant.cycles && facts.cycles && *facts.cycles > 0) {
    object["cycles_to_own"] =
        static_cast<double>(*variant.cycles) / static_cast<double>(*facts.cycles);
  }
  if (variant.cost) {
    const costmodel::Ratios ratios = costmodel::ratios(*variant.cost, facts.network.reference);
    object["linear"] = ratios.linear;
    object["quadratic"] = ratios.quadratic;
    object["weight_memory_bits"] = variant.cost->memory_bits;
  }
  return object;
}

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw bad_input(where, what, fmt::format("a card of halfbyte card --json, form {}", kForm));
}

/// Whether `list` is an array of objects that have all `keys`.
bool is_list_of(const Json& list, const std::vector<const char*>& keys) {
  if (!list.is_array()) return false;
  for (const Json& item : list) {
    if (!item.is_object()) return false;
    for (const char* key : keys) {
      if (!item.contains(key)) return false;
    }
  }
  return true;
}

bool is_text(const Json& object, const char* key) {
  return object.contains(key) && object.at(key).is_string();
}

bool are_sections(const Json& list) {
  if (!is_list_of(list, {"title", "fields"})) return false;
  for (const Json& section : list) {
    if (!is_list_of(section.at("fields"), {"key", "label", "value"})) return false;
    for (const Json& field : section.at("fields")) {
      if (!is_text(field, "key") || !is_text(field, "label")) return false;
    }
  }
  return true;
}

}  // namespace

std::vector<LayerFacts> layer_facts(const graph::Graph& graph, const costmodel::Network& network) {
  std::vector<LayerFacts> layers;
  for (const graph::Node& node : graph.nodes) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    const std::vector<std::int8_t> weights = conv->weights();
    graph::check_accumulators(graph, node.name, *conv, weights);
    LayerFacts layer;
    layer.costs = network.layers.at(layers.size());
    layer.accumulators = accumulators(graph, *conv, weights);
    layer.weight_scales = conv->weight_scales.size();
    layers.push_back(layer);
  }
  return layers;
}

Json make_card(const graph::Graph& graph, const Facts& facts) {
  Json card = {{"halfbyte_card", kForm},
               {"model", facts.source.model},
               {"sections", sections(graph, facts)},
               {"layers", Json::array()},
               {"additions", additions_json(graph, facts)},
               {"choices", Json::array()}};
  for (const LayerFacts& layer : facts.layers) card["layers"].push_back(layer_json(layer, facts));
  for (const Variant& variant : facts.variants) {
    card["choices"].push_back(variant_json(variant, facts));
  }
  return card;
}

Json parse_card(const std::string& text, const std::string& where) {
  const Json card = Json::parse(text, nullptr, false);
  if (card.is_discarded() || !card.is_object()) refuse(where, "no JSON object");
  if (!card.contains("halfbyte_card")) refuse(where, "no card");
  if (card.at("halfbyte_card") != kForm) {
    refuse(where, "a card of form " + card.at("halfbyte_card").dump());
  }
  if (!is_text(card, "model")) refuse(where, "a card without model");
  if (!card.contains("sections") || !are_sections(card.at("sections"))) {
    refuse(where, "a card without whole sections");
  }
  if (!card.contains("layers") || !is_list_of(card.at("layers"), {"name"})) {
    refuse(where, "a card without layers");
  }
  for (const Json& layer : card.at("layers")) {
    if (!is_text(layer, "name")) refuse(where, "a layer without name");
  }
  return card;
}

}  // namespace hb::card
