// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <algorithm>
#include <optional>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/schedule/access.hpp"
#include "tests/support/draft.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/random_window.hpp"

namespace hb::test {
namespace {

using arch::Buffer;
using arch::Conv;
using arch::Pool;

constexpr std::uint32_t kLayers = 3;
constexpr int kTries = 20;

/// Draws CONVs and POOLs, and transfers between them.
class Generator {
 public:
  Generator(Random& random, const arch::Machine& machine)
      : random_(random), machine_(machine), draft_(random, machine) {}

  arch::Program run() {
    const std::uint32_t count = random_.pick(8, 36);
    for (std::uint32_t i = 0; i < count; ++i) {
      layer_ = i * kLayers / count;
      draft_.set_layer(static_cast<std::uint16_t>(layer_));
      step();
    }
    if (random_.chance(8)) chain_link(random_.pick(1, machine_.rows));  // sums that nothing takes
    std::vector<arch::LayerInfo> layers;
    for (std::uint32_t i = 0; i < kLayers; ++i) {
      layers.push_back(
          {fmt::format("part {}", i), "conv", "random commands", arch::Precision::kInt8, macs_[i]});
    }
    return draft_.finish(std::move(layers));
  }

 private:
  void step() {
    const std::uint32_t roll = random_.below(100);
    if (roll < 42) {
      convolve();
    } else if (roll < 50) {
      chain();
    } else if (roll < 58) {
      unit_sums();
    } else if (roll < 72) {
      pool();
    } else if (roll < 87) {
      draft_.load_anything();
    } else {
      draft_.store_anything();
    }
  }

  arch::Precision next_precision() {
    if (!random_.chance(60)) precision_ = static_cast<arch::Precision>(random_.below(2));
    return precision_;
  }

  void convolve() {
    Conv conv = random_nest(random_, machine_, next_precision(), draft_.tiles());
    random_outputs(random_, machine_, conv);
    const Shape input = place_input(conv);
    if (!place_outputs(conv, input)) return;
    place_weights(conv);
    add(conv, input);
  }

  void unit_sums() {
    Conv conv = random_unit_sums(random_, machine_, next_precision());
    random_outputs(random_, machine_, conv);
    const Shape input = place_input(conv);
    if (!place_outputs(conv, input)) return;
    const auto rows = static_cast<std::uint32_t>(conv.tile_weight_rows(machine_)) *
                      arch::parts_per_word(machine_, conv.precision);
    conv.weight_address = random_.below(machine_.weight_rows() - rows + 1);
    draft_.load_unit_weights(conv.precision, conv.narrow_weights, conv.weight_address);
    add(conv, input);
  }

  /// Partial CONVs and the one that takes their sums, mostly of the same pixels and precision.
  void chain() {
    const std::uint32_t pixels =
        random_.chance(40) ? machine_.rows : random_.pick(1, machine_.rows);
    for (std::uint32_t links = random_.pick(1, 3); links > 0; --links) {
      chain_link(pixels);
      if (random_.chance(15)) draft_.load_anything();
      if (random_.chance(10)) pool();
    }
    Conv last = random_nest(random_, machine_, chain_precision(), draft_.tiles());
    // Rows that the chain has no pixels for hold no sums.
    if (pixels < machine_.rows || random_.chance(60)) {
      make_single_tile(random_, machine_, random_.chance(80) ? pixels : random_.pick(1, pixels),
                       last);
    }
    random_outputs(random_, machine_, last);
    const Shape input = place_input(last);
    while (!place_outputs(last, input)) {
    }  // the sums must not wait for a CONV of more pixels
    place_weights(last);
    add(last, input);
  }

  void chain_link(std::uint32_t pixels) {
    Conv conv = random_nest(random_, machine_, chain_precision(), 1);
    make_single_tile(random_, machine_, pixels, conv);
    conv.partial = true;
    if (random_.chance(50)) conv.contract = arch::Contract::kTflite;
    const Shape input = place_input(conv);
    draft_.need(Buffer::kActivation, input);
    place_weights(conv);
    draft_.add(conv);
    count_macs(conv);
  }

  arch::Precision chain_precision() {
    if (random_.chance(10)) precision_ = static_cast<arch::Precision>(random_.below(2));
    return precision_;
  }

  void pool() {
    Pool pool = random_pool(random_, machine_);
    const Shape input = place_input(pool);
    pool.output_plane =
        static_cast<std::uint32_t>(pool.pixels()) + (random_.chance(60) ? 0 : random_.below(5));
    const Shape output{0, pool.output_plane, pool.channel_words,
                       static_cast<std::uint32_t>(pool.pixels())};
    if (!place(pool, input, output.end(), pool.output_address)) return;
    draft_.need(Buffer::kActivation, input);
    draft_.add(pool);
  }

  void add(const Conv& conv, const Shape& input) {
    draft_.need(Buffer::kActivation, input);
    if (conv.residual) draft_.need(Buffer::kActivation, draft_.residual_of(conv));
    draft_.need_parameters(conv.contract, conv.parameter_address, conv.tiles);
    draft_.add(conv);
    count_macs(conv);
  }

  void count_macs(const Conv& conv) {
    macs_[layer_] += conv.pixels() * conv.tiles * machine_.columns * conv.tile_steps(machine_) *
                     (conv.precision == arch::Precision::kInt4 ? 8 : 4);
  }

  /// Where an earlier command wrote, or anywhere.
  template <class Command>
  Shape place_input(Command& command) {
    const std::uint32_t image = std::uint32_t{command.input_height} * command.input_width;
    Shape shape{0, image, command.channel_words, image};
    if (random_.chance(40)) shape.stride += random_.below(5);
    if (random_.chance(10)) shape.stride = random_.below(image);
    const bool chain = !draft_.results().empty() && random_.chance(60);
    shape.start = random_.below(machine_.activation_words() - shape.end() + 1);
    if (chain) shape.start = earlier_result().start;
    if (shape.end() > machine_.activation_words())
      shape.start -= shape.end() - machine_.activation_words();
    command.input_address = shape.start;
    command.input_plane = shape.stride;
    return shape;
  }

  const Shape& earlier_result() {
    if (random_.chance(70)) return draft_.results().back();
    return draft_.results()[random_.below(draft_.results().size())];
  }

  /// Weights anywhere, and a place for the parameters.
  void place_weights(Conv& conv) {
    const auto rows = static_cast<std::uint32_t>(conv.tiles * conv.tile_weight_rows(machine_));
    Shape weights{0, 0, 1, rows};
    if (random_.chance(50)) weights.start = random_.below(machine_.weight_rows() - rows + 1);
    draft_.need(Buffer::kWeight, weights);
    conv.weight_address = weights.start;
  }

  template <class Command>
  [[nodiscard]] bool fits(const Command& command) const {
    try {
      static_cast<void>(schedule::accesses(command, machine_));
      return true;
    } catch (const Error&) {
      return false;
    }
  }

  /// A random `address` for `words` words with which `command` breaks no rule, if it finds one.
  template <class Command>
  bool place(const Command& command, const Shape& input, std::uint32_t words,
             std::uint32_t& address) {
    const std::uint32_t room = machine_.activation_words() - words;
    for (int tries = 0; tries < kTries; ++tries) {
      address = random_.below(room + 1);
      // Often right behind the input: banks that are read and written at a time.
      if (tries < 2 && random_.chance(60) && input.end() <= room) address = input.end();
      if (fits(command)) return true;
    }
    return false;
  }

  bool place(Conv& conv, const Shape& input, arch::Output& output) {
    output.plane =
        static_cast<std::uint32_t>(conv.pixels()) + (random_.chance(60) ? 0 : random_.below(5));
    output.address = 0;
    return place(conv, input, draft_.shape_of(conv, output).end(), output.address);
  }

  /// Where an earlier command wrote, right behind the output, or anywhere.
  bool place_residual(Conv& conv) {
    arch::Residual& residual = *conv.residual;
    residual.plane =
        static_cast<std::uint32_t>(conv.pixels()) + (random_.chance(60) ? 0 : random_.below(5));
    residual.address = 0;
    const std::uint32_t room = machine_.activation_words() - draft_.residual_of(conv).end();
    const std::uint32_t behind = draft_.shape_of(conv, conv.output).end();
    for (int tries = 0; tries < kTries; ++tries) {
      residual.address = random_.below(room + 1);
      if (random_.chance(35)) {
        residual.address = std::min(behind, room);
      } else if (!draft_.results().empty() && random_.chance(60)) {
        residual.address = std::min(earlier_result().start, room);
      }
      if (fits(conv)) return true;
    }
    return false;
  }

  /// Random places that break no rule; without one for the copy there is no copy, without one for
  /// the residual no residual. False without one for the output.
  bool place_outputs(Conv& conv, const Shape& input) {
    std::optional<arch::Output> copy;
    std::optional<arch::Residual> residual;
    conv.copy.swap(copy);
    conv.residual.swap(residual);
    if (!place(conv, input, conv.output)) return false;
    conv.residual.swap(residual);
    if (conv.residual && !place_residual(conv)) conv.residual.reset();
    conv.copy.swap(copy);
    if (conv.copy && !place(conv, input, *conv.copy)) conv.copy.reset();
    if (!conv.copy) conv.copy_source = arch::CopySource::kAccumulator;
    if (!conv.copy) conv.copy_offset = 0;
    conv.parameter_address = random_.below(draft_.tiles() - conv.tiles + 1);
    return true;
  }

  Random& random_;
  const arch::Machine& machine_;
  Draft draft_;
  std::uint32_t layer_ = 0;
  std::uint64_t macs_[kLayers] = {};
  arch::Precision precision_ = arch::Precision::kInt8;
};

}  // namespace

arch::Program random_commands(Random& random, const arch::Machine& machine) {
  return Generator(random, machine).run();
}

}  // namespace hb::test
