// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/program.hpp"

#include <array>
#include <limits>

#include "model/arch/error.hpp"
#include "sw/schedule/hazards.hpp"
#include "sw/schedule/prefetch.hpp"

namespace hb::schedule {
namespace {

/// Where tensors, weights and the program itself start: whole commands, whole words of any machine.
constexpr std::uint64_t kAlign = 128;

std::uint64_t aligned(std::uint64_t bytes) { return (bytes + kAlign - 1) / kAlign * kAlign; }

void require_address(std::uint64_t end) {
  if (end > std::numeric_limits<std::uint32_t>::max()) {
    throw bad_input("program", fmt::format("{} bytes of memory", end), "less than 4 GiB");
  }
}

void append_words(std::vector<std::uint8_t>& memory, const arch::CommandWords& words) {
  std::array<std::uint8_t, arch::kCommandBytes> bytes;
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (std::size_t b = 0; b < 4; ++b) {
      bytes[4 * i + b] = static_cast<std::uint8_t>(words[i] >> 8 * b);
    }
  }
  memory.insert(memory.end(), bytes.begin(), bytes.end());
}

/// What a layer's input must be.
arch::TensorPlace input_of(const WindowLayer& layer) {
  return {"", 0, layer.input_channels, layer.input_height, layer.input_width, layer.precision};
}

void check_weights(const ConvLayer& layer, const map::Weights& weights) {
  const std::size_t values = std::size_t{layer.output_channels} * layer.input_channels *
                             layer.kernel_height * layer.kernel_width;
  if (weights.output_channels != layer.output_channels ||
      weights.input_channels != layer.input_channels ||
      weights.kernel_height != layer.kernel_height || weights.kernel_width != layer.kernel_width ||
      weights.values.size() != values) {
    throw bad_input(layer.name, fmt::format("{} weights", weights.values.size()),
                    fmt::format("{} of the layer's shape", values));
  }
}

void check_parameters(const ConvLayer& layer, const map::Parameters& parameters) {
  const bool tflite = layer.contract == arch::Contract::kTflite;
  const std::size_t channels = layer.output_channels;
  const std::size_t copies = layer.copy ? channels : 0;
  const auto none = [](std::size_t count, bool wanted) { return wanted ? count : 0; };
  if (parameters.bias.size() != channels || parameters.scale.size() != none(channels, !tflite) ||
      parameters.multiplier.size() != none(channels, tflite) ||
      parameters.copy_scale.size() != none(copies, !tflite) ||
      parameters.copy_multiplier.size() != none(copies, tflite)) {
    throw bad_input(
        layer.name,
        fmt::format("{} biases, {} scales, {} copy scales, {} multipliers, {} copy multipliers",
                    parameters.bias.size(), parameters.scale.size(), parameters.copy_scale.size(),
                    parameters.multiplier.size(), parameters.copy_multiplier.size()),
        "one per output channel of the contract's own, copies' with a second copy only");
  }
}

/// Appends the commands, with tokens and END, to `program.memory`; they may use `data_bytes` of
/// memory and what they take themselves.
void append_commands(arch::Program& program, std::vector<Command> commands,
                     std::uint64_t data_bytes) {
  if (commands.size() >= arch::kMostCommands) {
    throw bad_input("program", fmt::format("{} commands", commands.size() + 1),
                    fmt::format("at most {}", arch::kMostCommands));
  }
  assign_tokens(commands, program.machine);
  program.address = static_cast<std::uint32_t>(program.memory.size());
  program.count = static_cast<std::uint32_t>(commands.size() + 1);
  const std::uint64_t bytes = std::uint64_t{program.count} * arch::kCommandBytes;
  require_address(data_bytes + bytes);
  program.memory_limit = static_cast<std::uint32_t>(data_bytes + bytes - 1);
  program.memory.reserve(program.memory.size() + bytes);
  for (const Command& command : commands) {
    const arch::CommandWords words = encode(command);
    const arch::ErrorCode code = arch::check(words, program.machine, program.memory_limit);
    HB_ASSERT(code == arch::ErrorCode::kNone, "command {}: {}",
              (program.memory.size() - program.address) / arch::kCommandBytes, arch::name(code));
    append_words(program.memory, words);
  }
  append_words(program.memory, arch::encode_end());
}

}  // namespace

ProgramBuilder::ProgramBuilder(const arch::Machine& machine, Image image,
                               const arch::MemoryTiming& memory)
    : machine_(machine), image_(image), memory_(memory), buffers_(machine) {
  program_.machine = machine;
}

template <class Make>
std::uint32_t ProgramBuilder::append(std::uint64_t bytes, Make make) {
  const std::uint64_t address = aligned(data_bytes_);
  require_address(address + bytes);
  data_bytes_ = address + bytes;
  if (image_ == Image::kWhole) {
    const std::vector<std::uint8_t> data = make();
    HB_ASSERT(data.size() == bytes, "{} bytes of data, {} expected", data.size(), bytes);
    program_.memory.resize(address);
    program_.memory.insert(program_.memory.end(), data.begin(), data.end());
  }
  return static_cast<std::uint32_t>(address);
}

TensorId ProgramBuilder::add_input(const std::string& name, arch::Precision precision,
                                   const arch::Tensor& data) {
  arch::TensorPlace place{name, 0, data.channels, data.height, data.width, precision};
  place.address = append(map::tensor_bytes(machine_, place),
                         [&] { return map::pack_tensor(machine_, precision, data); });
  tensors_.push_back(place);
  program_.inputs.push_back(std::move(place));
  return {tensors_.size() - 1};
}

TensorId ProgramBuilder::add_tensor(arch::TensorPlace place) {
  const std::uint64_t bytes = map::tensor_bytes(machine_, place);
  place.address = append(bytes, [&] { return std::vector<std::uint8_t>(bytes); });
  tensors_.push_back(std::move(place));
  return {tensors_.size() - 1};
}

void ProgramBuilder::mark_output(TensorId tensor) {
  HB_ASSERT(tensor.index < tensors_.size(), "tensor {}", tensor.index);
  outputs_.push_back(tensor);
}

std::uint32_t ProgramBuilder::address_of(const std::string& layer, TensorId id,
                                         const arch::TensorPlace& expected) const {
  const arch::TensorPlace& place = tensors_.at(id.index);
  const auto text = [](const arch::TensorPlace& p) {
    return fmt::format("{}x{}x{} {}", p.channels, p.height, p.width, arch::name(p.precision));
  };
  if (text(place) != text(expected)) {
    throw bad_input(layer, fmt::format("tensor {} is {}", place.name, text(place)), text(expected));
  }
  return place.address;
}

std::uint32_t ProgramBuilder::written(std::uint16_t tag, const std::string& layer, TensorId id,
                                      const arch::TensorPlace& expected) {
  const std::uint32_t address = address_of(layer, id, expected);
  tensors_[id.index].layer = tag;
  return address;
}

std::uint16_t ProgramBuilder::next_tag(const std::string& layer) const {
  if (program_.layers.size() > 0xFFFF) throw bad_input(layer, "layer 65536", "65536 layers");
  return static_cast<std::uint16_t>(program_.layers.size());
}

template <class Node, class Tiling>
Tiling ProgramBuilder::tiling_of(const Node& node, std::map<ShapeKey, Tiling>& chosen) const {
  if (node.tiling) return *node.tiling;
  const ShapeKey key = shape_key(node.layer);
  const auto known = chosen.find(key);
  if (known != chosen.end()) return known->second;
  return chosen.emplace(key, choose_tiling(node.layer, machine_, memory_)).first->second;
}

void ProgramBuilder::add_conv(const ConvNode& node) {
  const ConvLayer& layer = node.layer;
  check_layer(layer, machine_);
  if (layer.copy.has_value() != node.copy.has_value() ||
      layer.residual.has_value() != node.residual.has_value()) {
    throw bad_input(layer.name, "second copy or residual and its tensor", "both or neither");
  }
  if (image_ == Image::kWhole) {
    check_weights(layer, node.weights);
    check_parameters(layer, node.parameters);
  }
  const Tiling tiling = tiling_of(node, conv_tilings_);
  ConvPlaces places;
  const auto shape = [&](arch::Precision precision) -> arch::TensorPlace {
    return {"", 0, layer.output_channels, layer.output_height(), layer.output_width(), precision};
  };
  const auto output = [&](TensorId id, arch::Precision precision) {
    return written(places.tag, layer.name, id, shape(precision));
  };
  places.tag = next_tag(layer.name);
  places.input = address_of(layer.name, node.input, input_of(layer));
  places.output = output(node.output, layer.output.precision);
  if (layer.copy) places.copy = output(*node.copy, layer.copy->quantizer.precision);
  if (layer.residual) {
    places.residual = address_of(layer.name, *node.residual, shape(layer.residual->precision));
  }
  const LayerSizes size = sizes(layer, machine_);
  const std::uint64_t row_bytes = machine_.row_bytes();
  places.weights = append(size.tiles * size.tile_rows * row_bytes, [&] {
    return map::pack_weights(machine_, layer.precision, node.weights, layer.narrow_weights);
  });
  places.parameters = append(size.tiles * 4 * row_bytes,
                             [&] { return map::pack_parameters(machine_, node.parameters); });
  ConvEmitter(machine_, buffers_, commands_).emit(layer, tiling, places);
  const std::string op = layer.fully_connected() ? "fc" : "conv";
  program_.layers.push_back({layer.name, layer.residual ? op + "+add" : op,
                             node.shape.empty() ? layer.shape() : node.shape, layer.precision,
                             layer.macs()});
}

void ProgramBuilder::add_pool(const PoolNode& node) {
  const PoolLayer& layer = node.layer;
  check_layer(layer, machine_);
  const PoolTiling tiling = tiling_of(node, pool_tilings_);
  TensorPlaces places;
  places.tag = next_tag(layer.name);
  places.input = address_of(layer.name, node.input, input_of(layer));
  places.output = written(
      places.tag, layer.name, node.output,
      {"", 0, layer.input_channels, layer.output_height(), layer.output_width(), layer.precision});
  PoolEmitter(machine_, buffers_, commands_).emit(layer, tiling, places);
  program_.layers.push_back({layer.name, "maxpool", layer.shape(), layer.precision, 0});
}

void ProgramBuilder::add_unit(const UnitNode& node) {
  const UnitLayer& layer = node.layer;
  check_layer(layer, machine_);
  if (layer.residual.has_value() != node.residual.has_value()) {
    throw bad_input(layer.name, "residual and its tensor", "both or neither");
  }
  const UnitTiling tiling = tiling_of(node, unit_tilings_);
  UnitPlaces places;
  places.tag = next_tag(layer.name);
  places.input = address_of(layer.name, node.input,
                            {"", 0, layer.channels, layer.height, layer.width, layer.precision});
  places.output = written(
      places.tag, layer.name, node.output,
      {"", 0, layer.channels, layer.output_height(), layer.output_width(), layer.output.precision});
  if (layer.residual) {
    places.residual =
        address_of(layer.name, *node.residual,
                   {"", 0, layer.channels, layer.height, layer.width, layer.residual->precision});
  }
  const std::uint32_t channels = unit_tiles(layer, machine_) * machine_.columns;
  const std::uint64_t row_bytes = machine_.row_bytes();
  places.weights = append(unit_tiles(layer, machine_) * machine_.rows * row_bytes, [&] {
    return map::pack_weights(machine_, layer.precision, map::unit_weights(channels));
  });
  places.parameters = append(unit_tiles(layer, machine_) * 4 * row_bytes, [&] {
    return map::pack_parameters(machine_,
                                map::unit_parameters(layer.contract, node.scale, channels));
  });
  UnitEmitter(machine_, buffers_, commands_).emit(layer, tiling, places);
  const char* op = layer.averages() ? "avgpool" : layer.residual ? "add" : "requantize";
  program_.layers.push_back({layer.name, op, layer.shape(), layer.precision, 0});
}

arch::Program ProgramBuilder::finish() {
  commands_ = prefetch(std::move(commands_), machine_, memory_);
  for (const TensorId id : outputs_) program_.outputs.push_back(tensors_[id.index]);
  if (image_ == Image::kWhole) {
    link(program_, std::move(commands_));
  } else {
    append_commands(program_, std::move(commands_), aligned(data_bytes_));
  }
  return std::move(program_);
}

void link(arch::Program& program, std::vector<Command> commands) {
  program.memory.resize(aligned(program.memory.size()));
  append_commands(program, std::move(commands), program.memory.size());
}

}  // namespace hb::schedule
