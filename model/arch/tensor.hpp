// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A quantized activation tensor as the host and the golden operators see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hb::arch {

/// Codes [C][H][W], one int8 each whatever the precision (int4 codes are -8..7).
struct Tensor {
  std::uint32_t channels = 0;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  std::vector<std::int8_t> codes;

  [[nodiscard]] std::size_t index(std::uint32_t c, std::uint32_t y, std::uint32_t x) const {
    return (std::size_t{c} * height + y) * width + x;
  }
};

}  // namespace hb::arch
