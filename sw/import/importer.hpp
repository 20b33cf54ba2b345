// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// From an ONNX graph to an integer graph, node by node.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sw/import/builder.hpp"

namespace onnx {
class GraphProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace hb::import {

class Importer {
 public:
  /// Keeps references. `file` stands for the file in messages.
  Importer(const onnx::GraphProto& model, const std::string& file) : model_(model), file_(file) {}

  /// Throws hb::Error that lists all that cannot be imported.
  [[nodiscard]] graph::Graph run();

 private:
  void define_inputs(const std::unordered_set<std::string>& read);
  void define_initializers(const std::unordered_set<std::string>& read);
  void import(const onnx::NodeProto& node);
  void add_outputs();
  [[nodiscard]] graph::Graph checked();

  /// Does `work`; a Refusal becomes a line about `where`. Whether it went well.
  template <typename Work>
  bool attempt(const std::string& where, const Work& work);
  void throw_refusals() const;

  const onnx::GraphProto& model_;
  const std::string& file_;
  Builder builder_;
  std::vector<std::string> refusals_;
};

}  // namespace hb::import
