// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are windows, pads and automatic pads those of the operator's definition?

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::test {
namespace {

struct Case {
  std::int64_t height, width, kernel_height, kernel_width, stride_y, stride_x;
};

Model pooling(const Case& one) {
  Model model;
  model.input("x", {1, 1, one.height, one.width});
  auto& pool = model.node("MaxPool", {"x"}, {"y"});
  set(pool, "kernel_shape", Dims{one.kernel_height, one.kernel_width});
  set(pool, "strides", Dims{one.stride_y, one.stride_x});
  model.output("y");
  return model;
}

Case random_case(Random& random) {
  return {random.range(9, 20), random.range(9, 20), random.range(1, 9),
          random.range(1, 9),  random.range(1, 4),  random.range(1, 4)};
}

TEST_CASE("SAME pads make ceil(size / stride) outputs; the odd pixel is where the mode says") {
  const std::uint64_t seed = run_seed();
  MESSAGE("HB_SEED=" << seed);
  Random random(seed);
  for (int i = 0; i < 200; ++i) {
    const Case one = random_case(random);
    for (const char* mode : {"SAME_UPPER", "SAME_LOWER"}) {
      CAPTURE(mode);
      CAPTURE(one.height);
      CAPTURE(one.kernel_height);
      CAPTURE(one.stride_y);
      Model model = pooling(one);
      set(model.find_node("y"), "auto_pad", mode);
      const std::int64_t outputs = (one.height + one.stride_y - 1) / one.stride_y;
      const std::int64_t pads =
          std::max<std::int64_t>((outputs - 1) * one.stride_y + one.kernel_height - one.height, 0);
      const graph::Graph graph = model.read();
      const graph::Window& window = op<graph::MaxPool>(graph, 0).window;
      CHECK(window.pad_top + window.pad_bottom == pads);
      const bool upper = std::string(mode) == "SAME_UPPER";
      const std::int64_t behind = upper ? window.pad_bottom : window.pad_top;
      CHECK(behind == (pads + 1) / 2);
      CHECK(find_tensor(graph, "y").height == outputs);
      CHECK(find_tensor(graph, "y").width == (one.width + one.stride_x - 1) / one.stride_x);
    }
  }
}

TEST_CASE("stride 2 on an even size pads the far side only") {
  Model model = pooling({8, 8, 3, 3, 2, 2});
  set(model.find_node("y"), "auto_pad", "SAME_UPPER");
  const graph::Graph graph = model.read();
  const graph::Window& window = op<graph::MaxPool>(graph, 0).window;
  CHECK(window.pad_top == 0);
  CHECK(window.pad_left == 0);
  CHECK(window.pad_bottom == 1);
  CHECK(window.pad_right == 1);
}

TEST_CASE("VALID has no pads, and windows that do not fit whole are left out") {
  const std::uint64_t seed = run_seed();
  MESSAGE("HB_SEED=" << seed);
  Random random(seed);
  for (int i = 0; i < 200; ++i) {
    const Case one = random_case(random);
    Model model = pooling(one);
    set(model.find_node("y"), "auto_pad", "VALID");
    const graph::Graph graph = model.read();
    std::int64_t rows = 0;
    while (rows * one.stride_y + one.kernel_height <= one.height) ++rows;
    CHECK(op<graph::MaxPool>(graph, 0).window.pad_bottom == 0);
    CHECK(find_tensor(graph, "y").height == rows);
  }
}

TEST_CASE("ceil_mode is taken exactly where it makes no difference") {
  for (const std::int64_t height : {6, 7, 8, 9}) {
    CAPTURE(height);
    Model model = pooling({height, 9, 3, 3, 2, 2});
    set(model.find_node("y"), "ceil_mode", std::int64_t{1});
    const bool fits = (height - 3) % 2 == 0;
    CHECK(model.error().empty() == fits);
    if (!fits) CHECK(contains(model.error(), "ceil_mode 1"));
  }
}

}  // namespace
}  // namespace hb::test
