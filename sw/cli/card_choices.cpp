// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/card_choices.hpp"

#include <algorithm>
#include <variant>

#include "model/arch/error.hpp"
#include "sw/cli/energy.hpp"
#include "sw/compile/compile.hpp"
#include "sw/costmodel/widen.hpp"

namespace hb::cli {

namespace {

using card::Variant;

template <class Change>
graph::Graph changed_convs(graph::Graph graph, const Change& change) {
  for (graph::Node& node : graph.nodes) {
    if (auto* conv = std::get_if<graph::Conv>(&node.op)) change(*conv);
  }
  return graph;
}

/// Calls `change` for what every node takes codes to mean.
template <class Change>
void change_affines(graph::Node& node, const Change& change) {
  struct Visitor {
    const Change& change;
    void operator()(graph::Conv& conv) const {
      change(conv.input.affine);
      for (graph::Operand& output : conv.outputs) change(output.affine);
    }
    void operator()(graph::Add& add) const {
      change(add.a.affine);
      change(add.b.affine);
      change(add.output.affine);
    }
    void operator()(graph::MaxPool& /*pool*/) const {}
    void operator()(graph::GlobalAverage& average) const {
      change(average.input.affine);
      change(average.output.affine);
    }
    void operator()(graph::Requantize& requantize) const {
      change(requantize.input.affine);
      change(requantize.output.affine);
    }
  };
  std::visit(Visitor{change}, node.op);
}

/// For timing: every tensor signed, all zero points 0.
graph::Graph symmetric(graph::Graph graph) {
  for (graph::Tensor& tensor : graph.tensors) {
    tensor.type = tensor.fits_int4() ? graph::CodeType::kInt4 : graph::CodeType::kInt8;
    tensor.range = graph::range_of(tensor.type);
  }
  for (graph::Node& node : graph.nodes) {
    change_affines(node, [](graph::Affine& affine) { affine.zero_point = 0; });
  }
  return graph;
}

bool has_zero_points(const graph::Graph& graph) {
  bool found = false;
  for (graph::Node node : graph.nodes) {
    change_affines(node, [&](const graph::Affine& affine) { found |= affine.zero_point != 0; });
  }
  return found || std::any_of(graph.tensors.begin(), graph.tensors.end(), [](const auto& tensor) {
           return tensor.type == graph::CodeType::kUint8 || tensor.type == graph::CodeType::kUint4;
         });
}

bool per_channel(const graph::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const graph::Node& node) {
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    return conv != nullptr && conv->weight_scales.size() > 1;
  });
}

class Choices {
 public:
  Choices(const Options& options, const Model& model) : options_(options), model_(model) {}

  std::vector<Variant> run() {
    weight_scales();
    first_and_last();
    activation_symmetry();
    say("weight symmetry",
        "zero points of weights are subtracted before they are laid out: what "
        "then leaves int4 runs at int8, nothing else changes");
    residual();
    say("activation memory",
        "the average and the largest map are stated above; every map has its "
        "own memory here, whatever the objective was");
    widths();
    say("calibration labels", "other labels make other codes of the same shapes: no cycle changes");
    say("pretrained checkpoint", "another checkpoint has other codes: no cycle changes");
    return variants_;
  }

 private:
  [[nodiscard]] bool built_in() const { return options_.model.rfind("builtin:", 0) == 0; }

  void say(const char* choice, const char* note) {
    Variant variant;
    variant.choice = choice;
    variant.variant = "not varied";
    variant.note = note;
    variants_.push_back(variant);
  }
  void cannot_vary(const char* choice) { say(choice, "the precisions of a file are its own"); }

  /// Adds what `make` gives as (graph, cycles), or why there is none.
  template <class Make>
  void add(const char* choice, const std::string& name, bool own, const Make& make) {
    Variant variant;
    variant.choice = choice;
    variant.variant = name;
    variant.own = own;
    try {
      const auto [graph, program] = make();
      const costmodel::Network network = costmodel::analyze(graph);
      variant.cost = network.cost;
      variant.average_activation_bits = network.average_activation_bits();
      const report::Report report = formula_report(options_, program);
      variant.cycles = report.total.cycles;
      variant.energy_pj = energy_of(report.total);
    } catch (const Error& error) {
      variant.note = error.what();
    }
    variants_.push_back(variant);
  }

  void add_graph(const char* choice, const std::string& name, bool own,
                 const graph::Graph& changed) {
    add(choice, name, own, [&] { return std::pair(changed, compiled(changed)); });
  }

  [[nodiscard]] arch::Program compiled(const graph::Graph& graph) const {
    compile::Options how;
    how.contract = model_.options.contract;
    how.fuse = !options_.no_fuse;
    how.image = schedule::Image::kCommands;
    how.memory = model_.program.memory_model.timing;
    arch::Program program = compile::compile(graph, model_.program.machine, how);
    program.memory_model = model_.program.memory_model;
    return program;
  }

  /// A built-in network with other bits.
  void add_bits(const char* choice, const std::string& name, const std::string& bits,
                const std::string& add_outputs) {
    Options other = options_;
    other.bits = bits;
    const bool four = bits == "w4a4" || bits == "mostly-w4a4";
    other.residual = four ? std::optional(add_outputs) : std::nullopt;
    const bool own = options_.bits.value_or("w8a8") == bits &&
                     (!four || options_.residual.value_or("8") == add_outputs);
    add(choice, name, own, [&] {
      Model model = resolve_model(other);
      return std::pair(std::move(*model.graph), std::move(model.program));
    });
  }

  void weight_scales() {
    constexpr const char* kChoice = "weight granularity";
    const bool own = per_channel(*model_.graph);
    add_graph(kChoice, "output channel", own, changed_convs(*model_.graph, [](graph::Conv& conv) {
                conv.weight_scales.resize(conv.output_channels, conv.weight_scales.front());
              }));
    add_graph(kChoice, "tensor", !own, changed_convs(*model_.graph, [](graph::Conv& conv) {
                conv.weight_scales.resize(1);
              }));
  }

  void first_and_last() {
    constexpr const char* kChoice = "first and last layer";
    if (!built_in()) return cannot_vary(kChoice);
    const std::string residual = options_.residual.value_or("8");
    const std::string rest = ", others w4a4, add outputs " + residual;
    add_bits(kChoice, "4 bits" + rest, "w4a4", residual);
    add_bits(kChoice, "8 bits" + rest, "mostly-w4a4", residual);
  }

  void activation_symmetry() {
    constexpr const char* kChoice = "activation symmetry";
    const bool own = has_zero_points(*model_.graph);
    if (own) add_graph(kChoice, "unsigned and affine", true, *model_.graph);
    add_graph(kChoice, "symmetric", !own, symmetric(*model_.graph));
  }

  void residual() {
    constexpr const char* kChoice = "which activations: residual stream";
    if (!built_in()) return cannot_vary(kChoice);
    const std::string own = options_.bits.value_or("w8a8");
    const std::string bits = own == "w4a4" ? own : "mostly-w4a4";
    for (const char* residual : {"8", "4"}) {
      add_bits(kChoice, fmt::format("{}, add outputs {} bits", bits, residual), bits, residual);
    }
  }

  void widths() {
    constexpr const char* kChoice = "allowed widths";
    if (!built_in()) {
      add_graph(kChoice, "as the file has them", true, *model_.graph);
      add_graph(kChoice, "{8}", false, costmodel::widened(*model_.graph));
      return;
    }
    add_bits(kChoice, "{8}", "w8a8", "8");
    add_bits(kChoice, "weights {4}, activations {8}", "w4a8", "8");
    add_bits(kChoice, "{4, 8}: mostly-w4a4, add outputs 8", "mostly-w4a4", "8");
    add_bits(kChoice, "{4, 8}: mostly-w4a4, add outputs 4", "mostly-w4a4", "4");
    add_bits(kChoice, "{4}", "w4a4", "4");
  }

  const Options& options_;
  const Model& model_;
  std::vector<Variant> variants_;
};

}  // namespace

std::vector<Variant> card_choices(const Options& options, const Model& model) {
  return Choices(options, model).run();
}

}  // namespace hb::cli
