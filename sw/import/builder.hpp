// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The graph under construction: names, values, tensors and nodes.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "sw/graph/graph.hpp"
#include "sw/import/value.hpp"

namespace hb::import {

/// How a QuantizeLinear, or an integer operator by itself, makes codes: under which name, with what
/// meaning, and which of them.
struct Target {
  std::string name;
  graph::Affine affine;
  graph::CodeType type = graph::CodeType::kInt8;
  graph::CodeRange range;
};

/// Weights of a convolution as codes minus zero points, shared by the nodes that use them.
struct Weights {
  std::shared_ptr<const std::vector<std::int8_t>> values;
  arch::Precision precision = arch::Precision::kInt8;
};

class Builder {
 public:
  /// Throws Consequence for the value of a refused node, Refusal for one that no node made.
  [[nodiscard]] const Value& value(const std::string& name) const;
  void define(const std::string& name, Value value) { values_[name] = std::move(value); }

  /// Images at once that the model's inputs ask for; 0 where it is left open.
  [[nodiscard]] std::int64_t batch() const { return batch_; }
  void set_batch(std::int64_t batch) { batch_ = batch; }

  /// Accounts for numbers that a node makes of constants. Throws Refusal when all nodes together
  /// make too many.
  void charge(std::uint64_t numbers);
  /// The same for a constant that a node quantizes; the first time is free, as its memory is in
  /// proportion to the file's.
  void charge_quantization(const ConstantPointer& constant);

  [[nodiscard]] Shape shape_of(graph::TensorId tensor, bool flat) const;
  [[nodiscard]] const graph::Tensor& tensor(graph::TensorId id) const { return graph_.tensor(id); }
  /// Throws Refusal for shapes that no tensor can have.
  graph::TensorId add_tensor(const Target& target, const Shape& shape);
  void add_alias(const std::string& name, graph::TensorId tensor, bool flat);
  void add_input(graph::NamedTensor input);
  void add_output(graph::NamedTensor output) { graph_.outputs.push_back(std::move(output)); }
  [[nodiscard]] bool is_input(graph::TensorId tensor) const {
    return input_tensors_.count(tensor.index) != 0;
  }

  /// `name`, or with a number behind it if a node has that already.
  [[nodiscard]] std::string unique_node_name(const std::string& name);
  /// Adds `op` as a node, its output a new tensor by `target`.
  graph::Operand add_node(const std::string& name, graph::Operator op, const Target& target,
                          const Shape& shape);
  /// Adds an output by `target` to the convolution at `node`.
  graph::Operand add_second_output(std::size_t node, const Target& target, const Shape& shape);
  [[nodiscard]] std::size_t last_node() const { return graph_.nodes.size() - 1; }

  /// A tensor whose values the model has as float32 only, until a QuantizeLinear names its codes.
  void mark_nameless(graph::TensorId tensor) { nameless_.insert(tensor.index); }
  /// Gives codes another name: the tensor's own if it has none yet, else an alias.
  void name_codes(const std::string& name, graph::TensorId tensor, bool flat);

  /// `source` minus `zero_points` (one, or one per output channel), [output channel][the rest];
  /// `transposed`: the source is [the rest][output channel]. Throws Refusal where that leaves int8.
  [[nodiscard]] Weights weights(const ConstantPointer& source,
                                const std::vector<std::int32_t>& zero_points, bool transposed);

  [[nodiscard]] graph::Graph take() { return std::move(graph_); }

 private:
  using WeightKey = std::tuple<const Constant*, std::vector<std::int32_t>, bool>;

  graph::Graph graph_;
  std::unordered_map<std::string, Value> values_;
  std::unordered_map<std::string, int> node_names_;  ///< and the last number behind each
  std::unordered_set<std::size_t> input_tensors_;
  std::unordered_set<std::size_t> nameless_;
  std::map<WeightKey, Weights> weights_;
  std::unordered_set<ConstantPointer> quantized_;
  std::vector<ConstantPointer> kept_;  ///< so that no key of `weights_` is used twice
  std::int64_t batch_ = 0;
  std::uint64_t numbers_ = 0;  ///< see charge()
};

}  // namespace hb::import
