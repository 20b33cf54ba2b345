// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Arrays that some engine computed, held against those of the runtime.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "tests/onnx/case.hpp"

namespace hb::test {

/// What was compared so far.
struct Compared {
  std::uint64_t tensors = 0;
  std::uint64_t bytes = 0;
  std::uint64_t differing = 0;  ///< bytes

  void add(const Compared& other) {
    tensors += other.tensors;
    bytes += other.bytes;
    differing += other.differing;
  }
};

struct Comparison {
  Compared compared;
  /// The first difference of the first tensor in the graph's order that has one: tensor, channel,
  /// y, x, both values; and expected tensors of `required` that are not there. Empty if all is
  /// well.
  std::string wrong;
};

/// Compares every array of `expected` that `actual` has. Throws hb::Error naming the tensor when a
/// type or a size is not the one expected.
[[nodiscard]] Comparison compare(const graph::Graph& graph, const Arrays& expected,
                                 const Arrays& actual, const std::set<std::string>& required);

/// Names that must be there: all of `expected` but the tensors that the network is given, or the
/// outputs alone.
[[nodiscard]] std::set<std::string> all_tensors(const graph::Graph& graph, const Arrays& expected);
[[nodiscard]] std::set<std::string> outputs(const graph::Graph& graph, const Arrays& expected);

/// The tensor that `name` is, or is another name of. Throws hb::Error if the graph has none.
[[nodiscard]] graph::TensorId find_tensor(const graph::Graph& graph, const std::string& name);

}  // namespace hb::test
