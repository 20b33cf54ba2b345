// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Where the tensors of a graph lie in a program, and what they are outside.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "sw/compile/plan.hpp"
#include "sw/schedule/program.hpp"

namespace hb::compile {

/// The tensors of `graph` in the program that `builder` builds. All must outlive it.
class Tensors {
 public:
  Tensors(const graph::Graph& graph, const arch::Machine& machine,
          schedule::ProgramBuilder& builder)
      : graph_(graph), machine_(machine), builder_(builder) {}

  [[nodiscard]] bool is_input(graph::TensorId id) const;

  /// A tensor that a layer reads: one that was written before, else an input of the program.
  schedule::TensorId read(const Port& port);
  /// An input of the program as the matrix that `layer`'s windows make of it.
  schedule::TensorId read_lowered(const Port& port, const schedule::ConvLayer& layer);
  /// A tensor that a layer writes.
  schedule::TensorId write(const Port& port);
  /// Adds inputs of the graph that are also outputs and that no layer has read as they are.
  void add_input_outputs();

  /// Sets names and borders in the finished program: inputs; as outputs those of the graph and what
  /// is in `needed`, as far as they were written; all others.
  void describe(arch::Program& program, const std::vector<graph::TensorId>& needed) const;

 private:
  using Key = std::pair<std::size_t, arch::Precision>;

  struct Input {
    graph::TensorId tensor;
    std::optional<arch::Lowering> lowering;
  };

  schedule::TensorId add_input(const Port& port, const arch::Tensor& shape,
                               std::optional<arch::Lowering> lowering);
  [[nodiscard]] arch::Border codes(graph::TensorId id, bool flat) const;
  [[nodiscard]] arch::Border border(const graph::NamedTensor& named) const;
  [[nodiscard]] std::vector<graph::NamedTensor> names_of_input(graph::TensorId id) const;
  /// The place of `id` in the program, wherever it was written or read first.
  [[nodiscard]] std::optional<arch::TensorPlace> place(graph::TensorId id) const;
  void describe_inputs(arch::Program& program) const;

  const graph::Graph& graph_;
  const arch::Machine& machine_;
  schedule::ProgramBuilder& builder_;
  std::map<Key, schedule::TensorId> places_;
  std::vector<Input> inputs_;                        ///< as in the program
  std::map<std::size_t, schedule::TensorId> first_;  ///< by graph tensor
};

}  // namespace hb::compile
