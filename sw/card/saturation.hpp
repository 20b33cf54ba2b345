// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How often codes lie at the ends of their range: what saturates is among them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/graph/graph.hpp"

namespace hb::card {

/// Of a tensor on some images.
struct EndCodes {
  std::uint64_t values = 0;
  std::uint64_t low = 0;   ///< at the lowest code; not where that is the zero point (a ReLU's 0)
  std::uint64_t high = 0;  ///< at the highest code
};

/// Counts over the outputs of convolutions and additions, clamped ones where only those are kept.
class EndCounter {
 public:
  explicit EndCounter(const graph::Graph& graph);

  /// Counts an image's tensors, as reference::run() gives them.
  void add(const std::vector<arch::Tensor>& tensors);
  [[nodiscard]] std::uint64_t images() const { return images_; }
  /// By node, in the names of the graph.
  [[nodiscard]] const std::map<std::string, EndCodes>& by_node() const { return counts_; }

 private:
  void count(const std::string& node, const graph::Operand& output,
             const std::vector<arch::Tensor>& tensors);

  const graph::Graph& graph_;
  std::uint64_t images_ = 0;
  std::map<std::string, EndCodes> counts_;
};

}  // namespace hb::card
