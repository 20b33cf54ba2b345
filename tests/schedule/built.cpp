// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/schedule/built.hpp"

#include <doctest/doctest.h>

#include "model/golden/execute.hpp"
#include "sw/cost/timing.hpp"
#include "tests/support/random_data.hpp"

namespace hb::test {
namespace {

arch::TensorPlace place(const char* name, std::uint32_t channels, std::uint32_t height,
                        std::uint32_t width, arch::Precision precision) {
  return {name, 0, channels, height, width, precision};
}

schedule::TensorId add_output(schedule::ProgramBuilder& builder, arch::TensorPlace output) {
  const schedule::TensorId id = builder.add_tensor(std::move(output));
  builder.mark_output(id);
  return id;
}

}  // namespace

std::vector<arch::Machine> machines() { return arch::read_machines("config/machines.json"); }

arch::Program build(const arch::Machine& machine, schedule::ConvNode node,
                    const arch::Tensor& input, const arch::Tensor* residual) {
  const schedule::ConvLayer& layer = node.layer;
  schedule::ProgramBuilder builder(machine);
  const auto output = [&](const char* name, arch::Precision precision) {
    return add_output(builder, place(name, layer.output_channels, layer.output_height(),
                                     layer.output_width(), precision));
  };
  node.input = builder.add_input("input", layer.precision, input);
  if (residual != nullptr) {
    node.residual = builder.add_input("residual", layer.residual->precision, *residual);
  }
  node.output = output("output", layer.output.precision);
  if (layer.copy) node.copy = output("copy", layer.copy->quantizer.precision);
  builder.add_conv(node);
  return builder.finish();
}

arch::Program build(const arch::Machine& machine, schedule::PoolNode node,
                    const arch::Tensor& input) {
  const schedule::PoolLayer& layer = node.layer;
  schedule::ProgramBuilder builder(machine);
  node.input = builder.add_input("input", layer.precision, input);
  node.output = add_output(builder, place("output", layer.input_channels, layer.output_height(),
                                          layer.output_width(), layer.precision));
  builder.add_pool(node);
  return builder.finish();
}

arch::Program build(const arch::Machine& machine, schedule::UnitNode node,
                    const arch::Tensor& input) {
  const schedule::UnitLayer& layer = node.layer;
  schedule::ProgramBuilder builder(machine);
  node.input = builder.add_input("input", layer.precision, input);
  node.output = add_output(builder, place("output", layer.channels, layer.output_height(),
                                          layer.output_width(), layer.output.precision));
  builder.add_unit(node);
  return builder.finish();
}

std::vector<arch::Tensor> run(const arch::Program& program) {
  std::vector<golden::Undefined> undefined;
  const golden::Result result = golden::execute(program, &undefined);
  REQUIRE(result.error == arch::ErrorCode::kNone);
  REQUIRE(undefined.empty());
  std::vector<arch::Tensor> outputs;
  for (const arch::TensorPlace& output : program.outputs) {
    outputs.push_back(map::unpack_tensor(program.machine, output, result.memory));
  }
  return outputs;
}

golden::Accumulators sums_of(const schedule::ConvNode& node, const arch::Tensor& input) {
  const schedule::ConvLayer& layer = node.layer;
  golden::Convolution shape;
  shape.output_channels = layer.output_channels;
  shape.kernel_height = layer.kernel_height;
  shape.kernel_width = layer.kernel_width;
  shape.stride_y = layer.stride_y;
  shape.stride_x = layer.stride_x;
  shape.pad_top = layer.pad_top;
  shape.pad_left = layer.pad_left;
  shape.output_height = layer.output_height();
  shape.output_width = layer.output_width();
  shape.pad_code = layer.pad_code;
  shape.weights = node.weights.values;
  shape.bias = node.parameters.bias;
  return golden::convolve(input, shape);
}

std::vector<golden::Multiplier> golden_multipliers(
    const std::vector<map::Multiplier>& multipliers) {
  std::vector<golden::Multiplier> result;
  for (const map::Multiplier& m : multipliers) {
    result.push_back({static_cast<std::int32_t>(m.value), m.right, m.left});
  }
  return result;
}

arch::Tensor codes_of(const schedule::ConvNode& node, const golden::Accumulators& sums,
                      const golden::Range& range) {
  if (node.layer.contract == arch::Contract::kOrt) {
    return golden::requantize(sums, node.parameters.scale, range);
  }
  return golden::requantize(sums, golden_multipliers(node.parameters.multiplier), range);
}

void fill_random(Random& random, schedule::ConvNode& node) {
  schedule::ConvLayer weights = node.layer;
  if (weights.narrow_weights) weights.precision = arch::Precision::kInt4;
  node.weights = random_weights(random, weights);
  node.parameters = random_parameters(random, weights);
  if (node.layer.contract == arch::Contract::kOrt) return;
  const auto convert = [](std::vector<float>& scales, std::vector<map::Multiplier>& multipliers) {
    for (const float scale : scales) multipliers.push_back(map::tflite_multiplier(double{scale}));
    scales.clear();
  };
  convert(node.parameters.scale, node.parameters.multiplier);
  convert(node.parameters.copy_scale, node.parameters.copy_multiplier);
}

arch::Timeline play(const arch::Program& program) {
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return cost::play(commands, program.machine, {});
}

std::uint64_t bytes_loaded(const arch::Program& program, arch::Buffer buffer) {
  const std::uint64_t row_bytes = buffer == arch::Buffer::kActivation ? program.machine.word_bytes()
                                                                      : program.machine.row_bytes();
  std::uint64_t bytes = 0;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    if (static_cast<arch::Opcode>(arch::opcode_bits(words)) != arch::Opcode::kLoad) continue;
    const arch::Transfer transfer = arch::decode_transfer(words);
    if (transfer.buffer == buffer) bytes += transfer.rows * transfer.segments * row_bytes;
  }
  return bytes;
}

std::uint32_t count(const arch::Program& program, arch::Opcode opcode) {
  std::uint32_t commands = 0;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    if (arch::opcode_bits(program.command(i)) == static_cast<std::uint8_t>(opcode)) ++commands;
  }
  return commands;
}

}  // namespace hb::test
