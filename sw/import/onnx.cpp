// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/onnx.hpp"

#include <onnx/onnx_pb.h>

#include <limits>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/import/importer.hpp"

namespace hb::import {
namespace {

/// Oldest operator set and file format whose operators mean what they do now.
constexpr std::int64_t kOldestOperators = 10;
constexpr std::int64_t kOldestFormat = 3;

void check_operator_set(const onnx::ModelProto& model, const std::string& name) {
  for (const onnx::OperatorSetIdProto& set : model.opset_import()) {
    if (!set.domain().empty() && set.domain() != "ai.onnx") continue;
    if (set.version() < kOldestOperators) {
      throw bad_input(name, fmt::format("operator set {}", set.version()),
                      fmt::format("{} or newer, which has QuantizeLinear", kOldestOperators));
    }
    return;
  }
  throw bad_input(name, "no operator set: is the file whole?", "an ONNX model");
}

onnx::ModelProto parse(const std::string& bytes, const std::string& name) {
  onnx::ModelProto model;
  if (bytes.size() > std::numeric_limits<int>::max()) {
    throw bad_input(name, fmt::format("{} bytes", bytes.size()), "a model below 2 GiB");
  }
  if (!model.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    throw bad_input(name, "not a protobuf message, or cut off", "an ONNX model");
  }
  if (!model.has_graph()) throw bad_input(name, "no graph", "an ONNX model");
  if (model.ir_version() < kOldestFormat) {
    throw bad_input(name, fmt::format("format version {}", model.ir_version()),
                    fmt::format("{} or newer", kOldestFormat));
  }
  check_operator_set(model, name);
  return model;
}

}  // namespace

graph::Graph read_onnx(const std::filesystem::path& file) {
  return read_onnx(arch::read_file(file, "an ONNX model"), file.string());
}

graph::Graph read_onnx(const std::string& bytes, const std::string& name) {
  const onnx::ModelProto model = parse(bytes, name);
  const onnx::GraphProto& graph = model.graph();
  if (graph.sparse_initializer_size() != 0) {
    throw bad_input(name, "sparse initializers", "whole tensors");
  }
  if (graph.output_size() == 0) throw bad_input(name, "no outputs", "at least one");
  return Importer(graph, name).run();
}

}  // namespace hb::import
