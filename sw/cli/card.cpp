// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte card`: what was chosen in quantizing a network, and what it costs here.
#include "sw/card/card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/card/hash.hpp"
#include "sw/cli/card_choices.hpp"
#include "sw/cli/classes.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/energy.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/list_text.hpp"
#include "sw/cli/model.hpp"
#include "sw/reference/reference.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

namespace {

using Json = nlohmann::ordered_json;

card::Source source_of(const Options& options) {
  card::Source source;
  source.model = options.model;
  source.random = options.model.rfind("builtin:", 0) == 0;
  if (source.random) {
    source.model += fmt::format(", --bits {}", options.bits.value_or("w8a8"));
    if (options.residual) source.model += " --residual " + *options.residual;
    if (options.width) source.model += fmt::format(" --width {}", *options.width);
  } else {
    source.sha256 = card::sha256(arch::read_file(options.model, "a network"));
  }
  return source;
}

/// Puts cycles and energy of the table's rows beside the layers.
void add_costs(const Options& options, const Model& model, card::Facts& facts) {
  const report::Report report = formula_report(options, model.program);
  facts.cycles = report.total.cycles;
  facts.energy_pj = energy_of(report.total);
  for (card::LayerFacts& layer : facts.layers) {
    for (const report::Row& row : report.layers) {
      if (row.layer.name != layer.costs.name) continue;
      layer.cycles = row.cycles;
      layer.energy_pj = energy_of(row);
    }
  }
}

/// The class with the largest code, the first of equals, of the first output.
std::uint32_t best_class(const graph::Graph& graph, const std::vector<arch::Tensor>& tensors) {
  const arch::Tensor& output = tensors.at(graph.outputs.front().tensor.index);
  const auto best = std::max_element(output.codes.begin(), output.codes.end());
  return static_cast<std::uint32_t>(best - output.codes.begin());
}

/// Runs the images operator by operator.
void run_images(const Options& options, const Model& model, card::Facts& facts) {
  if (options.inputs.empty()) {
    if (options.labels.empty()) return;
    throw bad_input("--labels " + options.labels, "given without images", "--input with it");
  }
  const Images images(options, model);
  Labels labels(options, images.in_files());
  if (labels.there() && !is_vector(model.program)) {
    throw bad_input(options.model, "--labels given for a network without classes",
                    "a network whose first output is a value per class");
  }
  facts.images.emplace(
      card::Images{list_text(options.inputs), card::EndCounter(*model.graph), std::nullopt});
  for (std::size_t i = 0; i < images.count(); ++i) {
    const std::vector<arch::Tensor> tensors =
        reference::run(*model.graph, model.options.contract, images.graph_inputs(i));
    facts.images->ends.add(tensors);
    if (labels.there()) (void)labels.judge(i, best_class(*model.graph, tensors));
  }
  if (labels.there()) facts.images->correct = labels.correct();
}

Json card_of(const Options& options) {
  const Model model = resolve_model(options);
  if (!model.graph || options.layers) {
    throw bad_input(options.model, "no whole network", "an ONNX file or a built-in network");
  }
  if (model.program.memory_model.stall_seed != 0) {
    throw bad_input(options.model, "a card with a memory that stalls at random", "--stall-seed 0");
  }
  card::Facts facts;
  facts.source = source_of(options);
  facts.machine = {model.program.machine.name, model.options.contract};
  facts.network = costmodel::analyze(*model.graph);
  facts.layers = card::layer_facts(*model.graph, facts.network);
  add_costs(options, model, facts);
  run_images(options, model, facts);
  facts.variants = card_choices(options, model);
  return card::make_card(*model.graph, facts);
}

/// A card's file, or the card of a model.
Json card_named(const std::string& name, Options options) {
  if (std::filesystem::path(name).extension() == ".json") {
    return card::parse_card(arch::read_file(name, "a card of halfbyte card --json"), name);
  }
  options.model = name;
  return card_of(options);
}

Json difference(const Options& options) {
  const Json a = card_named(options.diff.at(0), options);
  return card::diff(a, card_named(options.diff.at(1), options));
}

}  // namespace

Exit card(const Options& options) {
  if (options.diff.empty() == options.model.empty()) {
    throw Error("card needs one model, or --diff with two models or cards (see halfbyte --help)");
  }
  std::optional<arch::OutputFile> json;
  if (!options.json.empty()) json.emplace(options.json);
  std::optional<arch::OutputFile> markdown;
  if (!options.output.empty()) {
    markdown.emplace(options.output);
  } else if (!options.quiet && options.json != "-") {
    markdown.emplace("-");
  }
  const bool one = options.diff.empty();
  Json document = one ? card_of(options) : difference(options);
  if (one) document["command"] = command_line(options);
  if (markdown) {
    markdown->write(one ? card::to_markdown(document) : card::diff_to_markdown(document));
  }
  if (json) json->write(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  return Exit::kGood;
}

}  // namespace hb::cli
