// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/order.hpp"

#include <onnx/onnx_pb.h>

#include <queue>
#include <unordered_map>
#include <unordered_set>

#include "model/arch/error.hpp"
#include "sw/import/names.hpp"

namespace hb::import {
namespace {

class Order {
 public:
  Order(const onnx::GraphProto& graph, const std::string& file) : graph_(graph), file_(file) {
    for (const onnx::TensorProto& tensor : graph.initializer()) define(tensor.name());
    // Old files list initializers as inputs too: then the initializer is meant.
    const std::unordered_set<std::string> initializers = outside_;
    for (const onnx::ValueInfoProto& input : graph.input()) {
      if (initializers.count(input.name()) == 0) define(input.name());
    }
    for (int i = 0; i < graph.node_size(); ++i) define_outputs(i);
    readers_.resize(static_cast<std::size_t>(graph.node_size()));
    for (int i = 0; i < graph.node_size(); ++i) connect(i);
  }

  std::vector<int> run() const {
    const std::vector<int> order = sorted();
    const std::vector<bool> live = needed(order);
    std::vector<int> result;
    for (const int node : order) {
      if (live[static_cast<std::size_t>(node)]) result.push_back(node);
    }
    return result;
  }

 private:
  void require_clean(const std::string& name) const {
    if (!is_clean(name)) {
      throw bad_input(file_, "the name " + shown(name),
                      "UTF-8 without control characters, at most 1000 bytes");
    }
  }

  void define(const std::string& name) {
    require_clean(name);
    if (name.empty()) throw bad_input(file_, "an input or initializer without a name", "a name");
    if (!outside_.insert(name).second) throw twice(name);
  }

  Error twice(const std::string& name) const {
    return bad_input(file_, "two values are called " + shown(name), "unique names");
  }

  void define_outputs(int node) {
    require_clean(graph_.node(node).name());
    for (const std::string& output : graph_.node(node).output()) {
      if (output.empty()) continue;  // an optional output that is left out
      require_clean(output);
      if (outside_.count(output) != 0 || !maker_.emplace(output, node).second) throw twice(output);
    }
  }

  void connect(int node) {
    missing_.push_back(0);
    for (const std::string& input : graph_.node(node).input()) {
      if (input.empty() || outside_.count(input) != 0) continue;
      const auto maker = maker_.find(input);
      if (maker == maker_.end()) {
        throw bad_input(file_,
                        fmt::format("node {} reads {}, which nothing makes",
                                    shown(graph_.node(node).name()), shown(input)),
                        "an input, an initializer or a node's output");
      }
      ++missing_.back();
      readers_[static_cast<std::size_t>(maker->second)].push_back(node);
    }
  }

  std::vector<int> sorted() const {
    std::vector<int> missing = missing_;
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < graph_.node_size(); ++i) {
      if (missing[static_cast<std::size_t>(i)] == 0) ready.push(i);
    }
    std::vector<int> order;
    while (!ready.empty()) {
      order.push_back(ready.top());
      ready.pop();
      for (const int reader : readers_[static_cast<std::size_t>(order.back())]) {
        if (--missing[static_cast<std::size_t>(reader)] == 0) ready.push(reader);
      }
    }
    if (order.size() != missing.size()) throw cycle(missing);
    return order;
  }

  Error cycle(const std::vector<int>& missing) const {
    int node = 0;
    while (missing[static_cast<std::size_t>(node)] == 0) ++node;
    return bad_input(
        file_,
        fmt::format("a cycle; node {} is on it or behind it", shown(graph_.node(node).name())),
        "an acyclic graph");
  }

  std::vector<bool> needed(const std::vector<int>& order) const {
    std::vector<bool> live(order.size(), false);
    const auto mark = [&](const std::string& value) {
      const auto maker = maker_.find(value);
      if (maker != maker_.end()) live[static_cast<std::size_t>(maker->second)] = true;
    };
    for (const onnx::ValueInfoProto& output : graph_.output()) {
      if (maker_.count(output.name()) == 0 && outside_.count(output.name()) == 0) {
        throw bad_input(file_, "nothing makes the output " + shown(output.name()),
                        "a node's output");
      }
      mark(output.name());
    }
    for (auto node = order.rbegin(); node != order.rend(); ++node) {
      if (!live[static_cast<std::size_t>(*node)]) continue;
      for (const std::string& input : graph_.node(*node).input()) mark(input);
    }
    return live;
  }

  const onnx::GraphProto& graph_;
  const std::string& file_;
  std::unordered_set<std::string> outside_;  ///< initializers and inputs
  std::unordered_map<std::string, int> maker_;
  std::vector<std::vector<int>> readers_;
  std::vector<int> missing_;  ///< inputs of each node that other nodes make
};

}  // namespace

std::vector<int> live_order(const onnx::GraphProto& graph, const std::string& file) {
  return Order(graph, file).run();
}

}  // namespace hb::import
