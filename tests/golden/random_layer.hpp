// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random convolution layers that fit a machine, as tensors and as a program.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arith/add.hpp"
#include "model/golden/convolution.hpp"
#include "tests/golden/layout.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// What a layer's program exercises; everything else about a layer is random.
struct LayerKind {
  arch::Precision precision = arch::Precision::kInt8;
  arch::Precision output_precision = arch::Precision::kInt8;
  std::optional<arch::Precision> copy_precision;
  arch::CopySource copy_source = arch::CopySource::kAccumulator;
  bool split = false;  ///< over two commands, between two tiles
  // Drawn by random_layer():
  arch::Contract contract = arch::Contract::kOrt;
  bool narrow_weights = false;  ///< only with int8 activations
  std::optional<arch::Precision> residual_precision;
};

/// Every combination of precisions, copy and split: 40 kinds.
[[nodiscard]] std::vector<LayerKind> all_kinds();

/// One layer as tensors. Lanes past the last channel are channels here, with weights 0, bias 0 and
/// scale 1.0: the machine makes codes for them too.
struct RandomLayer {
  arch::Machine machine;
  LayerKind kind;
  arch::Tensor input;
  golden::Convolution convolution;
  Parameters parameters;
  golden::Range output_range;
  golden::Range copy_range;
  std::int32_t copy_offset = 0;
  arch::Tensor residual;
  golden::Range sum_range;
  arith::AddParameters addition;
  std::uint32_t tiles = 1;
  std::uint32_t first_tiles = 1;  ///< tiles of the first of two commands; all of them: one command
};

/// A program made from a layer and where it stores the outputs.
struct LayerProgram {
  arch::Program program;
  std::uint32_t output_address = 0;
  std::uint32_t copy_address = 0;
};

/// A layer of `kind` that fits `machine`'s buffers; contract, weights and residual are random.
[[nodiscard]] RandomLayer random_layer(Random& random, const arch::Machine& machine,
                                       const LayerKind& kind);

/// Loads, one or two CONVs, stores.
[[nodiscard]] LayerProgram assemble(const RandomLayer& layer);

/// What convolution from first principles and the integer model of everything behind it say about a
/// layer's outputs, in memory's layout.
struct Expected {
  Bytes output;
  Bytes copy;
};
[[nodiscard]] Expected expected(const RandomLayer& layer);

}  // namespace hb::test
