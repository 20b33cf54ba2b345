// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A quantization card, in the sense of "Confounding Tradeoffs for Neural Network Quantization"
// (arXiv 2102.06366): what was chosen, beside what it costs on this machine.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sw/card/accumulators.hpp"
#include "sw/card/saturation.hpp"
#include "sw/costmodel/network.hpp"
#include "sw/graph/graph.hpp"

namespace hb::card {

/// Card form that this version writes and reads ("halfbyte_card").
inline constexpr int kForm = 1;

/// Where a model comes from.
struct Source {
  std::string model;                  ///< as the user names it
  std::optional<std::string> sha256;  ///< of its file
  bool random = false;                ///< a built-in network: random weights
};

/// Where it runs.
struct Machine {
  std::string preset;
  arch::Contract contract = arch::Contract::kOrt;
};

/// What images came to.
struct Images {
  std::string files;
  EndCounter ends;
  std::optional<std::uint64_t> correct;  ///< with labels
};

/// A convolution or fully connected layer.
struct LayerFacts {
  costmodel::Layer costs;
  Accumulators accumulators;
  std::size_t weight_scales = 1;
  std::optional<std::uint64_t> cycles;  ///< of the table's row of its name
  std::optional<double> energy_pj{};    ///< the same row's
};

/// A variant of one of the choices, by formula.
struct Variant {
  std::string choice;
  std::string variant;
  bool own = false;                     ///< what the model itself has
  std::optional<std::uint64_t> cycles;  ///< empty where nothing can be varied, or changes
  std::optional<double> energy_pj{};    ///< the same
  std::optional<costmodel::Cost> cost{};
  std::optional<double> average_activation_bits{};
  std::string note{};
};

struct Facts {
  Source source;
  Machine machine;
  costmodel::Network network;
  std::vector<LayerFacts> layers;
  std::optional<std::uint64_t> cycles;  ///< of the whole network, by formula
  std::optional<double> energy_pj{};    ///< the same
  std::optional<Images> images;
  std::vector<Variant> variants;
};

/// Layers of a graph, without cycles. Asks for all weights.
[[nodiscard]] std::vector<LayerFacts> layer_facts(const graph::Graph& graph,
                                                  const costmodel::Network& network);

/// The card: {"halfbyte_card", "model", "sections": [{"title", "fields": [{"key", "label", "value",
/// "note"}]}], "layers", "additions", "choices"}. A value of null is not stated, or not known.
[[nodiscard]] nlohmann::ordered_json make_card(const graph::Graph& graph, const Facts& facts);

/// A card from its JSON text. Throws hb::Error naming `where` for anything that is no card.
[[nodiscard]] nlohmann::ordered_json parse_card(const std::string& text, const std::string& where);

/// For people.
[[nodiscard]] std::string to_markdown(const nlohmann::ordered_json& card);

/// {"a", "b", "fields": [{"key", "label", "a", "b"}], "layers": [{"name", "key", "a", "b"}]}: all
/// that differs. A field or layer that one card lacks is null there.
[[nodiscard]] nlohmann::ordered_json diff(const nlohmann::ordered_json& a,
                                          const nlohmann::ordered_json& b);
[[nodiscard]] std::string diff_to_markdown(const nlohmann::ordered_json& difference);

}  // namespace hb::card
