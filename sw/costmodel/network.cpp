// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/costmodel/network.hpp"

#include <algorithm>
#include <optional>

namespace hb::costmodel {
namespace {

using graph::Graph;
using graph::TensorId;

Layer layer_of(const Graph& graph, const std::string& name, const graph::Conv& conv) {
  const graph::Tensor& input = graph.tensor(conv.input.tensor);
  const graph::Tensor& output = graph.tensor(conv.outputs.front().tensor);
  Layer layer;
  layer.name = name;
  layer.bits.weights = conv.weight_precision == arch::Precision::kInt4 ? 4 : 8;
  layer.bits.activations = bits_of(input);
  layer.work.weights = graph::weights_per_channel(graph, conv) * conv.output_channels;
  layer.work.macs = layer.work.weights * output.height * output.width;
  layer.cost = cost_of(layer.work, layer.bits);
  return layer;
}

/// The clamp that is the only reader of `id`.
const graph::Requantize* only_clamp(const Graph& graph, TensorId id) {
  const graph::Requantize* clamp = nullptr;
  std::size_t readers = 0;
  for (const graph::Node& node : graph.nodes) {
    for (const TensorId input : graph::inputs_of(node)) {
      if (input.index != id.index) continue;
      ++readers;
      const auto* requantize = std::get_if<graph::Requantize>(&node.op);
      const bool same =
          requantize != nullptr && requantize->input.affine == requantize->output.affine;
      clamp = same ? requantize : nullptr;
    }
  }
  for (const graph::NamedTensor& output : graph.outputs) {
    readers += output.tensor.index == id.index ? 1 : 0;
  }
  return readers == 1 ? clamp : nullptr;
}

Map map_of(const Graph& graph, TensorId id) {
  const graph::Tensor& tensor = graph.tensor(kept(graph, id));
  return {tensor.name, tensor.values(), bits_of(tensor)};
}

/// What a node adds to the maps; of a convolution that quantizes its sums twice, the wider.
std::optional<Map> map_of(const Graph& graph, const graph::Node& node) {
  if (const auto* add = std::get_if<graph::Add>(&node.op)) {
    return map_of(graph, add->output.tensor);
  }
  const auto* conv = std::get_if<graph::Conv>(&node.op);
  if (conv == nullptr) return std::nullopt;
  Map widest = map_of(graph, conv->outputs.front().tensor);
  for (const graph::Operand& output : conv->outputs) {
    const Map map = map_of(graph, output.tensor);
    if (map.bits > widest.bits) widest = map;
  }
  return widest;
}

double average(double sum, double count) { return count == 0 ? 0 : sum / count; }

}  // namespace

std::uint32_t bits_of(const graph::Tensor& tensor) { return tensor.fits_int4() ? 4 : 8; }

TensorId kept(const Graph& graph, TensorId id) {
  while (const graph::Requantize* clamp = only_clamp(graph, id)) id = clamp->output.tensor;
  return id;
}

double Network::average_weight_bits() const {
  return average(static_cast<double>(cost.memory_bits), static_cast<double>(work.weights));
}

double Network::average_activation_bits() const {
  std::uint64_t bits = 0;
  std::uint64_t values = 0;
  for (const Map& map : maps) {
    bits += map.values * map.bits;
    values += map.values;
  }
  return average(static_cast<double>(bits), static_cast<double>(values));
}

std::uint32_t Network::most_weight_bits() const {
  std::uint32_t most = 0;
  for (const Layer& layer : layers) most = std::max(most, layer.bits.weights);
  return most;
}

std::uint32_t Network::most_activation_bits() const {
  std::uint32_t most = 0;
  for (const Map& map : maps) most = std::max(most, map.bits);
  return most;
}

const Map* Network::peak() const {
  const auto smaller = [](const Map& a, const Map& b) {
    return a.values * a.bits < b.values * b.bits;
  };
  const auto most = std::max_element(maps.begin(), maps.end(), smaller);
  return most == maps.end() ? nullptr : &*most;
}

Network analyze(const Graph& graph) {
  Network network;
  for (const graph::Node& node : graph.nodes) {
    if (const std::optional<Map> map = map_of(graph, node)) network.maps.push_back(*map);
    const auto* conv = std::get_if<graph::Conv>(&node.op);
    if (conv == nullptr) continue;
    const Layer layer = layer_of(graph, node.name, *conv);
    network.work.macs += layer.work.macs;
    network.work.weights += layer.work.weights;
    network.cost += layer.cost;
    network.reference += cost_of(layer.work, Bits{});
    network.layers.push_back(layer);
  }
  return network;
}

}  // namespace hb::costmodel
