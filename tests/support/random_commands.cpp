// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/schedule/access.hpp"
#include "tests/support/draft.hpp"
#include "tests/support/random_data.hpp"
#include "tests/support/random_program.hpp"

namespace hb::test {
namespace {

using arch::Buffer;
using arch::Conv;

constexpr std::uint32_t kLayers = 3;

/// Draws CONVs, and transfers between them.
class Generator {
 public:
  Generator(Random& random, const arch::Machine& machine)
      : random_(random), machine_(machine), draft_(random, machine) {}

  arch::Program run() {
    const std::uint32_t count = random_.pick(6, 24);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t layer = i * kLayers / count;
      draft_.set_layer(static_cast<std::uint16_t>(layer));
      const std::uint32_t roll = random_.below(100);
      if (roll < 55) {
        convolve(layer);
      } else if (roll < 80) {
        draft_.load_anything();
      } else {
        draft_.store_anything();
      }
    }
    std::vector<arch::LayerInfo> layers;
    for (std::uint32_t i = 0; i < kLayers; ++i) {
      layers.push_back(
          {fmt::format("part {}", i), "conv", "random commands", arch::Precision::kInt8, macs_[i]});
    }
    return draft_.finish(std::move(layers));
  }

 private:
  void convolve(std::uint32_t layer) {
    Conv conv;
    const bool same = random_.chance(60);
    conv.precision = same ? precision_ : static_cast<arch::Precision>(random_.below(2));
    precision_ = conv.precision;
    random_window(conv);
    random_tiles(conv);
    const Shape input = place_input(conv);
    if (!place_outputs(conv, input)) return;
    draft_.need(Buffer::kActivation, input);
    place_constants(conv);
    draft_.add(conv);
    macs_[layer] += conv.pixels() * conv.tiles * machine_.columns * conv.tile_steps(machine_) *
                    (conv.precision == arch::Precision::kInt4 ? 8 : 4);
  }

  void random_window(Conv& conv) {
    const auto byte = [&](std::uint32_t low, std::uint32_t high) {
      return static_cast<std::uint8_t>(random_.pick(low, high));
    };
    conv.kernel_height = byte(1, random_.chance(70) ? 3 : 7);
    conv.kernel_width =
        random_.chance(30) ? conv.kernel_height : byte(1, random_.chance(70) ? 3 : 7);
    conv.stride_y = byte(1, random_.chance(80) ? 2 : 4);
    conv.stride_x = byte(1, random_.chance(80) ? 2 : 4);
    conv.pad_top = byte(0, random_.chance(80) ? conv.kernel_height - 1U : 9);
    conv.pad_left = byte(0, random_.chance(80) ? conv.kernel_width - 1U : 9);
    conv.pad_value = byte(0, 255);
    conv.input_height = byte(1, 9);
    conv.input_width = byte(1, 12);
    conv.output_height = byte(1, 9);
    conv.output_width = byte(1, 12);
    conv.channel_words = byte(1, random_.chance(70) ? 2 : 5);
  }

  [[nodiscard]] std::uint64_t steps(const Conv& conv) const {
    return conv.tiles * conv.tile_steps(machine_) *
           ((conv.pixels() + machine_.rows - 1) / machine_.rows);
  }

  void random_tiles(Conv& conv) {
    conv.output = random_output();
    if (random_.chance(35)) {
      conv.copy = random_output();
      if (random_.chance(50)) conv.copy_source = arch::CopySource::kCode;
    }
    const std::uint32_t parts = arch::parts_per_word(machine_, conv.output.precision);
    conv.tiles = static_cast<std::uint16_t>(random_.pick(1, 2 * parts + 1));
    const std::uint64_t budget = random_.chance(90) ? 2500 : 12000;
    while (steps(conv) > budget ||
           conv.tiles * conv.tile_steps(machine_) > machine_.weight_rows() ||
           conv.tiles > draft_.tiles()) {
      if (conv.tiles > 1) {
        conv.tiles = static_cast<std::uint16_t>(conv.tiles / 2);
      } else if (conv.output_height > 1) {
        conv.output_height = static_cast<std::uint16_t>(conv.output_height / 2);
      } else if (conv.channel_words > 1) {
        --conv.channel_words;
      } else {
        conv.kernel_height = conv.kernel_width = 1;
      }
    }
  }

  arch::Output random_output() {
    const schedule::Quantizer quantizer = random_quantizer(random_);
    arch::Output output;
    output.precision = quantizer.precision;
    output.low = quantizer.low;
    output.high = quantizer.high;
    output.zero_point = quantizer.zero_point;
    output.part =
        static_cast<std::uint8_t>(random_.below(arch::parts_per_word(machine_, output.precision)));
    if (random_.chance(50)) output.part = 0;
    return output;
  }

  /// Where an earlier command wrote, or anywhere.
  Shape place_input(Conv& conv) {
    const std::uint32_t image = std::uint32_t{conv.input_height} * conv.input_width;
    Shape shape{0, image, conv.channel_words, image};
    if (random_.chance(40)) shape.stride += random_.below(5);
    if (random_.chance(10)) shape.stride = random_.below(image);
    const bool chain = !draft_.results().empty() && random_.chance(60);
    shape.start = random_.below(machine_.activation_words() - shape.end() + 1);
    if (chain)
      shape.start = random_.chance(70)
                        ? draft_.results().back().start
                        : draft_.results()[random_.below(draft_.results().size())].start;
    if (shape.end() > machine_.activation_words())
      shape.start -= shape.end() - machine_.activation_words();
    conv.input_address = shape.start;
    conv.input_plane = shape.stride;
    return shape;
  }

  void place_constants(Conv& conv) {
    const auto rows = static_cast<std::uint32_t>(conv.tiles * conv.tile_steps(machine_));
    Shape weights{0, 0, 1, rows};
    if (random_.chance(50)) weights.start = random_.below(machine_.weight_rows() - rows + 1);
    draft_.need(Buffer::kWeight, weights);
    conv.weight_address = weights.start;
    conv.parameter_address = random_.below(draft_.tiles() - conv.tiles + 1);
    draft_.need(Buffer::kParameter, {4 * conv.parameter_address, 0, 1, 4U * conv.tiles});
  }

  /// Random places that break no rule; without one for the copy there is no copy. False without one
  /// for the output.
  bool place_outputs(Conv& conv, const Shape& input) {
    const auto accesses_fit = [&]() {
      try {
        static_cast<void>(schedule::accesses(conv, machine_));
        return true;
      } catch (const Error&) {
        return false;
      }
    };
    const auto place = [&](arch::Output& output) {
      output.plane =
          static_cast<std::uint32_t>(conv.pixels()) + (random_.chance(60) ? 0 : random_.below(5));
      output.address = 0;
      const std::uint32_t room = machine_.activation_words() - draft_.shape_of(conv, output).end();
      for (int tries = 0; tries < 20; ++tries) {
        output.address = random_.below(room + 1);
        // Often right behind the input: banks that are read and written at a time.
        if (tries < 2 && input.end() <= room) output.address = input.end();
        if (accesses_fit()) return true;
      }
      return false;
    };
    std::optional<arch::Output> copy;
    conv.copy.swap(copy);
    if (!place(conv.output)) return false;
    conv.copy.swap(copy);
    if (conv.copy && !place(*conv.copy)) conv.copy.reset();
    if (!conv.copy) conv.copy_source = arch::CopySource::kAccumulator;
    return true;
  }

  Random& random_;
  const arch::Machine& machine_;
  Draft draft_;
  std::uint64_t macs_[kLayers] = {};
  arch::Precision precision_ = arch::Precision::kInt8;
};

}  // namespace

arch::Program random_commands(Random& random, const arch::Machine& machine) {
  return Generator(random, machine).run();
}

}  // namespace hb::test
