// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The weight buffer: rows of C 32-bit words, one per step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "model/cycle/clocked.hpp"

namespace hb::cycle {

/// Row of the step of cycle t visible in t + 3, all columns at once: the skew from column to column
/// is inside the array and shows nowhere. Narrow weights are expanded there too.
template <class Shape>
class WeightBuffer : public Clocked<Shape> {
 public:
  Register<WeightOutputs<Shape>> out{"out"};
  Input<SequencerOutputs> sequencer;
  Input<LoadOutputs<Shape>> load;

  explicit WeightBuffer(const sc_core::sc_module_name& name)
      : Clocked<Shape>(name), words_(std::size_t{Shape::kWeightRows} * Shape::kColumns) {}

  [[nodiscard]] std::vector<std::uint32_t>& words() { return words_; }
  void tick();

 private:
  struct Request {
    bool valid = false;
    std::uint32_t row = 0;
  };

  std::vector<std::uint32_t> words_;
  Request addressed_;
  Request delayed_;
};

template <class Shape>
void WeightBuffer<Shape>::tick() {
  if (!this->inputs->reset_n) {
    addressed_ = delayed_ = {};
    return;
  }
  if (delayed_.valid) {
    std::copy_n(words_.begin() + std::size_t{delayed_.row} * Shape::kColumns, Shape::kColumns,
                out.set().row.begin());
  }
  delayed_ = addressed_;
  const Step& step = sequencer->step;
  addressed_ = {step.valid, step.weight_row};
  const arch::BeatWrite<Shape>& write = load->write;
  if (write.valid && write.buffer == static_cast<std::uint32_t>(arch::Buffer::kWeight)) {
    const std::size_t first =
        std::size_t{write.row} * Shape::kColumns + write.part * (Shape::kBusBytes / 4);
    std::copy(write.data.begin(), write.data.end(), words_.begin() + first);
  }
}

}  // namespace hb::cycle
