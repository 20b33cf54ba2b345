// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pooling: maxima, of codes or of the real values that they stand for, and averages over the whole
// image.

#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"
#include "sw/import/window.hpp"

namespace hb::import {
namespace {

graph::Window max_pool_window(Node& node, const Shape& image) {
  node.attributes.ignore("storage_order");  // of the second output
  const graph::Window window = read_window(node.attributes, read_kernel(node.attributes), image);
  require_floor(node.attributes, window, image);
  if (window.pad_top >= window.kernel_height || window.pad_bottom >= window.kernel_height ||
      window.pad_left >= window.kernel_width || window.pad_right >= window.kernel_width) {
    throw Refusal("pads as large as the window", "smaller pads");
  }
  return window;
}

/// Adds the pooling; its output has its input's type and range.
graph::TensorId add_max_pool(Node& node, graph::TensorId input) {
  const Shape image = node.builder.shape_of(input, false);
  graph::MaxPool pool;
  pool.input = input;
  pool.window = max_pool_window(node, image);
  const Size outputs = window_outputs(pool.window, image);
  const graph::Tensor& from = node.builder.tensor(input);
  const Target target{node.output(), {}, from.type, from.range};
  const Shape shape{image.channels, outputs.height, outputs.width, false};
  return node.builder.add_node(node.name(), pool, target, shape).tensor;
}

void define_average(Node& node, bool flat) {
  const Real& real = node.real(0);
  require_image(real.flat);
  graph::GlobalAverage mean;
  mean.input = {real.tensor, real.affine};
  const Shape image = node.builder.shape_of(real.tensor, false);
  node.define_result(mean, {image.channels, 1, 1, flat});
}

std::vector<std::int64_t> reduced_axes(Node& node) {
  if (const auto listed = node.attributes.integers("axes")) return *listed;
  if (node.has_input(1)) return node.indices(1);
  throw Refusal("a mean over all axes", "axes 2 and 3, the image");
}

}  // namespace

void import_max_pool(Node& node) {
  const Value& value = node.input(0);
  if (std::holds_alternative<Codes>(value)) {
    const Codes codes = node.codes(0);
    require_image(codes.flat);
    return node.define(Codes{add_max_pool(node, codes.tensor), false, codes.affine});
  }
  // The largest code is that of the largest value, so real values keep their scale.
  const Real real = node.real(0);
  require_image(real.flat);
  const graph::TensorId tensor = add_max_pool(node, real.tensor);
  node.builder.mark_nameless(tensor);
  node.define(Real{tensor, false, real.affine});
}

void require_whole_image(Node& node, const Shape& image) {
  node.attributes.ignore("count_include_pad");  // there are no pads
  const graph::Window window = read_window(node.attributes, read_kernel(node.attributes), image);
  require_floor(node.attributes, window, image);
  const bool padded = window.pad_top + window.pad_left + window.pad_bottom + window.pad_right != 0;
  if (window.kernel_height != image.height || window.kernel_width != image.width || padded) {
    throw Refusal(fmt::format("an average over {}x{} of {}x{} pixels", window.kernel_height,
                              window.kernel_width, image.height, image.width),
                  "one over the whole image, without pads");
  }
}

void import_global_average(Node& node) { define_average(node, false); }

void import_average(Node& node) {
  const Real& real = node.real(0);
  require_image(real.flat);
  require_whole_image(node, node.builder.shape_of(real.tensor, false));
  define_average(node, false);
}

void import_reduce_mean(Node& node) {
  node.attributes.ignore("noop_with_empty_axes");  // empty axes are refused
  bool rows = false;
  bool columns = false;
  const std::vector<std::int64_t> axes = reduced_axes(node);
  for (const std::int64_t axis : axes) {
    rows = rows || axis == 2 || axis == -2;
    columns = columns || axis == 3 || axis == -1;
  }
  if (axes.size() != 2 || !rows || !columns) {
    throw Refusal(fmt::format("a mean over axes {}", list(axes)), "axes 2 and 3, the image");
  }
  define_average(node, node.attributes.integer("keepdims", 1) == 0);
}

}  // namespace hb::import
