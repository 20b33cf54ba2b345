// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A network, what goes into it, and what a runtime made of that.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "sw/cli/npy.hpp"
#include "sw/compile/border.hpp"
#include "sw/graph/graph.hpp"

namespace hb::test {

/// Arrays of one image by the names of the network's tensors.
using Arrays = std::map<std::string, compile::Array>;

struct Case {
  std::string name;
  graph::Graph graph;
  std::map<std::string, cli::Npy> inputs;    ///< by the network's input; dimension 0 is the image
  std::map<std::string, cli::Npy> expected;  ///< by tensor, alias or output; the same

  /// Throws hb::Error naming the file unless all arrays hold as many images, at least one.
  [[nodiscard]] std::size_t images() const;
  [[nodiscard]] Arrays inputs_of(std::size_t image) const;
  [[nodiscard]] Arrays expected_of(std::size_t image) const;
};

/// The arrays of a folder's .npy files, by the files' stems. Throws hb::Error if there are none.
[[nodiscard]] std::map<std::string, cli::Npy> read_arrays(const std::filesystem::path& folder);

/// `folder`/model.onnx, inputs/NAME.npy, expected/NAME.npy.
[[nodiscard]] Case read_case(const std::filesystem::path& folder);

}  // namespace hb::test
