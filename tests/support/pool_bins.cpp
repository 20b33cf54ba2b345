// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/pool_bins.hpp"

#include <fmt/format.h>

#include "tests/support/pairs.hpp"

namespace hb::test {
namespace {

using arch::Pool;

/// Whether some window along one axis has no position inside the strip.
bool misses(std::uint32_t outputs, std::uint32_t stride, std::uint32_t kernel, std::uint32_t pad,
            std::uint32_t input) {
  for (std::uint32_t o = 0; o < outputs; ++o) {
    const std::uint32_t first = o * stride;
    if (first + kernel <= pad || first >= pad + input) return true;
  }
  return false;
}

const char* stride_class(std::uint32_t stride, std::uint32_t kernel) {
  if (stride > kernel) return "above";
  return stride == kernel ? "at" : "below";
}

}  // namespace

std::vector<std::string> pool_bin_names() {
  std::vector<std::string> names;
  for (const char* precision : {"int8", "int4"}) {
    names.push_back(fmt::format("POOL {}", precision));
    for (std::uint32_t k = 1; k <= arch::kMostPoolWidth; ++k) {
      names.push_back(fmt::format("POOL {}, kernel width {}", precision, k));
    }
    for (const char* where : {"inside", "outside"}) {
      names.push_back(fmt::format("POOL {}, windows {}", precision, where));
    }
  }
  for (const char* axis : {"height", "width"}) {
    for (const char* stride : {"below", "at", "above"}) {
      names.push_back(fmt::format("POOL stride {} kernel, {}", stride, axis));
    }
  }
  for (const char* height : {"1", "2", "3", "4 and more"}) {
    names.push_back(fmt::format("POOL kernel height {}", height));
  }
  for (const char* name :
       {"POOL no pad", "POOL symmetric pads", "POOL asymmetric pads", "POOL one group of rows",
        "POOL several groups of rows", "POOL last group not whole", "POOL several channel words",
        "POOL one pixel", "POOL loose output planes", "POOL overlapping input planes"}) {
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> pool_bins(const arch::Machine& machine, const Pool& pool) {
  const auto precision = arch::name(pool.precision);
  const std::uint32_t bottom = pad_after(pool.output_height, pool.stride_y, pool.kernel_height,
                                         pool.pad_top, pool.input_height);
  const std::uint32_t right = pad_after(pool.output_width, pool.stride_x, pool.kernel_width,
                                        pool.pad_left, pool.input_width);
  const bool outside =
      misses(pool.output_height, pool.stride_y, pool.kernel_height, pool.pad_top,
             pool.input_height) ||
      misses(pool.output_width, pool.stride_x, pool.kernel_width, pool.pad_left, pool.input_width);
  std::vector<std::string> hits{
      fmt::format("POOL {}", precision),
      fmt::format("POOL {}, kernel width {}", precision, pool.kernel_width),
      fmt::format("POOL {}, windows {}", precision, outside ? "outside" : "inside"),
      fmt::format("POOL stride {} kernel, height", stride_class(pool.stride_y, pool.kernel_height)),
      fmt::format("POOL stride {} kernel, width", stride_class(pool.stride_x, pool.kernel_width)),
      pool.kernel_height < 4 ? fmt::format("POOL kernel height {}", pool.kernel_height)
                             : "POOL kernel height 4 and more"};
  const auto hit_if = [&](bool condition, const char* name) {
    if (condition) hits.emplace_back(name);
  };
  const bool even = pool.pad_top == bottom && pool.pad_left == right;
  const bool none = even && bottom == 0 && right == 0;
  hits.emplace_back(none ? "POOL no pad" : (even ? "POOL symmetric pads" : "POOL asymmetric pads"));
  hits.emplace_back(pool.output_height > machine.rows ? "POOL several groups of rows"
                                                      : "POOL one group of rows");
  hit_if(pool.output_height % machine.rows != 0, "POOL last group not whole");
  hit_if(pool.channel_words > 1, "POOL several channel words");
  hit_if(pool.pixels() == 1, "POOL one pixel");
  hit_if(pool.channel_words > 1 && pool.output_plane > pool.pixels(), "POOL loose output planes");
  const std::uint32_t image = std::uint32_t{pool.input_height} * pool.input_width;
  hit_if(pool.channel_words > 1 && pool.input_plane < image, "POOL overlapping input planes");
  return hits;
}

}  // namespace hb::test
