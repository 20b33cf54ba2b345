// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A graph as the layers of a program: which operators share a layer, at which precision each tensor
// is written and read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/arch/commands.hpp"
#include "sw/graph/graph.hpp"

namespace hb::compile {

enum class StepKind : std::uint8_t {
  kConv,
  kMaxPool,
  kAverage,
  kRequantize,
  kAdd,
  kPrecision,  ///< the same codes at another precision
};

/// A tensor at the precision that a step reads or writes it at.
struct Port {
  graph::TensorId tensor;
  graph::Affine affine;  ///< what the step takes its codes to mean
  arch::Precision precision = arch::Precision::kInt8;
};

/// a + b behind a convolution, or by itself.
struct Sum {
  graph::Operand own;    ///< the convolution's result: how it is quantized, and its tensor's range
  graph::Affine addend;  ///< what the addition takes that result's codes to mean
  Port residual;
  bool residual_first = false;
};

/// The second tensor that a convolution writes.
struct SecondOutput {
  arch::CopySource source = arch::CopySource::kCode;
  graph::Affine input;  ///< kCode: what the requantization takes the first output's codes to mean
  bool same_codes = false;  ///< kCode: the codes stay, only range or precision changes
  Port output;
};

/// A layer of the program: a row of its table.
struct Step {
  std::string name;
  StepKind kind = StepKind::kConv;
  const graph::Conv* conv = nullptr;      ///< of kConv
  const graph::Window* window = nullptr;  ///< of kConv and kMaxPool
  Port input;
  Port output;
  std::optional<Sum> sum;  ///< of kAdd, and of a kConv that adds
  std::optional<SecondOutput> second;

  /// Of kRequantize and kPrecision: the codes stay.
  [[nodiscard]] bool same_codes() const {
    return kind == StepKind::kPrecision ||
           (kind == StepKind::kRequantize && input.affine == output.affine);
  }
};

/// The steps of `graph`, which must outlive them, in an order in which they can run. With `fuse`,
/// adds, clamps and requantizations become part of convolutions where nobody else needs what lies
/// between.
[[nodiscard]] std::vector<Step> make_plan(const graph::Graph& graph, bool fuse,
                                          arch::Contract contract);

}  // namespace hb::compile
