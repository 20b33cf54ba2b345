// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From the user's MODEL to the program that the machine runs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"
#include "sw/compile/compile.hpp"
#include "sw/graph/graph.hpp"

namespace hb::cli {

struct Model {
  arch::Program program;  ///< every input has a border
  /// Of a network: what the program must compute.
  std::optional<graph::Graph> graph{};
  compile::Options options{};  ///< that it was compiled with
  /// Of some layers of a network, unless only timing is wanted: the whole one, which says what
  /// their inputs hold.
  std::optional<arch::Program> whole{};
  /// The program holds its inputs' data: program files and built-in layers.
  bool own_data = false;
  std::vector<std::string> notes{};  ///< for people: what of its files means something else here
  bool layer = false;                ///< a built-in layer: what it puts out is no class
};

/// The model, with the memory's timing and stalls that hold for this run; to estimate it, commands
/// alone. Throws hb::Error for anything that is no model, one that does not fit the machine, or
/// options that do not go with it.
[[nodiscard]] Model resolve_model(const Options& options);
/// The same, but of networks commands alone.
[[nodiscard]] Model resolve_commands(const Options& options);

/// A network's graph, which no machine changes; empty of a built-in layer. Options as for
/// resolve_model(), of a model that is built in or an ONNX file.
[[nodiscard]] std::optional<graph::Graph> resolve_graph(const Options& options);
/// What resolve_model() gives `estimate`, of a model whose graph is known: null, and the model is a
/// built-in layer.
[[nodiscard]] arch::Program timing_program(const Options& options, const graph::Graph* graph);

/// Layers of the model's network, a program of their own in all else like the model's.
/// Precondition: the model has a graph.
[[nodiscard]] arch::Program compile_layers(const Model& model, const compile::LayerRange& layers,
                                           schedule::Image image);

}  // namespace hb::cli
