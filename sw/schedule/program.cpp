// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/program.hpp"

#include <limits>

#include "model/arch/error.hpp"
#include "sw/schedule/hazards.hpp"

namespace hb::schedule {
namespace {

/// Where tensors, weights and the program itself start: whole commands, whole words of any machine.
constexpr std::size_t kAlign = 128;

void align(std::vector<std::uint8_t>& memory) {
  memory.resize((memory.size() + kAlign - 1) / kAlign * kAlign);
}

void append_words(std::vector<std::uint8_t>& memory, const arch::CommandWords& words) {
  for (const std::uint32_t word : words) {
    for (unsigned i = 0; i < 4; ++i) memory.push_back(static_cast<std::uint8_t>(word >> 8 * i));
  }
}

void check_data(const ConvNode& node) {
  const ConvLayer& layer = node.layer;
  const std::size_t values = std::size_t{layer.output_channels} * layer.input_channels *
                             layer.kernel_height * layer.kernel_width;
  const map::Weights& weights = node.weights;
  if (weights.output_channels != layer.output_channels ||
      weights.input_channels != layer.input_channels ||
      weights.kernel_height != layer.kernel_height || weights.kernel_width != layer.kernel_width ||
      weights.values.size() != values) {
    throw bad_input(layer.name, fmt::format("{} weights", weights.values.size()),
                    fmt::format("{} of the layer's shape", values));
  }
  const std::size_t copies = layer.copy ? layer.output_channels : 0;
  if (node.parameters.bias.size() != layer.output_channels ||
      node.parameters.scale.size() != layer.output_channels ||
      node.parameters.copy_scale.size() != copies) {
    throw bad_input(layer.name,
                    fmt::format("{} biases, {} scales, {} copy scales", node.parameters.bias.size(),
                                node.parameters.scale.size(), node.parameters.copy_scale.size()),
                    "one per output channel, copy scales with a second copy only");
  }
  if (layer.copy.has_value() != node.copy.has_value()) {
    throw bad_input(layer.name, "second copy and its tensor", "both or neither");
  }
}

void require_shape(const ConvLayer& layer, const arch::TensorPlace& place,
                   const arch::TensorPlace& expected) {
  const auto text = [](const arch::TensorPlace& p) {
    return fmt::format("{}x{}x{} {}", p.channels, p.height, p.width, arch::name(p.precision));
  };
  if (text(place) != text(expected)) {
    throw bad_input(layer.name, fmt::format("tensor {} is {}", place.name, text(place)),
                    text(expected));
  }
}

}  // namespace

ProgramBuilder::ProgramBuilder(const arch::Machine& machine)
    : machine_(machine), buffers_(machine) {
  program_.machine = machine;
}

std::uint32_t ProgramBuilder::append(const std::vector<std::uint8_t>& bytes) {
  align(program_.memory);
  const std::size_t address = program_.memory.size();
  if (address + bytes.size() > std::numeric_limits<std::uint32_t>::max()) {
    throw bad_input("program", fmt::format("{} bytes of memory", address + bytes.size()),
                    "less than 4 GiB");
  }
  program_.memory.insert(program_.memory.end(), bytes.begin(), bytes.end());
  return static_cast<std::uint32_t>(address);
}

TensorId ProgramBuilder::add_input(const std::string& name, arch::Precision precision,
                                   const arch::Tensor& data) {
  const std::uint32_t address = append(map::pack_tensor(machine_, precision, data));
  tensors_.push_back({name, address, data.channels, data.height, data.width, precision});
  program_.inputs.push_back(tensors_.back());
  return {tensors_.size() - 1};
}

TensorId ProgramBuilder::add_tensor(arch::TensorPlace place) {
  place.address = append(std::vector<std::uint8_t>(map::tensor_bytes(machine_, place)));
  tensors_.push_back(std::move(place));
  return {tensors_.size() - 1};
}

void ProgramBuilder::mark_output(TensorId tensor) {
  program_.outputs.push_back(tensors_.at(tensor.index));
}

void ProgramBuilder::add_conv(const ConvNode& node) {
  const ConvLayer& layer = node.layer;
  check_layer(layer, machine_);
  check_data(node);
  const auto place = [&](TensorId id) { return tensors_.at(id.index); };
  require_shape(
      layer, place(node.input),
      {"", 0, layer.input_channels, layer.input_height, layer.input_width, layer.precision});
  arch::TensorPlace result{"",
                           0,
                           layer.output_channels,
                           layer.output_height(),
                           layer.output_width(),
                           layer.output.precision};
  require_shape(layer, place(node.output), result);
  ConvPlaces places;
  if (layer.copy) {
    result.precision = layer.copy->quantizer.precision;
    require_shape(layer, place(*node.copy), result);
    places.copy = place(*node.copy).address;
  }
  if (program_.layers.size() > 0xFFFF) throw bad_input(layer.name, "layer 65536", "65536 layers");
  places.tag = static_cast<std::uint16_t>(program_.layers.size());
  places.input = place(node.input).address;
  places.output = place(node.output).address;
  places.weights = append(map::pack_weights(machine_, layer.precision, node.weights));
  places.parameters = append(map::pack_parameters(machine_, node.parameters));
  const Tiling tiling = node.tiling ? *node.tiling : choose_tiling(layer, machine_);
  ConvEmitter(machine_, buffers_, commands_).emit(layer, tiling, places);
  program_.layers.push_back({layer.name, "conv", layer.shape(), layer.precision, layer.macs()});
}

arch::Program ProgramBuilder::finish() {
  link(program_, std::move(commands_));
  return std::move(program_);
}

void link(arch::Program& program, std::vector<Command> commands) {
  assign_tokens(commands, program.machine);
  align(program.memory);
  program.address = static_cast<std::uint32_t>(program.memory.size());
  program.count = static_cast<std::uint32_t>(commands.size() + 1);
  const std::size_t bytes =
      program.memory.size() + std::size_t{program.count} * arch::kCommandBytes;
  program.memory_limit = static_cast<std::uint32_t>(bytes - 1);
  program.memory.reserve(bytes);
  for (const Command& command : commands) {
    const arch::CommandWords words = encode(command);
    const arch::ErrorCode code = arch::check(words, program.machine, program.memory_limit);
    HB_ASSERT(code == arch::ErrorCode::kNone, "command {}: {}",
              (program.memory.size() - program.address) / arch::kCommandBytes, arch::name(code));
    append_words(program.memory, words);
  }
  append_words(program.memory, arch::encode_end());
}

}  // namespace hb::schedule
