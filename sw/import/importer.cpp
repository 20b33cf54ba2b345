// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/importer.hpp"

#include <onnx/onnx_pb.h>

#include "model/arch/error.hpp"
#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/order.hpp"
#include "sw/import/ports.hpp"

namespace hb::import {
namespace {

/// Lines of a message; a file of many nodes could make it long without end.
constexpr std::size_t kMostLines = 1000;

std::string label(const onnx::NodeProto& node) {
  const std::string output = node.output_size() == 0 ? "" : node.output(0);
  const std::string who =
      node.name().empty() ? "the node that makes " + shown(output) : "node " + shown(node.name());
  const std::string type = shown(node.op_type());
  return fmt::format("{}, {}", who, type.substr(1, type.size() - 2));
}

}  // namespace

template <typename Work>
bool Importer::attempt(const std::string& where, const Work& work) {
  try {
    work();
    return true;
  } catch (const Refusal& refusal) {
    refusals_.push_back(fmt::format("  {}: {}", where, refusal.what()));
  } catch (const Consequence&) {  // an earlier line says it
  }
  return false;
}

void Importer::define_inputs(const std::unordered_set<std::string>& read) {
  std::unordered_set<std::string> initializers;
  for (const onnx::TensorProto& tensor : model_.initializer()) initializers.insert(tensor.name());
  for (const onnx::ValueInfoProto& input : model_.input()) {
    if (read.count(input.name()) == 0 || initializers.count(input.name()) != 0) continue;
    const auto define = [&] { define_input(builder_, input); };
    if (!attempt("input " + shown(input.name()), define)) {
      builder_.define(input.name(), Unknown{});
    }
  }
}

void Importer::define_initializers(const std::unordered_set<std::string>& read) {
  for (const onnx::TensorProto& tensor : model_.initializer()) {
    if (read.count(tensor.name()) == 0) continue;
    const auto define = [&] {
      builder_.define(tensor.name(), std::make_shared<const Constant>(decode(tensor)));
    };
    if (!attempt("initializer " + shown(tensor.name()), define)) {
      builder_.define(tensor.name(), Unknown{});
    }
  }
}

void Importer::import(const onnx::NodeProto& node) {
  if (attempt(label(node), [&] { import_node(builder_, node); })) return;
  for (const std::string& output : node.output()) builder_.define(output, Unknown{});
}

void Importer::add_outputs() {
  std::unordered_set<std::string> names;
  for (const onnx::ValueInfoProto& output : model_.output()) {
    attempt("output " + shown(output.name()), [&] {
      if (!names.insert(output.name()).second) throw Refusal("listed twice", "each output once");
      add_output(builder_, output.name());
    });
  }
}

void Importer::throw_refusals() const {
  if (refusals_.empty()) return;
  std::string lines;
  for (std::size_t i = 0; i < refusals_.size() && i < kMostLines; ++i) lines += "\n" + refusals_[i];
  if (refusals_.size() > kMostLines) {
    lines += fmt::format("\n  and {} more", refusals_.size() - kMostLines);
  }
  throw Error(
      fmt::format("{}: cannot be imported (docs/import.md says what can):{}", file_, lines));
}

graph::Graph Importer::checked() {
  graph::Graph graph = builder_.take();
  graph.name = model_.name().empty() || !is_clean(model_.name()) ? file_ : model_.name();
  try {
    graph::check(graph);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", file_, error.what()));
  }
  return graph;
}

graph::Graph Importer::run() {
  const std::vector<int> order = live_order(model_, file_);
  if (order.empty()) throw bad_input(file_, "no operator makes an output", "a network");
  std::unordered_set<std::string> read;
  for (const int node : order) {
    read.insert(model_.node(node).input().begin(), model_.node(node).input().end());
  }
  for (const onnx::ValueInfoProto& output : model_.output()) read.insert(output.name());
  define_inputs(read);
  define_initializers(read);
  for (const int node : order) import(model_.node(node));
  add_outputs();
  throw_refusals();
  return checked();
}

}  // namespace hb::import
