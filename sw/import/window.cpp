// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/window.hpp"

#include <algorithm>
#include <array>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr std::int64_t kMostSide = 65535;

/// `count` values of low..65535; all `otherwise` where the attribute is absent.
std::vector<std::uint32_t> read_list(Attributes& attributes, const char* name, std::size_t count,
                                     std::int64_t low, std::uint32_t otherwise) {
  const auto list = attributes.integers(name);
  if (!list) return std::vector<std::uint32_t>(count, otherwise);
  if (list->size() != count) {
    throw Refusal(fmt::format("{} has {} entries", name, list->size()),
                  fmt::format("{} (two image dimensions)", count));
  }
  std::vector<std::uint32_t> result;
  for (const std::int64_t value : *list) {
    if (value < low || value > kMostSide) {
      throw Refusal(fmt::format("{} has {}", name, value), fmt::format("{}..{}", low, kMostSide));
    }
    result.push_back(static_cast<std::uint32_t>(value));
  }
  return result;
}

/// Pads before and behind that make ceil(size / stride) outputs.
std::array<std::uint32_t, 2> same_pads(std::uint32_t size, std::uint32_t kernel,
                                       std::uint32_t stride, bool more_behind) {
  const std::uint64_t outputs = (std::uint64_t{size} + stride - 1) / stride;
  const std::uint64_t covered = (outputs - 1) * stride + kernel;
  const auto all = static_cast<std::uint32_t>(covered > size ? covered - size : 0);
  const std::uint32_t before = more_behind ? all / 2 : all - all / 2;
  return {before, all - before};
}

void set_pads(Attributes& attributes, const Shape& image, graph::Window& window) {
  const std::string mode = attributes.text("auto_pad", "NOTSET");
  const auto pads = read_list(attributes, "pads", 4, 0, 0);
  if (mode == "NOTSET") {
    window.pad_top = pads[0];
    window.pad_left = pads[1];
    window.pad_bottom = pads[2];
    window.pad_right = pads[3];
    return;
  }
  if (std::any_of(pads.begin(), pads.end(), [](std::uint32_t pad) { return pad != 0; })) {
    throw Refusal("pads beside auto_pad " + shown(mode), "one of them");
  }
  if (mode == "VALID") return;
  if (mode != "SAME_UPPER" && mode != "SAME_LOWER") {
    throw Refusal("auto_pad " + shown(mode), "NOTSET, SAME_UPPER, SAME_LOWER or VALID");
  }
  const bool upper = mode == "SAME_UPPER";
  const auto rows = same_pads(image.height, window.kernel_height, window.stride_y, upper);
  const auto columns = same_pads(image.width, window.kernel_width, window.stride_x, upper);
  window.pad_top = rows[0];
  window.pad_bottom = rows[1];
  window.pad_left = columns[0];
  window.pad_right = columns[1];
}

std::uint64_t room(std::uint32_t size, std::uint32_t before, std::uint32_t behind) {
  return std::uint64_t{size} + before + behind;
}

}  // namespace

Size read_kernel(Attributes& attributes) {
  if (!attributes.has("kernel_shape")) throw Refusal("no kernel_shape", "two sides");
  const auto sides = read_list(attributes, "kernel_shape", 2, 1, 1);
  return {sides[0], sides[1]};
}

graph::Window read_window(Attributes& attributes, const Size& kernel, const Shape& image) {
  if (attributes.has("kernel_shape")) {
    const Size given = read_kernel(attributes);
    if (given.height != kernel.height || given.width != kernel.width) {
      throw Refusal(fmt::format("kernel_shape {}x{}", given.height, given.width),
                    fmt::format("{}x{} as the weights", kernel.height, kernel.width));
    }
  }
  for (const std::uint32_t dilation : read_list(attributes, "dilations", 2, 1, 1)) {
    if (dilation != 1) throw Refusal(fmt::format("dilation {}", dilation), "1");
  }
  const auto strides = read_list(attributes, "strides", 2, 1, 1);
  graph::Window window;
  window.kernel_height = kernel.height;
  window.kernel_width = kernel.width;
  window.stride_y = strides[0];
  window.stride_x = strides[1];
  set_pads(attributes, image, window);
  return window;
}

Size window_outputs(const graph::Window& window, const Shape& image) {
  const std::uint64_t height = room(image.height, window.pad_top, window.pad_bottom);
  const std::uint64_t width = room(image.width, window.pad_left, window.pad_right);
  if (height < window.kernel_height || width < window.kernel_width) {
    throw Refusal(fmt::format("a {}x{} window on {}x{} pixels, pads included", window.kernel_height,
                              window.kernel_width, height, width),
                  "a window that fits");
  }
  return {static_cast<std::uint32_t>((height - window.kernel_height) / window.stride_y + 1),
          static_cast<std::uint32_t>((width - window.kernel_width) / window.stride_x + 1)};
}

void require_floor(Attributes& attributes, const graph::Window& window, const Shape& image) {
  if (attributes.integer("ceil_mode", 0) == 0) return;
  const std::uint64_t height = room(image.height, window.pad_top, window.pad_bottom);
  const std::uint64_t width = room(image.width, window.pad_left, window.pad_right);
  if ((height - window.kernel_height) % window.stride_y != 0 ||
      (width - window.kernel_width) % window.stride_x != 0) {
    throw Refusal("ceil_mode 1", "0, or windows that fit exactly: pad the image instead");
  }
}

}  // namespace hb::import
