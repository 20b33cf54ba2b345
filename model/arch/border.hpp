// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a tensor of codes is outside of the machine: the array that people load and store.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace hb::arch {

enum class ElementType : std::uint8_t { kInt8, kUint8, kFloat32 };

/// An input that lies in memory as the windows of a convolution that the host takes apart: channel
/// (c * kernel_height + ky) * kernel_width + kx of pixel (y, x) is the outside's channel c at
/// (y * stride_y + ky - pad_top, x * stride_x + kx - pad_left), or `pad_code` where that is outside
/// of the image.
struct Lowering {
  std::uint32_t channels = 1;  ///< of the outside's array
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
  std::int8_t pad_code = 0;  ///< as stored
};

/// Stored codes are the outside's minus `offset`; kFloat32: real values, which are
/// scale * (code - zero_point).
struct Border {
  std::vector<std::uint32_t> dims;  ///< of one image, without the batch: C, H, W or values
  ElementType type = ElementType::kInt8;
  std::int32_t offset = 0;
  std::int32_t low = -128;  ///< smallest and largest of the outside's codes
  std::int32_t high = 127;
  float scale = 1.0F;
  std::int32_t zero_point = 0;
  std::optional<Lowering> lowering;  ///< of an input
};

}  // namespace hb::arch
