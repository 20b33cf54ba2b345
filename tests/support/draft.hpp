// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A program that is drawn command by command: its memory, what its buffers hold, and its transfers.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/schedule/program.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// Rows that a piece-wise access touches: `count` pieces of `length`, `stride` apart.
struct Shape {
  std::uint32_t start = 0;
  std::uint32_t stride = 0;
  std::uint32_t count = 1;
  std::uint32_t length = 1;
  [[nodiscard]] std::uint32_t end() const { return start + (count - 1) * stride + length; }
};

/// Which rows of a buffer hold something defined.
class Defined {
 public:
  explicit Defined(std::uint32_t rows) : rows_(rows) {}
  [[nodiscard]] bool all(const Shape& shape) const { return !any(shape, false); }
  [[nodiscard]] bool none(const Shape& shape) const { return !any(shape, true); }
  void set(const Shape& shape, bool value = true) {
    for (std::uint32_t i = 0; i < shape.count; ++i) {
      const auto from = rows_.begin() + shape.start + i * shape.stride;
      std::fill(from, from + shape.length, value);
    }
  }
  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }

 private:
  [[nodiscard]] bool any(const Shape& shape, bool value) const {
    for (std::uint32_t i = 0; i < shape.count; ++i) {
      const auto from = rows_.begin() + shape.start + i * shape.stride;
      if (std::find(from, from + shape.length, value) != from + shape.length) return true;
    }
    return false;
  }

  std::vector<bool> rows_;
};

/// Words of a random transfer, at most.
constexpr std::uint32_t kMaxWords = 300;

/// Memory holds parameter tiles of both contracts and unit weights first, then the data that loads
/// read and stores may change, then results.
class Draft {
 public:
  Draft(Random& random, const arch::Machine& machine);

  /// Layer tag of the commands that follow.
  void set_layer(std::uint16_t layer) { layer_ = layer; }
  void load_anything();
  /// Stores something defined, if it finds any.
  void store_anything();
  /// Loads what is not there yet: words, or weight rows.
  void need(arch::Buffer buffer, const Shape& shape);
  /// Loads parameter tiles for `contract` that are not there yet. One time in six whatever is there
  /// will do for `tflite`; `ort` wants shifts of 0.
  void need_parameters(arch::Contract contract, std::uint32_t tile, std::uint32_t tiles);
  /// Loads to weight row `row` the weights that pick channel `n * C + c` of a word in column c of
  /// tile n, for every tile of the word.
  void load_unit_weights(arch::Precision precision, bool narrow, std::uint32_t row);
  /// Appends a CONV whose operands are there.
  void add(arch::Conv conv);
  /// Appends a POOL whose input is there.
  void add(arch::Pool pool);

  /// Words that `output` of `conv` writes.
  [[nodiscard]] Shape shape_of(const arch::Conv& conv, const arch::Output& output) const;
  /// Words of the residual that `conv` adds.
  [[nodiscard]] Shape residual_of(const arch::Conv& conv) const;
  /// Outputs of CONVs and POOLs, oldest first.
  [[nodiscard]] const std::vector<Shape>& results() const { return results_; }
  /// Parameter tiles that CONVs may use.
  [[nodiscard]] std::uint32_t tiles() const { return tiles_; }

  /// Stores the latest outputs and links. Call once.
  [[nodiscard]] arch::Program finish(std::vector<arch::LayerInfo> layers);

 private:
  [[nodiscard]] arch::Common tagged() const {
    arch::Common common;
    common.layer = layer_;
    return common;
  }
  void fill_memory();
  void append_unit_weights(arch::Precision precision, bool narrow);
  void place_in_memory(arch::Transfer& transfer, std::uint32_t bytes);
  void place_parameters(arch::Contract contract, arch::Transfer& transfer);
  [[nodiscard]] arch::Transfer load_of(arch::Buffer buffer, const Shape& shape) const;
  void push_load(arch::Buffer buffer, const Shape& shape);
  void push_parameters(arch::Contract contract, const Shape& shape);
  Defined& defined(arch::Buffer buffer);
  Shape random_shape(std::uint32_t size, std::uint32_t most, std::uint32_t unit);
  std::optional<Shape> find_defined();
  [[nodiscard]] arch::Transfer store_of(const Shape& shape) const;
  void store_results();
  void written(const arch::Conv& conv, const arch::Output& output);

  Random& random_;
  arch::Machine machine_;
  arch::Program program_;
  std::vector<schedule::Command> commands_;
  Defined activation_;
  Defined weight_;
  Defined parameter_;
  std::vector<Shape> results_;
  Defined shifts_;  ///< parameter rows of tiles for `tflite`
  std::uint32_t tiles_;
  std::uint32_t parameters_ = 0;       ///< where they start in memory
  std::uint32_t parameter_bytes_ = 0;  ///< of either contract; `ort` comes first
  std::map<std::pair<arch::Precision, bool>, std::uint32_t> unit_weights_;  ///< addresses
  std::uint32_t data_ = 0;  ///< where the data starts
  std::uint32_t data_bytes_ = 0;
  std::uint16_t layer_ = 0;
};

}  // namespace hb::test
