// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/random_network.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "tests/support/random_data.hpp"

namespace hb::test {
namespace {

using schedule::ConvLayer;
using schedule::LayerSizes;
using schedule::Tiling;

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

std::uint64_t steps(const ConvLayer& layer, const arch::Machine& machine) {
  const LayerSizes size = schedule::sizes(layer, machine);
  return size.tiles * size.tile_rows *
         ceil_div(layer.output_height() * layer.output_width(), machine.rows);
}

/// Kernel, stride and pads that fit the layer's input, and the weight buffer.
void random_window(Random& random, const arch::Machine& machine, ConvLayer& layer,
                   std::uint32_t most) {
  layer.kernel_height = random.pick(1, most);
  layer.kernel_width = random.chance(40) ? layer.kernel_height : random.pick(1, most);
  const bool same = random.chance(25);  // as large an output as the input, at stride 1
  const auto axis = [&](std::uint32_t input, std::uint32_t& kernel, std::uint32_t& before,
                        std::uint32_t& after) {
    before = random.chance(50) ? random.below(kernel) : 0;
    after = random.chance(50) ? random.below(kernel) : 0;
    if (same) before = after = (kernel - 1) / 2;
    if (input + before + after < kernel) kernel = input;
    before = std::min(before, kernel - 1);
    after = std::min(after, kernel - 1);
  };
  axis(layer.input_height, layer.kernel_height, layer.pad_top, layer.pad_bottom);
  axis(layer.input_width, layer.kernel_width, layer.pad_left, layer.pad_right);
  layer.stride_y = random.pick(1, 3);
  layer.stride_x = random.chance(70) ? layer.stride_y : random.pick(1, 3);
  if (schedule::sizes(layer, machine).tile_rows > machine.weight_rows()) {
    layer.kernel_height = layer.kernel_width = 1;
    layer.pad_top = layer.pad_left = layer.pad_bottom = layer.pad_right = 0;
  }
  const int limit = layer.precision == arch::Precision::kInt4 ? 8 : 128;
  layer.pad_code = static_cast<std::int8_t>(random.range(-limit, limit - 1));
}

/// What a layer is made to be large in.
enum class Size { kSmall, kTensor, kWeights, kChannels };

Size random_size(Random& random) {
  const std::uint32_t roll = random.below(100);
  if (roll < 12) return Size::kTensor;
  if (roll < 22) return Size::kWeights;
  return roll < 34 ? Size::kChannels : Size::kSmall;
}

/// The input's shape and the window of a chain's first layer.
void random_input(Random& random, const arch::Machine& machine, Size size, ConvLayer& layer) {
  const std::uint32_t word = map::channels_per_word(machine, layer.precision);
  layer.input_channels = random.pick(1, 2 * word + word / 2);
  layer.input_height = random.pick(1, 18);
  layer.input_width = random.pick(1, 18);
  std::uint32_t kernel = 7;
  if (size == Size::kTensor) {
    layer.input_channels = random.pick(1, 2 * word);
    layer.input_height = random.pick(20, 60);
    const std::uint32_t words = ceil_div(layer.input_channels, word);
    layer.input_width =
        machine.activation_words() / (layer.input_height * words) + random.pick(1, 9);
    kernel = 2;
  } else if (size == Size::kWeights) {
    layer.input_channels = random.pick(4 * word, 6 * word);
    layer.input_height = random.pick(3, 5);
    layer.input_width = random.pick(3, 5);
    kernel = 3;
  }
  random_window(random, machine, layer, kernel);
  if (size == Size::kTensor && layer.kernel_height * layer.kernel_width == 1) layer.stride_y = 1;
}

void random_output(Random& random, const arch::Machine& machine, Size size, ConvLayer& layer) {
  layer.output_channels = random.pick(1, (random.chance(25) ? 12 : 3) * machine.columns);
  const LayerSizes one = schedule::sizes(layer, machine);
  if (size == Size::kTensor) layer.output_channels = random.pick(1, machine.columns);
  if (size == Size::kWeights) {
    const auto tiles = static_cast<std::uint32_t>(machine.weight_rows() / one.tile_rows + 1);
    layer.output_channels = tiles * machine.columns - random.below(machine.columns);
  }
  if (size == Size::kChannels) {
    layer.output_channels = machine.parameter_tiles * machine.columns + random.pick(1, 40);
  }
  layer.output = random_quantizer(random);
  if (random.chance(35)) {
    const auto source =
        random.chance(50) ? arch::CopySource::kCode : arch::CopySource::kAccumulator;
    layer.copy = schedule::SecondCopy{source, random_quantizer(random)};
  }
}

/// Makes the layer smaller until its steps fit `budget`; the input of a chain's later layers is
/// given.
void shrink(ConvLayer& layer, const arch::Machine& machine, std::uint64_t budget, bool own_input) {
  while (steps(layer, machine) > budget) {
    const bool taller = layer.input_height >= layer.input_width;
    std::uint32_t& side = taller ? layer.input_height : layer.input_width;
    const std::uint32_t kernel = taller ? layer.kernel_height : layer.kernel_width;
    if (own_input && side / 2 >= kernel) {
      side = side / 2 | 1;  // odd sizes are worth more
    } else if (layer.output_channels > machine.columns) {
      layer.output_channels = layer.output_channels / 2 + 1;
    } else if (own_input && layer.input_channels > 4) {
      layer.input_channels /= 2;
    } else if (layer.stride_x < 3 || layer.stride_y < 3) {
      layer.stride_x = layer.stride_y = 3;
    } else {
      return;
    }
  }
}

/// A cut that choose_tiling() would not make, if it fits and gives a moderate number of commands.
std::optional<Tiling> random_tiling(Random& random, const ConvLayer& layer,
                                    const arch::Machine& machine) {
  const LayerSizes size = schedule::sizes(layer, machine);
  Tiling tiling;
  tiling.rows = random.pick(1, layer.output_height());
  tiling.columns = random.chance(30) ? random.pick(1, layer.output_width()) : layer.output_width();
  tiling.block_tiles = std::min(
      size.tiles,
      size.word_tiles * (random.chance(50) ? 1 : random.pick(1, 1 + size.tiles / size.word_tiles)));
  tiling.group_tiles = random.pick(1, tiling.block_tiles);
  tiling.blocks_outer = random.chance(70);
  tiling.input_banks = random.pick(1, schedule::most_input_banks(machine, layer.copy.has_value()));
  const std::uint32_t convs = ceil_div(layer.output_height(), tiling.rows) *
                              ceil_div(layer.output_width(), tiling.columns) *
                              (size.tiles / tiling.group_tiles + 1);
  if (convs > 40 || !schedule::fits(layer, tiling, machine)) return std::nullopt;
  return tiling;
}

void count(const ConvLayer& layer, const Tiling& tiling, const arch::Machine& machine,
           Coverage& coverage) {
  const LayerSizes size = schedule::sizes(layer, machine);
  const auto hit_if = [&](bool condition, const char* name) {
    if (condition) coverage.hit(name);
  };
  const std::uint64_t words =
      std::uint64_t{layer.input_height} * layer.input_width * size.channel_words;
  const bool strips = tiling.rows < layer.output_height() || tiling.columns < layer.output_width();
  coverage.hit(
      fmt::format("{}, {}", arch::name(layer.precision), strips ? "several strips" : "one strip"));
  hit_if(tiling.rows < layer.output_height(), "several strips");
  hit_if(tiling.columns < layer.output_width(), "column strips");
  hit_if(tiling.group_tiles < size.tiles, "several groups");
  hit_if(tiling.group_tiles % size.word_tiles != 0 && tiling.group_tiles < tiling.block_tiles,
         "groups inside a word");
  hit_if(tiling.blocks_outer && tiling.block_tiles < size.tiles, "blocks outer");
  hit_if(size.tiles * size.tile_rows > machine.weight_rows(), "weights larger than the buffer");
  hit_if(size.tiles > machine.parameter_tiles, "parameters larger than the buffer");
  hit_if(words > machine.activation_words(), "tensor larger than the buffer");
  hit_if(layer.input_channels % map::channels_per_word(machine, layer.precision) != 0,
         "input channels end inside a word");
  hit_if(layer.output_channels % map::channels_per_word(machine, layer.output.precision) != 0,
         "output channels end inside a word");
  hit_if(layer.output_channels % machine.columns != 0, "output channels end inside a tile");
}

std::uint64_t random_budget(Random& random) {
  const std::uint32_t roll = random.below(100);
  if (roll < 70) return 3000;
  return roll < 95 ? 12000 : 60000;
}

}  // namespace

Network random_network(Random& random, const arch::Machine& machine, Coverage& coverage) {
  Network network;
  const std::uint32_t layers = random.pick(1, 3);
  for (std::uint32_t i = 0; i < layers; ++i) {
    NetworkLayer node;
    ConvLayer& layer = node.layer;
    layer.name = fmt::format("layer {}", i);
    const Size size = random_size(random);
    if (i == 0) {
      if (random.chance(50)) layer.precision = arch::Precision::kInt4;
      random_input(random, machine, size, layer);
    } else {
      const ConvLayer& before = network.layers.back().layer;
      node.reads_copy = before.copy && random.chance(60);
      layer.precision =
          node.reads_copy ? before.copy->quantizer.precision : before.output.precision;
      layer.input_channels = before.output_channels;
      layer.input_height = before.output_height();
      layer.input_width = before.output_width();
      random_window(random, machine, layer, 5);
    }
    random_output(random, machine, i == 0 || size == Size::kChannels ? size : Size::kSmall, layer);
    const bool large = size != Size::kSmall && i == 0;
    shrink(layer, machine, large ? 40000 : random_budget(random), i == 0);
    node.weights = random_weights(random, layer);
    node.parameters = random_parameters(random, layer);
    if (random.chance(60)) node.tiling = random_tiling(random, layer, machine);
    if (!node.tiling) node.tiling = schedule::choose_tiling(layer, machine);
    count(layer, *node.tiling, machine, coverage);
    network.layers.push_back(std::move(node));
  }
  const ConvLayer& first = network.layers.front().layer;
  network.input = random_tensor(random, first.precision, first.input_channels, first.input_height,
                                first.input_width);
  return network;
}

arch::Program compile(const Network& network, const arch::Machine& machine, schedule::Image image) {
  schedule::ProgramBuilder builder(machine, image);
  schedule::TensorId from =
      builder.add_input("input", network.layers.front().layer.precision, network.input);
  schedule::TensorId copy_from;
  for (const NetworkLayer& node : network.layers) {
    const ConvLayer& layer = node.layer;
    const auto add = [&](const std::string& suffix, arch::Precision precision) {
      const schedule::TensorId id =
          builder.add_tensor({layer.name + suffix, 0, layer.output_channels, layer.output_height(),
                              layer.output_width(), precision});
      builder.mark_output(id);
      return id;
    };
    schedule::ConvNode conv{layer, node.weights, node.parameters, {}, {}, {}, node.tiling};
    conv.input = node.reads_copy ? copy_from : from;
    conv.output = add("", layer.output.precision);
    if (layer.copy) conv.copy = add(" copy", layer.copy->quantizer.precision);
    builder.add_conv(conv);
    from = conv.output;
    copy_from = conv.copy.value_or(conv.output);
  }
  return builder.finish();
}

}  // namespace hb::test
