// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/pairs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hb::test {
namespace {

using Classes = std::vector<std::string>;

const Classes kModes{"int8", "int4"};
const Classes kKernels{"1x1 kernel", "3x3-like kernel", "large kernel", "non-square kernel"};
const Classes kStrides{"stride 1", "stride 2", "stride 3 or more", "unequal strides"};
const Classes kPads{"no padding", "symmetric padding", "asymmetric padding"};
const Classes kCopies{"no copy", "copy from accumulator", "copy from code"};
const Classes kPixels{"whole pixel tiles", "partial pixel tile"};
const Classes kWords{"whole channel words", "partial channel word"};

std::string pair(const std::string& a, const std::string& b) { return fmt::format("{}, {}", a, b); }

void cross(std::vector<std::string>& names, const Classes& as, const Classes& bs) {
  for (const std::string& a : as) {
    for (const std::string& b : bs) names.push_back(pair(a, b));
  }
}

const std::string& kernel_class(const arch::Conv& conv) {
  if (conv.kernel_height != conv.kernel_width) return kKernels[3];
  if (conv.kernel_height == 1) return kKernels[0];
  return kKernels[conv.kernel_height <= 3 ? 1 : 2];
}

const std::string& stride_class(const arch::Conv& conv) {
  if (conv.stride_y != conv.stride_x) return kStrides[3];
  return kStrides[std::min<std::size_t>(conv.stride_y, 3) - 1];
}

const std::string& pad_class(const arch::Conv& conv) {
  const std::uint32_t bottom = pad_after(conv.output_height, conv.stride_y, conv.kernel_height,
                                         conv.pad_top, conv.input_height);
  const std::uint32_t right = pad_after(conv.output_width, conv.stride_x, conv.kernel_width,
                                        conv.pad_left, conv.input_width);
  if (conv.pad_top != bottom || conv.pad_left != right) return kPads[2];
  return kPads[bottom == 0 && right == 0 ? 0 : 1];
}

const std::string& copy_class(const arch::Conv& conv) {
  if (!conv.copy) return kCopies[0];
  return kCopies[conv.copy_source == arch::CopySource::kCode ? 2 : 1];
}

}  // namespace

std::uint32_t pad_after(std::uint32_t outputs, std::uint32_t stride, std::uint32_t kernel,
                        std::uint32_t before, std::uint32_t input) {
  const std::uint32_t reach = (outputs - 1) * stride + kernel;
  return reach > before + input ? reach - before - input : 0;
}

std::vector<std::string> pair_names() {
  std::vector<std::string> names;
  for (const Classes* other : {&kKernels, &kStrides, &kPads, &kCopies}) {
    cross(names, kModes, *other);
  }
  cross(names, kKernels, kStrides);
  cross(names, kPixels, kWords);
  return names;
}

std::vector<std::string> pairs_of(const arch::Machine& machine, const arch::Conv& conv) {
  const std::string& mode = kModes[conv.precision == arch::Precision::kInt4 ? 1 : 0];
  const std::uint32_t parts = arch::parts_per_word(machine, conv.output.precision);
  const bool partial_word = (conv.output.part + conv.tiles) % parts != 0;
  return {pair(mode, kernel_class(conv)),
          pair(mode, stride_class(conv)),
          pair(mode, pad_class(conv)),
          pair(mode, copy_class(conv)),
          pair(kernel_class(conv), stride_class(conv)),
          pair(kPixels[conv.pixels() % machine.rows != 0 ? 1 : 0], kWords[partial_word ? 1 : 0])};
}

}  // namespace hb::test
