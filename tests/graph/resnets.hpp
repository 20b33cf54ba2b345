// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Built-in networks for tests, and what to ask them.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "model/arch/error.hpp"
#include "sw/graph/resnet.hpp"

namespace hb::test {

inline constexpr std::array kAllBits = {graph::Bits::kW8A8, graph::Bits::kW4A8, graph::Bits::kW4A4,
                                        graph::Bits::kMostlyW4A4};
inline constexpr std::array kBothPrecisions = {arch::Precision::kInt8, arch::Precision::kInt4};
inline constexpr std::array kBothContracts = {arch::Contract::kOrt, arch::Contract::kTflite};

inline std::string describe(const graph::ResnetOptions& options) {
  constexpr std::array kNames = {"w8a8", "w4a8", "w4a4", "mostly-w4a4"};
  return fmt::format("resnet{} width {} {} residual {} contract {} seed {} image {}", options.depth,
                     options.width, kNames.at(static_cast<std::size_t>(options.bits)),
                     options.residual == arch::Precision::kInt4 ? 4 : 8,
                     options.contract == arch::Contract::kOrt ? "ort" : "tflite", options.seed,
                     options.image);
}

inline const graph::Node& node_named(const graph::Graph& graph, const std::string& name) {
  for (const graph::Node& node : graph.nodes) {
    if (node.name == name) return node;
  }
  throw bad_input(graph.name, "no node " + name, "one");
}

inline const graph::Tensor& tensor_named(const graph::Graph& graph, const std::string& name) {
  for (const graph::Tensor& tensor : graph.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw bad_input(graph.name, "no tensor " + name, "one");
}

inline const graph::Conv& conv_named(const graph::Graph& graph, const std::string& name) {
  return std::get<graph::Conv>(node_named(graph, name).op);
}

}  // namespace hb::test
