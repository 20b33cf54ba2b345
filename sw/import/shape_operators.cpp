// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Operators that change a value's shape and nothing else: other names of the same codes.

#include "sw/import/names.hpp"
#include "sw/import/operators.hpp"

namespace hb::import {
namespace {

/// The same value in another shape.
struct Reshaped {
  Node& node;
  bool flat;

  void operator()(const Codes& codes) const {
    node.builder.name_codes(node.output(), codes.tensor, flat);
    node.define(Codes{codes.tensor, flat, codes.affine});
  }
  void operator()(const Unknown&) const { throw Consequence{}; }
  void operator()(const RealConstantPointer&) const { refuse(); }
  void operator()(const ConstantPointer&) const { refuse(); }
  template <typename Other>
  void operator()(const Other& other) const {
    Other result = other;
    result.flat = flat;
    node.define(std::move(result));
  }

 private:
  static void refuse() { throw Refusal("reshapes a constant", "a constant of the final shape"); }
};

/// Shape of one image's values.
struct ShapeOf {
  const Builder& builder;

  Shape operator()(const Codes& value) const { return builder.shape_of(value.tensor, value.flat); }
  Shape operator()(const Real& value) const { return builder.shape_of(value.tensor, value.flat); }
  Shape operator()(const RealInput& value) const { return with(value.input->shape, value.flat); }
  Shape operator()(const Unquantized& value) const { return with(value.result->shape, value.flat); }
  template <typename Other>
  Shape operator()(const Other&) const {
    throw Refusal("reshapes a constant", "a constant of the final shape");
  }

 private:
  static Shape with(Shape shape, bool flat) {
    shape.flat = flat;
    return shape;
  }
};

Shape shape_of(const Node& node) { return std::visit(ShapeOf{node.builder}, node.input(0)); }

void define_reshaped(Node& node, bool flat) { std::visit(Reshaped{node, flat}, node.input(0)); }

Refusal wrong_shape(const std::vector<std::int64_t>& entries, const Shape& shape) {
  return {fmt::format("shape {}", list(entries)),
          fmt::format("[N, {}] or [N, {}, {}, {}]", shape.values(), shape.channels, shape.height,
                      shape.width)};
}

/// Whether the first entry of a Reshape's shape leaves the batch as it is.
bool keeps_batch(const Builder& builder, std::int64_t entry) {
  if (entry == 0 || entry == -1) return true;
  return entry >= 1 && (builder.batch() == 0 || entry == builder.batch());
}

/// Whether `entries`, behind the batch, is `dims`. An entry may be 0 (that of `current`), and one
/// -1 (what remains).
bool matches(const std::vector<std::int64_t>& entries, const std::vector<std::int64_t>& dims,
             const std::vector<std::int64_t>& current) {
  if (entries.size() != dims.size() + 1) return false;
  int open = entries[0] == -1 ? 1 : 0;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    std::int64_t entry = entries[i + 1];
    if (entry == 0 && i < current.size()) entry = current[i];
    if (entry == -1) {
      ++open;
    } else if (entry != dims[i]) {
      return false;
    }
  }
  return open <= 1;
}

}  // namespace

void import_identity(Node& node) {
  const Value value = node.input(0);
  if (const auto* codes = std::get_if<Codes>(&value)) {
    node.builder.name_codes(node.output(), codes->tensor, codes->flat);
  }
  node.define(value);
}

void import_flatten(Node& node) {
  const std::int64_t axis = node.attributes.integer("axis", 1);
  const std::int64_t rank = shape_of(node).flat ? 2 : 4;
  if (axis != 1 && axis != 1 - rank) throw Refusal(fmt::format("axis {}", axis), "1");
  define_reshaped(node, true);
}

void import_reshape(Node& node) {
  node.attributes.require("allowzero", 0, 0);
  const std::vector<std::int64_t> entries = node.indices(1);
  const Shape shape = shape_of(node);
  const std::vector<std::int64_t> image{shape.channels, shape.height, shape.width};
  const std::vector<std::int64_t> flat{static_cast<std::int64_t>(shape.values())};
  const std::vector<std::int64_t>& current = shape.flat ? flat : image;
  const bool to_flat = matches(entries, flat, current);
  if (entries.empty() || !keeps_batch(node.builder, entries[0]) ||
      (!to_flat && !matches(entries, image, current))) {
    throw wrong_shape(entries, shape);
  }
  define_reshaped(node, to_flat);
}

void import_squeeze(Node& node) {
  const Shape shape = shape_of(node);
  std::vector<std::int64_t> axes;
  if (const auto listed = node.attributes.integers("axes")) {
    axes = *listed;
  } else if (node.has_input(1)) {
    axes = node.indices(1);
  }
  bool rows = false;
  bool columns = false;
  for (const std::int64_t axis : axes) {
    rows = rows || axis == 2 || axis == -2;
    columns = columns || axis == 3 || axis == -1;
  }
  if (shape.flat || shape.height != 1 || shape.width != 1 || axes.size() != 2 || !rows ||
      !columns) {
    throw Refusal(fmt::format("squeezes axes {}", list(axes)), "axes 2 and 3 of [N, C, 1, 1]");
  }
  define_reshaped(node, true);
}

}  // namespace hb::import
