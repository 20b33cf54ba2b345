// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/classes.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/cli/npy.hpp"
#include "sw/map/layout.hpp"

namespace hb::cli {

bool is_vector(const arch::Program& program) {
  if (program.outputs.empty()) {
    return false;
  }
  const arch::TensorPlace& place = program.outputs.front();
  return place.channels >= 2 && place.height == 1 && place.width == 1;
}

std::uint32_t predicted_class(const arch::Program& program,
                              const std::vector<std::uint8_t>& memory) {
  const arch::TensorPlace& place = program.outputs.front();
  // Real values grow with their codes, so the codes tell.
  const std::vector<std::int8_t> codes = map::unpack_tensor(program.machine, place, memory).codes;
  return static_cast<std::uint32_t>(std::max_element(codes.begin(), codes.end()) - codes.begin());
}

Labels::Labels(const Options& options, std::size_t images) {
  if (options.labels.empty()) {
    return;
  }
  if (options.inputs.empty()) {
    throw bad_input("--labels " + options.labels, "there are no images", "--input X.npy with it");
  }
  classes_ = integers_of(read_npy(options.labels));
  if (classes_.size() != images) {
    throw bad_input(options.labels, fmt::format("{} labels", classes_.size()),
                    fmt::format("{}, one per image", images));
  }
  if (*std::min_element(classes_.begin(), classes_.end()) < 0) {
    throw bad_input(options.labels, "a label below 0", "classes from 0 on");
  }
}

std::string Labels::judge(std::size_t index, std::uint32_t predicted) {
  const std::string image = fmt::format("image {:>4}  class {:>4}", index, predicted);
  if (!there()) {
    return image;
  }
  const bool right = classes_.at(index) == std::int64_t{predicted};
  correct_ += right ? 1 : 0;
  return fmt::format("{}  label {:>4}  {}", image, classes_.at(index), right ? "right" : "wrong");
}

}  // namespace hb::cli
