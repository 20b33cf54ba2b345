// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random chains of convolution layers with their data, as the host sees them.
#pragma once

#include <optional>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "sw/schedule/program.hpp"
#include "tests/support/coverage.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

struct NetworkLayer {
  schedule::ConvLayer layer;
  map::Weights weights;
  map::Parameters parameters;
  std::optional<schedule::Tiling> tiling;
  bool reads_copy = false;  ///< reads the previous layer's second copy
};

/// A chain: layer 0 reads the input, every other its predecessor's output or second copy.
struct Network {
  arch::Tensor input;
  std::vector<NetworkLayer> layers;
};

/// 1 to 3 layers, cheap to simulate. Some have tensors or weights larger than the buffers.
[[nodiscard]] Network random_network(Random& random, const arch::Machine& machine,
                                     Coverage& coverage);

/// Every tensor but the input is an output of the program, in layer order, a layer's output before
/// its copy.
[[nodiscard]] arch::Program compile(const Network& network, const arch::Machine& machine,
                                    schedule::Image image = schedule::Image::kWhole);

}  // namespace hb::test
