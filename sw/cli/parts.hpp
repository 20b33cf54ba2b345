// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A network cut into ranges of layers that run at the same time, each a program of its own: the
// machine is idle before and after each, and all that a part reads is in memory when it starts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/cli/model.hpp"
#include "sw/compile/plan.hpp"

namespace hb::cli {

struct Part {
  compile::LayerRange layers;  ///< rows of the whole network's table
  arch::Program program;       ///< commands alone
};

/// Whether --jobs asks for parts, if the model has layers to be cut into and one image: of timed
/// engines alone.
[[nodiscard]] bool wants_parts(const Options& options);
/// Whether `model` can be cut.
[[nodiscard]] bool can_cut(const Model& model);

/// Whether the network may be cut behind each step: whether all that later steps read is there
/// under the precision at which it was written first. Tensors have names, and are compared with the
/// network's operators, at that one only.
[[nodiscard]] std::vector<bool> allowed_cuts(const std::vector<compile::Step>& steps);

/// Ranges of layers, from 1, at most `most` of them, of which the one with the most cycles has as
/// few as can be. `allowed`: behind which layers to cut.
[[nodiscard]] std::vector<compile::LayerRange> balance(const std::vector<arch::Cycles>& cycles,
                                                       const std::vector<bool>& allowed,
                                                       std::size_t most);

/// At most `most` parts, of about as many cycles each by formula. Precondition: can_cut().
[[nodiscard]] std::vector<Part> cut(const Model& model, std::size_t most);

/// What parts behind `part` take for given and `memory`, as `part` left it, holds otherwise: the
/// first such code; empty if there is none. `given`: all tensors of the graph.
[[nodiscard]] std::string handover_difference(const Model& model, const std::vector<Part>& parts,
                                              std::size_t part,
                                              const std::vector<arch::Tensor>& given,
                                              const std::vector<std::uint8_t>& memory);

/// "2: layers 1-10, 11-21".
[[nodiscard]] std::string parts_text(const std::vector<Part>& parts);

}  // namespace hb::cli
