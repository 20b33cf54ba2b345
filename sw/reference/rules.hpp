// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The formulas of `ort` that tests replace by wrong ones, to show that a comparison with the
// runtime would tell.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/arch/tensor.hpp"
#include "model/golden/operators.hpp"
#include "model/golden/requantize.hpp"
#include "sw/graph/graph.hpp"

namespace hb::reference {

/// What `ort` computes, rule by rule. `tflite` has no part in this.
struct Rules {
  /// Factor of an accumulator of x codes times w codes on the way to y codes.
  std::function<float(float x_scale, float w_scale, float y_scale)> scale;
  /// Stored code of an accumulator, of a convolution or an average.
  std::function<std::int32_t(std::int32_t, float scale, const golden::Range&)> requantize;
  /// Sum of two tensors of one shape.
  std::function<arch::Tensor(const golden::QuantizedTensor& a, const golden::QuantizedTensor& b,
                             const golden::Quantization& y, const golden::Limits&)>
      add;
  /// Code, as the model has it, that a convolution reads outside of an image.
  std::function<std::int32_t(const graph::Affine& input)> padding;
};

/// The runtime's.
[[nodiscard]] Rules right_rules();

/// run() of reference.hpp with other rules under `ort`.
[[nodiscard]] std::vector<arch::Tensor> run(const graph::Graph& graph, arch::Contract contract,
                                            const std::vector<arch::Tensor>& inputs,
                                            const Rules& rules);

}  // namespace hb::reference
