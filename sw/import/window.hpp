// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Kernel, strides and pads of a convolution or pooling from its attributes.
#pragma once

#include "sw/import/attributes.hpp"
#include "sw/import/value.hpp"

namespace hb::import {

/// Height and width.
struct Size {
  std::uint32_t height = 1;
  std::uint32_t width = 1;
};

/// kernel_shape of a pooling. Throws Refusal unless it is two sides of 1..65535.
[[nodiscard]] Size read_kernel(Attributes& attributes);

/// Throws Refusal for dilations, negative pads, and where kernel_shape is not `kernel`.
[[nodiscard]] graph::Window read_window(Attributes& attributes, const Size& kernel,
                                        const Shape& image);

/// How often the window fits. Throws Refusal where it does not fit once.
[[nodiscard]] Size window_outputs(const graph::Window& window, const Shape& image);

/// Throws Refusal where rounding the output's size up (ceil_mode) would make a difference.
void require_floor(Attributes& attributes, const graph::Window& window, const Shape& image);

}  // namespace hb::import
