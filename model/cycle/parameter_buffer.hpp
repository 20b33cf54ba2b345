// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The parameter buffer: bias, scales and shifts of a tile's C channels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

/// A tile's parameters are visible the cycle after their request is, until the next request.
template <class Shape>
class ParameterBuffer : public Clocked<Shape> {
 public:
  Register<ParameterOutputs<Shape>> out{"out"};
  Input<LoadOutputs<Shape>> load;
  Input<PostOutputs<Shape>> post;

  explicit ParameterBuffer(const sc_core::sc_module_name& name)
      : Clocked<Shape>(name), words_(std::size_t{4} * Shape::kParameterTiles * Shape::kColumns) {}

  [[nodiscard]] std::vector<std::uint32_t>& words() { return words_; }
  void tick();

 private:
  std::vector<std::uint32_t> words_;
};

template <class Shape>
void ParameterBuffer<Shape>::tick() {
  const PostOutputs<Shape>& request = post.read();
  if (request.parameter_read) {
    constexpr std::size_t kColumns = Shape::kColumns;
    const auto tile = words_.begin() + std::size_t{request.parameter_tile} * 4 * kColumns;
    ParameterOutputs<Shape>& next = out.set();
    std::copy_n(tile, kColumns, next.bias.begin());
    std::copy_n(tile + kColumns, kColumns, next.scale.begin());
    std::copy_n(tile + 2 * kColumns, kColumns, next.shifts.begin());
    std::copy_n(tile + 3 * kColumns, kColumns, next.copy_scale.begin());
  }
  const arch::BeatWrite<Shape>& write = load->write;
  if (write.valid && write.buffer == static_cast<std::uint32_t>(arch::Buffer::kParameter)) {
    const std::size_t first =
        std::size_t{write.row} * Shape::kColumns + write.part * (Shape::kBusBytes / 4);
    std::copy(write.data.begin(), write.data.end(), words_.begin() + first);
  }
}

}  // namespace hb::cycle
